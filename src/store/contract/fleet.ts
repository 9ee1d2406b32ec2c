import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Store } from '../../ports/store.ts'
import type { AuthorizationId } from '../../protocol/authorization.ts'

/** How another process opens the same store: `opens` is exported by `module` and takes the options, plain data. */
export interface Adapter {
  readonly module: string
  readonly opens: string
  readonly options: unknown
}

export type Call = readonly [method: keyof Store, ...given: readonly unknown[]]

export type Task =
  | { readonly kind: 'open' }
  | { readonly kind: 'call'; readonly calls: readonly Call[] }
  | { readonly kind: 'rotate_until_refused'; readonly id: AuthorizationId }
  | { readonly kind: 'redeem_until_killed' }
  | { readonly kind: 'close' }

export interface Fleet {
  /** Gives each member its task and lets all begin together; the answers are in the order of the members. */
  readonly run: (task: (member: number) => Task) => Promise<readonly unknown[]>
  /** Deals the calls out to the members; the answers are in the order of the calls. */
  readonly call: (calls: readonly Call[]) => Promise<readonly unknown[]>
  readonly stop: () => Promise<void>
}

/** Real processes, each with its own connection to one store. */
export async function startFleet(adapter: Adapter, size: number): Promise<Fleet> {
  const members = await Promise.all(Array.from({ length: size }, () => startMember(adapter)))

  async function run(task: (member: number) => Task): Promise<readonly unknown[]> {
    await Promise.all(members.map((member, index) => exchange(member, task(index))))

    return Promise.all(members.map((member) => exchange(member, 'go').then(answerOf)))
  }

  async function call(calls: readonly Call[]): Promise<readonly unknown[]> {
    const mine = (member: number) => calls.filter((_, index) => index % size === member)
    const answers = (await run((member) => ({ kind: 'call', calls: mine(member) }))) as unknown[][]

    return calls.map((_, index) => answers[index % size]?.[Math.floor(index / size)])
  }

  async function stop(): Promise<void> {
    await Promise.all(members.map(stopMember))
  }

  return { run, call, stop }
}

/** Up, with nothing opened yet. */
export async function startMember(adapter: Adapter): Promise<ChildProcess> {
  const member = fork(new URL('./fleet-member.ts', import.meta.url), [JSON.stringify(adapter)], {
    // With the options of the test runner it would report itself as a test, between its lines.
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  await replyOf(member)

  return member
}

async function stopMember(member: ChildProcess): Promise<void> {
  if (member.exitCode !== null || member.signalCode !== null) return
  await exchange(member, { kind: 'close' })
  await exchange(member, 'go')
  const ended = once(member, 'exit')
  member.disconnect()
  await ended
}

function exchange(member: ChildProcess, message: Task | 'go'): Promise<unknown> {
  const reply = replyOf(member)
  member.send(message)

  return reply
}

/** The next message; an end without one is an error, not a wait for ever. */
function replyOf(member: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error('a member of the fleet ended before it answered'))
    member.once('exit', onExit)
    member.once('message', (message) => {
      member.off('exit', onExit)
      resolve(message)
    })
  })
}

function answerOf(reply: unknown): unknown {
  const { answer, error } = reply as { readonly answer?: unknown; readonly error?: string }
  if (error !== undefined) throw new Error(`in a member of the fleet: ${error}`)

  return answer
}
