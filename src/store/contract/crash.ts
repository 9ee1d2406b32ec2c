import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { text } from 'node:stream/consumers'
import type { Store } from '../../ports/store.ts'
import type { AuthorizationId, CodeId } from '../../protocol/authorization.ts'
import { anAuthorization, aRedemption, morning, seededRandom } from '../../testing/index.ts'
import { startMember } from './fleet.ts'
import type { Adapter } from './fleet.ts'

/** How often a process is killed; more on demand. */
const rounds = Number(process.env['HUFU_CRASH_ROUNDS'] ?? 3)

/**
 * Kills a process amid its writes and looks at what is there. That shows that nothing is answered before the commit;
 * that the commit is on the disk itself, only a power cut could show.
 */
export function describeCrash(name: string, adapter: () => Adapter, open: () => Promise<Store>): void {
  for (let round = 1; round <= rounds; round += 1) {
    test(`${name}: [CD-10] after SIGKILL all that was acknowledged is there, and a redeemed code stays used (round ${round})`, async () => {
      const lines = await writeUntilKilled(await startMember(adapter()), 50 * (1 + (seededRandom(round)(1)[0] ?? 0)))
      const acknowledged = lines.map((line) => line.split(' ') as [CodeId, AuthorizationId?, string?])
      const store = await open()
      const events = await allEvents(store)

      for (const [codeId, authorizationId, eventId] of acknowledged) {
        const code = await store.findCode(codeId)
        assert.ok(code !== undefined, 'an acknowledged code was lost')
        if (authorizationId === undefined) continue
        assert.equal(code.authorizationId, authorizationId)
        assert.equal((await store.findAuthorization(authorizationId))?.id, authorizationId)
        assert.equal(events.get(eventId!), authorizationId)
        assert.deepEqual(await store.commit(aRedemption(code, { authorization: anAuthorization() }), morning), {
          kind: 'already_redeemed',
          authorizationId,
        })
      }
      // What was not acknowledged is there completely or not at all.
      for (const authorizationId of events.values())
        assert.ok((await store.findAuthorization(authorizationId)) !== undefined, 'half of a change was written')
      await store.close()
    })
  }
}

/** Its complete lines. */
async function writeUntilKilled(member: ChildProcess, atLeastBytes: number): Promise<string[]> {
  const output = member.stdout!
  member.send({ kind: 'redeem_until_killed' })
  await once(member, 'message')
  let seen = 0
  output.on('data', (chunk: Buffer) => {
    seen += chunk.length
    if (seen >= atLeastBytes) member.kill('SIGKILL')
  })
  const written = text(output)
  member.send('go')
  await once(member, 'exit')
  const all = await written

  return all.slice(0, all.lastIndexOf('\n')).split('\n')
}

/** The authorization that each event of a redemption names. */
async function allEvents(store: Store): Promise<Map<string, AuthorizationId>> {
  const found = new Map<string, AuthorizationId>()
  for (let after: string | undefined; ;) {
    const page = await store.listAudit(after, 1000)
    for (const { id, authorizationId } of page) if (authorizationId !== undefined) found.set(id, authorizationId)
    after = page.at(-1)?.id
    if (after === undefined) return found
  }
}
