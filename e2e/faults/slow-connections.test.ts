import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { asRacer, form } from '../support/child-server.ts'
import { startFleet } from '../support/fleet.ts'
import type { Fleet } from '../support/fleet.ts'
import { createWireClient } from '../support/wire-client.ts'
import type { WireClient } from '../support/wire-client.ts'

const slow = Number(process.env['HUFU_SLOW'] ?? 2_000)
/** How long honest clients are watched, in milliseconds, and how many requests they begin in a second. */
const watched = Number(process.env['HUFU_WATCHED'] ?? 10_000)
const rate = 100
/** A machine with other work spoils single figures. */
const tries = 3
/** Milliseconds after all of them have come or gone. */
const settled = 2_000
const mostRatio = 2

let fleet: Fleet

before(async () => void (fleet = await startFleet()))
after(() => fleet?.remove())

/** The time of which one answer in a hundred took longer, in milliseconds. */
async function measure(http: WireClient): Promise<number> {
  const took: number[] = []
  const body = form({ grant_type: 'client_credentials', scope: 'orders.read' })
  const began = performance.now()
  const pending: Promise<void>[] = []
  for (let count = 0; performance.now() < began + watched; count += 1) {
    const at = performance.now()
    pending.push(
      http.send({ method: 'POST', path: '/token', headers: asRacer, body }).then(({ status, text }) => {
        assert.equal(status, 200, text)
        took.push(performance.now() - at)
      }),
    )
    await pause(Math.max(0, began + ((count + 1) * 1000) / rate - performance.now()))
  }
  await Promise.all(pending)

  return took.toSorted((one, other) => one - other)[Math.floor(took.length * 0.99)]!
}

test(`[HT-05] ${slow} slow connections fail no honest request, and the slowest of them take at most twice their time`, async (t) => {
  const { url } = fleet.members[0]!
  const http = createWireClient(url, 20)
  const program = fileURLToPath(new URL('./slow-clients.ts', import.meta.url))
  let ratio = Infinity
  try {
    await measure(http)
    let before = await measure(http)
    for (let count = 0; ratio > mostRatio && count < tries; count += 1) {
      const clients = spawn(process.execPath, [program, url, String(slow)], { stdio: ['pipe', 'pipe', 'inherit'] })
      await once(clients.stdout, 'data')
      await pause(settled)
      const beside = await measure(http)
      const ended = once(clients, 'exit')
      clients.stdin.end()
      await ended
      await pause(settled)
      const afterwards = await measure(http)
      const alone = (before + afterwards) / 2
      before = afterwards
      ratio = beside / alone
      t.diagnostic(
        `p99 of honest requests ${alone.toFixed(1)} ms alone, ${beside.toFixed(1)} ms beside ${slow} slow connections: ${ratio.toFixed(2)} times`,
      )
    }
  } finally {
    http.close()
  }
  assert.ok(ratio <= mostRatio)
})
