import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { execute } from '../../src/store/contract/real-postgres.ts'
import { startBalancer } from '../support/balancer.ts'
import type { Balancer } from '../support/balancer.ts'
import { asRacer, createHttpClient, form, getCode, racer, redeem, signIn, tokensOf } from '../support/child-server.ts'
import type { HttpClient } from '../support/child-server.ts'
import { fleetIssuer, ordersApi, startFleet } from '../support/fleet.ts'
import type { Fleet } from '../support/fleet.ts'
import { startGuard } from '../support/guards.ts'
import type { GuardProcess } from '../support/guards.ts'
import { startTcpRelay } from '../support/tcp-relay.ts'
import type { TcpRelay } from '../support/tcp-relay.ts'

export interface FeedDatabase {
  /** As the servers reach it. */
  readonly address: string
  /** As we do. */
  readonly direct: string
}

/**
 * Two servers and a guard, a process each; the guard follows the feed through whatever stands before the servers.
 *
 * @param limit of the 99th percentile, in milliseconds
 */
export function describeFeed(
  where: string,
  prepare: () => Promise<FeedDatabase>,
  rounds: number,
  limit = Number.POSITIVE_INFINITY,
): void {
  /** That the small guard holds: what ends on the way, and not what ends at once. */
  const most = rounds + 100

  describe(where, () => {
    let database: FeedDatabase
    let fleet: Fleet
    let balancer: Balancer
    let relay: TcpRelay
    let guard: GuardProcess
    let small: GuardProcess
    let doors: readonly HttpClient[]
    let cookie: string

    before(async () => {
      database = await prepare()
      fleet = await startFleet({
        database: database.address,
        size: 2,
        config: { features: { revocationFeed: true } },
      })
      doors = fleet.members.map(({ url }) => createHttpClient(url, 5))
      balancer = await startBalancer(fleet.members.map(({ url }) => url))
      relay = await startTcpRelay(Number(new URL(balancer.url).port))
      const asked = { issuer: fleetIssuer, resource: ordersApi, through: `http://127.0.0.1:${relay.port}` }
      const credentials = { clientId: racer.client_id, clientSecret: racer.client_secret }
      guard = await startGuard({ ...asked, ...credentials })
      small = await startGuard({ ...asked, ...credentials, whenStale: 'refuse', maxEntries: most })
      cookie = await signIn(doors[0]!)
    })
    after(async () => {
      await guard?.stop()
      await small?.stop()
      for (const door of doors ?? []) door.close()
      await relay?.close()
      await balancer?.close()
      await fleet?.remove()
    })

    const begin = async (door = doors[0]!) => tokensOf(await redeem(door, await getCode(door, cookie)))

    async function revoke(token: string, door = doors[0]!): Promise<void> {
      assert.equal((await door.send('POST', '/revoke', asRacer, form({ token }))).status, 200)
    }

    /** Ends what nobody knows. */
    const endOthers = (count: number) =>
      execute(
        database.direct,
        `INSERT INTO changes (kind, name, expires_at)
         SELECT 'token', gen_random_uuid()::text, ${Date.now() + 3_600_000} FROM generate_series(1, ${count})`,
      )

    test(`[REV-2-01] what ends at either server is refused by the guard of a third process (${where})`, async (t) => {
      // req: RT-10, IN-04
      const times: number[] = []
      for (let round = 0; round < rounds; round += 1) {
        const [one, other] = round % 2 === 0 ? doors : doors.toReversed()
        const [dies, lives] = [await begin(one), await begin(other)]
        assert.equal(await guard.ask(dies.access_token), 200)
        await revoke(dies.refresh_token, other)
        times.push(await guard.refusedAfter(dies.access_token))
        assert.equal(await guard.ask(lives.access_token), 200)
      }
      const sorted = times.toSorted((left, right) => left - right)
      const at = (part: number) => Math.round(sorted[Math.min(rounds - 1, Math.floor(rounds * part))]!)
      t.diagnostic(`${rounds} revocations, ${where}: refused after ${at(0.5)} ms (p50), ${at(0.99)} ms (p99)`)
      assert.ok(at(0.99) <= limit)
    })

    test(`[REV-2-01] a guard whose connection was cut goes on where it was, and hears what ended meanwhile (${where})`, async () => {
      const [dies, lives] = [await begin(), await begin()]
      assert.equal(await guard.ask(dies.access_token), 200)

      relay.freeze()
      await revoke(dies.refresh_token)
      relay.cut()
      relay.thaw()

      await guard.refusedAfter(dies.access_token)
      assert.equal(await guard.ask(lives.access_token), 200)
    })

    test(`[REV-2-01] a guard whose server was killed goes to the other and misses nothing (${where})`, async (t) => {
      // req: RT-06
      for (const [at, member] of fleet.members.entries()) {
        const staying = doors[1 - at]!
        const [dies, lives] = [await begin(staying), await begin(staying)]
        assert.equal(await guard.ask(dies.access_token), 200)

        await member.kill()
        await revoke(dies.refresh_token, staying)
        t.diagnostic(`refused after ${Math.round(await guard.refusedAfter(dies.access_token))} ms without server ${at}`)
        assert.equal(await guard.ask(lives.access_token), 200)

        await member.start()
        while (balancer.ready().length < 2) await pause(20)
      }
    })

    test(`[REV-2-01] a guard that slept while much ended hears of all of it, page after page, and holds no more than it may (${where})`, async () => {
      // req: RS-06
      const [dies, lives] = [await begin(), await begin()]
      assert.equal(await guard.ask(dies.access_token), 200)
      // Its first answer waits for the feed, and is one already.
      assert.equal(await small.ask(lives.access_token), 200)
      const before = (await guard.status()).entries

      guard.sleep()
      await endOthers(1200)
      await revoke(dies.refresh_token)
      guard.wake()

      await guard.refusedAfter(dies.access_token)
      assert.equal((await guard.status()).entries, before + 1201)
      assert.equal(await guard.ask(lives.access_token), 200)
      assert.ok((await small.status()).entries <= most)
    })

    test(`[REV-2-01] what a guard has heard of may have left the list: it goes on all the same (${where})`, async () => {
      const dies = await begin()
      assert.equal(await guard.ask(dies.access_token), 200)
      await execute(database.direct, 'DELETE FROM changes WHERE position IS NOT NULL')

      await revoke(dies.refresh_token)

      await guard.refusedAfter(dies.access_token)
    })

    test(`[REV-2-01] a list that went back, as that of a database without its last commits, is heard from its beginning (${where})`, async () => {
      const [heard, dies] = [await begin(), await begin()]
      await revoke(heard.refresh_token)
      await guard.refusedAfter(heard.access_token)
      await execute(database.direct, 'DELETE FROM changes; UPDATE change_list SET last = 1')

      await revoke(dies.refresh_token)

      await guard.refusedAfter(dies.access_token)
      // What it knew it does not forget.
      assert.notEqual(await guard.ask(heard.access_token), 200)
    })
  })
}
