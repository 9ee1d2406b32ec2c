import { strict as assert } from 'node:assert'
import type { Lane } from '../load/closed-loop.ts'
import { openLoop } from '../load/closed-loop.ts'
import type { Answer } from '../load/connection.ts'
import type { Places } from '../servers/child.ts'
import type { Target } from '../targets.ts'

/** Something that a server is asked to do, again and again. */
export interface Work {
  readonly id: string
  readonly title: string
  /** False for a server that does not do this at all. */
  readonly isDoneBy: (places: Places, name: string) => boolean
  /**
   * Makes what the lanes need, which is not measured, and gives them.
   *
   * @param milliseconds that they will be run for at most
   */
  readonly prepare: (target: Target, connections: number, milliseconds: number) => Promise<Prepared>
}

export interface Prepared {
  readonly lanes: readonly Lane[]
  /** Asked after the run: did the server do what it said? */
  readonly verify?: () => Promise<void>
}

export interface TokenAnswer {
  readonly access_token: string
  readonly refresh_token?: string
}

/** The answer of a token endpoint that gave a token. */
export function tokenOf(answer: Answer): TokenAnswer {
  assert.equal(answer.status, 200, answer.body)
  const given = JSON.parse(answer.body) as TokenAnswer & { token_type: string; expires_in: number }
  assert.equal(given.token_type, 'Bearer')
  assert.ok(given.expires_in > 3000, answer.body)
  assert.ok(given.access_token.length > 20, answer.body)

  return given
}

export const isJwt = (token: string) => /^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]{86}$/.test(token)

/** Runs lanes that end by themselves, to make something. */
export async function runAll(target: Target, lanes: readonly Lane[], milliseconds = 600_000): Promise<void> {
  const loop = await openLoop(target.places.port, lanes)
  await loop.run(milliseconds)
  loop.close()
}
