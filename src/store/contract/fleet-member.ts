import { writeSync } from 'node:fs'
import type { Store } from '../../ports/store.ts'
import type { AuthorizationId } from '../../protocol/authorization.ts'
import { aCode, anAuthorization, anEvent, aRedemption, aRotation, morning } from '../../testing/index.ts'
import type { Adapter, Task } from './fleet.ts'

/*
 * One process of a fleet, made by fleet.ts. It opens the store when it gets its first task, says so, and begins when
 * it is told, so that all members begin together.
 */

const adapter = JSON.parse(process.argv[2] ?? '') as Adapter
const module = (await import(adapter.module)) as Record<string, (options: unknown) => Store | Promise<Store>>
let store: Store | undefined

const open = async () => (store ??= await module[adapter.opens]!(adapter.options))

async function run(task: Task): Promise<unknown> {
  if (task.kind === 'close') return store?.close()
  const opened = await open()
  switch (task.kind) {
    case 'open':
      return undefined
    case 'call':
      return Promise.all(task.calls.map(([method, ...given]) => call(opened, method, given)))
    case 'rotate_until_refused':
      return rotateUntilRefused(opened, task.id)
    case 'redeem_until_killed':
      await Promise.all(Array.from({ length: 16 }, () => redeemUntilKilled(opened)))
      return undefined
  }
}

function call(opened: Store, method: keyof Store, given: readonly unknown[]): unknown {
  const methods = opened as unknown as Record<string, (...given: readonly unknown[]) => unknown>

  return methods[method]!(...given)
}

/** How often it succeeded. */
async function rotateUntilRefused(opened: Store, id: AuthorizationId): Promise<number> {
  let count = 0
  for (;;) {
    const found = await opened.findAuthorization(id)
    if (found === undefined || found.revokedAt !== undefined) return count
    // A lost race against another member is no refusal: it reads again.
    const { kind } = await opened.commit(aRotation(found), morning)
    if (kind === 'done') count += 1
  }
}

/** Writes a line for each thing that the store acknowledged, before it goes on. */
async function redeemUntilKilled(opened: Store): Promise<never> {
  for (;;) {
    const [code, authorization] = [aCode(), anAuthorization()]
    await opened.issueCode(code, undefined, undefined, anEvent({ type: 'code_issued' }), morning)
    writeSync(1, `${code.id}\n`)
    const event = anEvent({ authorizationId: authorization.id })
    await opened.commit(aRedemption(code, { authorization, event }), morning)
    writeSync(1, `${code.id} ${authorization.id} ${event.id}\n`)
  }
}

let task: Task | undefined
process.on('message', (message: Task | 'go') => void receive(message))
process.send?.('up')

async function receive(message: Task | 'go'): Promise<void> {
  if (message !== 'go') {
    task = message
    if (task.kind !== 'open' && task.kind !== 'close') await open()
    return void process.send?.('ready')
  }
  try {
    process.send?.({ answer: task && (await run(task)) })
  } catch (error) {
    process.send?.({ error: String(error) })
  }
}
