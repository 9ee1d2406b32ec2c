import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { asRacer, createHttpClient, form, getCode, redeem, signIn, tokensOf } from '../support/child-server.ts'
import { startFleet } from '../support/fleet.ts'
import type { Fleet } from '../support/fleet.ts'
import { createWireClient } from '../support/wire-client.ts'
import type { WireClient } from '../support/wire-client.ts'

/** `HUFU_REQUESTS=1000000` is the full set (`npm run test:faults`); a tenth comes before it, for what fills only once. */
const requests = Number(process.env['HUFU_REQUESTS'] ?? 20_000)
const warmUp = Math.max(20_000, requests / 10)
const workers = 32
const mostGrowth = 0.02

let fleet: Fleet

before(async () => {
  const probe = fileURLToPath(new URL('../support/memory-probe.ts', import.meta.url))
  fleet = await startFleet({ flags: ['--expose-gc', '--import', probe] })
})

after(() => fleet?.remove())

/** After a collection; of several, the least, since what is freed is given back by and by. */
async function measure() {
  const child = fleet.members[0]!.process()
  let [heap, rss] = [Infinity, Infinity]
  for (let count = 0; count < 5; count += 1) {
    await pause(500)
    const answer = once(child, 'message')
    child.send({ memory: true })
    const [usage] = (await answer) as [NodeJS.MemoryUsage]
    heap = Math.min(heap, usage.heapUsed + usage.external)
    rss = Math.min(rss, usage.rss)
  }

  return { heap, rss }
}

/** Refreshes, asks about the token, and gets one for itself, in turn, each of them with all that is written for it. */
async function work(http: WireClient, chains: string[], count: number): Promise<void> {
  const post = (path: string, fields: Readonly<Record<string, string>>) =>
    http.send({ method: 'POST', path, headers: asRacer, body: form(fields) })
  let left = count
  await Promise.all(
    chains.map(async (_, index) => {
      let access = ''
      while (left > 0) {
        left -= 1
        const kind = left % 3
        const answer = await (kind === 0
          ? post('/token', { grant_type: 'refresh_token', refresh_token: chains[index]! })
          : kind === 1 && access !== ''
            ? post('/introspect', { token: access })
            : post('/token', { grant_type: 'client_credentials', scope: 'orders.read' }))
        assert.equal(answer.status, 200, answer.text)
        if (kind === 0) {
          const tokens = tokensOf({ ...answer, headers: {} })
          access = tokens.access_token
          chains[index] = tokens.refresh_token
        }
      }
    }),
  )
}

const inMiB = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`
const percent = (after: number, before: number) => `${((after / before - 1) * 100).toFixed(2)} %`

test(`${requests} requests leave nothing behind in memory`, async (t) => {
  const { url } = fleet.members[0]!
  const browser = createHttpClient(url)
  const cookie = await signIn(browser)
  const chains = await Promise.all(
    Array.from(
      { length: workers },
      async () => tokensOf(await redeem(browser, await getCode(browser, cookie))).refresh_token,
    ),
  )
  browser.close()
  const http = createWireClient(url, workers)
  let growth = Infinity
  try {
    await work(http, chains, warmUp)
    for (let count = 0; growth > mostGrowth && count < 3; count += 1) {
      const first = await measure()
      await work(http, chains, requests)
      const last = await measure()
      growth = Math.max(last.heap / first.heap, last.rss / first.rss) - 1
      t.diagnostic(
        `${requests} requests after ${warmUp} to warm up: live heap ${inMiB(first.heap)} → ${inMiB(last.heap)} (${percent(last.heap, first.heap)}), resident ${inMiB(first.rss)} → ${inMiB(last.rss)} (${percent(last.rss, first.rss)})`,
      )
    }
  } finally {
    http.close()
  }
  assert.ok(growth <= mostGrowth, 'at most 2 %')
})
