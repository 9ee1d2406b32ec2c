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
/** How long honest clients are watched each time, in milliseconds, and how many requests they begin in a second. */
const watched = Number(process.env['HUFU_WATCHED'] ?? 6_000)
const rate = 150
/** Times without and with slow connections, in turn, so that what else the machine does meets both; the median counts. */
const pairs = Number(process.env['HUFU_PAIRS'] ?? 7)
/** Milliseconds after all of them have come or gone. */
const settled = 1_500
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
  const [alone, beside]: [number[], number[]] = [[], []]
  try {
    await measure(http)
    for (let pair = 0; pair < pairs; pair += 1) {
      alone.push(await measure(http))
      const clients = spawn(process.execPath, [program, url, String(slow)], { stdio: ['pipe', 'pipe', 'inherit'] })
      await once(clients.stdout, 'data')
      await pause(settled)
      beside.push(await measure(http))
      const ended = once(clients, 'exit')
      clients.stdin.end()
      await ended
      await pause(settled)
    }
  } finally {
    http.close()
  }
  const ratio = median(beside) / median(alone)
  t.diagnostic(`p99 of each time alone ${inWords(alone)}; beside ${slow} slow connections ${inWords(beside)}`)
  t.diagnostic(
    `slow connections: median p99 of honest requests ${median(alone).toFixed(1)} ms alone, ${median(beside).toFixed(1)} ms beside ${slow}: ${ratio.toFixed(2)} times`,
  )
  assert.ok(ratio <= mostRatio)
})

const median = (numbers: readonly number[]) => numbers.toSorted((one, other) => one - other)[numbers.length >> 1]!
const inWords = (times: readonly number[]) => times.map((each) => each.toFixed(1)).join(', ')
