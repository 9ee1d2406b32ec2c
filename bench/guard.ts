import type { ServerProcess } from './load/server-process.ts'
import type { Target } from './targets.ts'
import { makeTokens } from './works/client-credentials.ts'

/** Who decides about a token: the guard, `jose` with the same checks, or the signature alone. */
export const deciders = ['bare', 'jose', 'hufu'] as const

export interface GuardSample {
  readonly by: (typeof deciders)[number]
  /** Microseconds of processor time for a token that was not seen before, and for one that was. */
  readonly first: number
  readonly repeated: number
}

/** So many tokens an API sees again and again; each of them so many times. */
const known = 100
const times = 200
const warmUps = 50

const again = (tokens: readonly string[], count: number) => Array.from({ length: count }, () => tokens).flat()

/** @param count how many tokens are seen for the first time */
export async function measureGuard(guard: ServerProcess, hufu: Target, count: number): Promise<readonly GuardSample[]> {
  const issuer = `http://127.0.0.1:${hufu.places.port}`
  const samples: GuardSample[] = []
  for (const by of deciders) {
    // Other tokens each time: what was seen once is remembered.
    const tokens = await makeTokens(hufu, 'jwt', { count, connections: 16 })
    const ask = (given: readonly string[]) =>
      guard.ask<{ readonly cpu: number }>({ ask: 'guard', issuer, tokens: given, by })
    // Code that has just been started is not what is measured, nor that it is compiled while it runs.
    await ask(again(await makeTokens(hufu, 'jwt', { count: known, connections: 16 }), warmUps))
    const first = await ask(tokens)
    const repeated = await ask(again(tokens.slice(-known), times))
    samples.push({ by, first: first.cpu / count, repeated: repeated.cpu / (known * times) })
  }

  return samples
}
