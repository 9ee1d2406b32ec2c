import { argon2, timingSafeEqual } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { promisify } from 'node:util'
import { PasswordHasherBusy } from '../ports/password-hasher.ts'
import type { PasswordHasher } from '../ports/password-hasher.ts'
import type { Random } from '../ports/random.ts'
import { formatArgon2Hash, parseArgon2Hash } from './argon2-phc.ts'
import type { Argon2Hash } from './argon2-phc.ts'

export interface Argon2Options {
  readonly random: Random
  /**
   * Hashes computed at once. Each takes a thread of libuv's pool (4, or `UV_THREADPOOL_SIZE`) and a core for some 30 to
   * 60 ms, so at most half of the cores and half of the threads work on sign-ins. The rest stays with tokens, and with
   * what looks up names and reads files.
   */
  readonly concurrency?: number
  /** Calls that may wait for their turn; more are refused with `PasswordHasherBusy`. @default 64 */
  readonly maxWaiting?: number
}

/** OWASP's second choice, 19 MiB: see docs of STACK for what it costs. */
const cost = { memory: 19_456, passes: 2, lanes: 1 }
const saltBytes = 16
const hashBytes = 32

/**
 * argon2id by Node itself, off the event loop, behind a queue of its own: a flood of sign-ins fills the queue and is
 * refused, while tokens go on (DECISIONS 16).
 */
export function createArgon2Hasher(options: Argon2Options): PasswordHasher {
  const { random, maxWaiting = 64 } = options
  const { inTurn, vitals } = createQueue(
    options.concurrency ?? halfOfTheMachine(process.env['UV_THREADPOOL_SIZE']),
    maxWaiting,
  )
  // For accounts that do not exist: as much work as for one that does, and nothing to find.
  const nobody: Argon2Hash = { ...cost, salt: random(saltBytes), hash: random(hashBytes) }

  return {
    hash: (password) =>
      inTurn(async () => {
        const salt = random(saltBytes)
        const hash = await derive(password, { ...cost, salt, hash: { length: hashBytes } })
        return formatArgon2Hash({ ...cost, salt, hash })
      }),

    verify: (password, stored) =>
      inTurn(async () => {
        const known = stored === undefined ? undefined : parseArgon2Hash(stored)
        const made = await derive(password, known ?? nobody)
        return timingSafeEqual(made, (known ?? nobody).hash) && known !== undefined
      }),

    vitals,
  }
}

/** @param threads of libuv's pool, as its environment variable says it */
export function halfOfTheMachine(threads: string | undefined, cores = availableParallelism()): number {
  const count = /^\d+$/.test(threads ?? '') ? Number(threads) : 4

  return Math.max(1, Math.floor(Math.min(cores, count) / 2))
}

const argon2Async = promisify(argon2)

function derive(
  password: string,
  to: Omit<Argon2Hash, 'hash'> & { readonly hash: { readonly length: number } },
): Promise<Buffer> {
  const { memory, passes, lanes, salt, hash } = to

  return argon2Async('argon2id', {
    message: Buffer.from(password, 'utf8'),
    nonce: salt,
    memory,
    passes,
    parallelism: lanes,
    tagLength: hash.length,
  })
}

/** Runs at most `concurrency` tasks at once, the others in the order they came; refuses what `maxWaiting` cannot hold. */
function createQueue(concurrency: number, maxWaiting: number) {
  const waiting: (() => void)[] = []
  let running = 0
  let refused = 0

  async function inTurn<Value>(task: () => Promise<Value>): Promise<Value> {
    if (running >= concurrency) {
      if (waiting.length >= maxWaiting) {
        refused += 1
        throw new PasswordHasherBusy('too many passwords wait to be hashed')
      }
      // The place is handed over by whoever ends, so nobody can slip in between.
      await new Promise<void>((go) => waiting.push(go))
    } else running += 1
    try {
      return await task()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }

  return { inTurn, vitals: () => ({ running, waiting: waiting.length, refused }) }
}
