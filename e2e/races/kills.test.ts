import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { AuthorizationServer, AuthorizationServerOptions } from 'hufu'
import { openPostgres } from 'hufu/postgres'
import { openSqlite } from 'hufu/sqlite'
import { startPostgres } from '../../src/store/contract/real-postgres.ts'
import { openApp, television } from '../support/fleet-clients.ts'
import { createFleetServer } from '../support/fleet-server.ts'
import { newSecret, startInstance } from '../support/instances.ts'
import type { Instance, InstanceStore } from '../support/instances.ts'
import { checkEffects } from './effects.ts'
import { checkLedger, emptyLedger } from './ledger.ts'
import type { Ledger } from './ledger.ts'
import { createRing, signIn } from './ring.ts'
import type { Ring } from './ring.ts'
import { foreignApp, workers, workOn } from './workers.ts'

/** `HUFU_KILLS=200` is the full set (`npm run test:races`), over each store. */
const kills = Number(process.env['HUFU_KILLS'] ?? 3)
const foreignEachRound = 5
/** So long a delivery is left to the instance that took it; after that another one may try. */
const leaseMs = 31_000

interface Killed {
  readonly where: string
  readonly store: InstanceStore
  readonly instances: number
  readonly open: () => AuthorizationServerOptions['store']
}

async function killAndCheck(t: TestContext, { where, store, instances: count, open }: Killed): Promise<void> {
  const secret = newSecret()
  const app = await openReceiver(t)
  const clients = [television, openApp(app.uri)]
  const instances: Instance[] = []
  const opened = open()
  const office = await createFleetServer({ store: opened, secret })
  try {
    for (let at = 0; at < count; at++) {
      // One that is killed must not take its own database for an older one.
      const memory = mkdtempSync(join(folder, 'memory-'))
      instances.push(await startInstance({ store, secret, port: 0, clients, memory }))
    }
    const totals: Record<keyof Ledger, number> = { ...zero }
    const sids: string[] = []
    for (let round = 0; round < kills; round++) {
      const at = round % count
      const isLast = round === kills - 1
      // On a slow machine the last round goes on until everything was done once.
      const isEnough = (done: Ledger) => !isLast || names.every((name) => totals[name] + done[name].length > 0)
      const ledger = await workUntilKilled(instances, at, round, { office, told: app.uri, isEnough })
      instances[at] = await instances[at]!.restart()
      await withRing(instances, round, async (ring) => checkLedger(ledger, ring, await signIn(ring)))
      for (const name of names) totals[name] += ledger[name].length
      sids.push(...ledger.signedOut.map(({ sid }) => sid))
    }
    // Deliveries that a killed instance had taken are free after their lease. Not before the ledger is checked: a refresh
    // whose answer was lost can be tried again for ten seconds only.
    instances[0] = await instances[0]!.restart({ aheadMs: leaseMs })
    await app.hears(sids)
    const effects = await checkEffects(store, opened, secret)
    t.diagnostic(`audit: ${effects} effects, each with its event, and each event with its effect; the chain is whole`)

    const checked = Object.values(totals).reduce((sum, each) => sum + each, 0)
    for (const [name, number] of Object.entries(totals)) assert.ok(number > 0, `the load had no ${name}`)
    t.diagnostic(`kill -9, ${where}: ${kills} kills, ${checked} acknowledged facts checked, 0 lost, 0 used twice`)
    t.diagnostic(
      Object.entries(totals)
        .map(([name, number]) => `${name} ${number}`)
        .join(', '),
    )
  } finally {
    await office.close()
    await opened.close()
    await Promise.all(instances.map((each) => each.stop()))
  }
}

const names = Object.keys(emptyLedger()) as (keyof Ledger)[]
const zero = Object.fromEntries(names.map((name) => [name, 0])) as Record<keyof Ledger, number>

interface Around {
  readonly office: AuthorizationServer
  /** Where an app is told that a session has ended. */
  readonly told: string
  readonly isEnough: (ledger: Ledger) => boolean
}

/** One instance is killed amid the work of everybody; who works at another goes on until that is noticed. */
async function workUntilKilled(
  instances: readonly Instance[],
  killed: number,
  round: number,
  { office, told, isEnough }: Around,
): Promise<Ledger> {
  const ledger = emptyLedger()
  const unknown = Array.from({ length: foreignEachRound }, (_, at) => foreignApp(`${round}-${at}`))
  for (const client of unknown) assert.ok((await office.saveClient(client)).ok)
  let isOver = false
  await withRing(instances, round, async (ring) => {
    const cookie = await signIn(ring, killed)
    const works = workers.map((worker, at) =>
      workOn(worker, { ring, turn: killed + at, cookie, ledger, unknown, told: openApp(told) }, () => isOver),
    )
    const kill = pause(200 + randomInt(300)).then(async () => {
      for (let tries = 0; tries < 200 && !isEnough(ledger); tries++) await pause(50)
      await instances[killed]!.kill()
      isOver = true
    })
    await Promise.all([kill, ...works])
  })

  return ledger
}

/** Every round comes from another address, so that no limit for one caller is met. */
async function withRing<Value>(instances: readonly Instance[], round: number, use: (ring: Ring) => Promise<Value>) {
  const ring = createRing(instances)
  const from = { 'x-forwarded-for': `203.0.${113 + (round >> 8)}.${round % 256}` }
  try {
    return await use({
      ...ring,
      send: (turn, request) => ring.send(turn, { ...request, headers: { ...request.headers, ...from } }),
    })
  } finally {
    await ring.close()
  }
}

/** An app that is told of the end of sessions, and takes its time to answer, so that kills come in between. */
async function openReceiver(t: TestContext) {
  const heard = new Set<string>()
  const server = createServer((request, response) => {
    void text(request).then(async (body) => {
      const token = new URLSearchParams(body).get('logout_token') ?? ''
      await pause(100)
      heard.add(
        String((JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { sid: string }).sid),
      )
      response.writeHead(200, { 'cache-control': 'no-store' }).end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })

  return {
    uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/out`,
    /** Waits until it was told of all these; the time limit of the test ends a wait for what is lost. */
    hears: async (sids: readonly string[]) => {
      for (let tries = 0; tries < 600 && sids.some((sid) => !heard.has(sid)); tries++) await pause(50)
      assert.deepEqual(
        sids.filter((sid) => !heard.has(sid)),
        [],
        'an app was never told that a session has ended',
      )
    },
  }
}

const folder = mkdtempSync(join(tmpdir(), 'hufu-kills-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const postgres = await startPostgres()
after(() => postgres.stop())

test(`[CD-10] killed ${kills} times under load, the server keeps everything that it acknowledged (SQLite)`, async (t) => {
  // req: RT-06, O21-4.1.3-03, OUT-BC-2.5-01, LG-04, LG-05
  const file = join(folder, 'hufu.db')

  await killAndCheck(t, {
    where: 'SQLite',
    store: { kind: 'sqlite', file },
    instances: 1,
    open: () => openSqlite({ file }),
  })
})

test(`[CD-10] killed ${kills} times under load, two instances keep everything that they acknowledged (PostgreSQL)`, async (t) => {
  // req: RT-06, O21-4.1.3-03, OUT-BC-2.5-01, LG-04, LG-05
  const connectionString = await postgres.createDatabase()
  const store = { kind: 'postgres', connectionString } as const

  await killAndCheck(t, {
    where: 'two instances over PostgreSQL',
    store,
    instances: 2,
    open: () => openPostgres({ connectionString }),
  })
})
