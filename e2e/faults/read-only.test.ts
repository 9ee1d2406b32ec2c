import assert from 'node:assert/strict'
import { chmodSync, copyFileSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { nobody } from '../../src/store/contract/postgres-programs.ts'
import { asRacer, createHttpClient, form, getCode, redeem, signIn, tokensOf } from '../support/child-server.ts'
import type { Answer, HttpClient } from '../support/child-server.ts'
import { startFleet } from '../support/fleet.ts'
import type { Fleet, FleetOptions } from '../support/fleet.ts'
import { mountFailingDisk } from '../support/small-disk.ts'

/** Longer than a server goes without a look at its file, in milliseconds. */
const aWhile = 300

async function open(t: TestContext, options: FleetOptions) {
  const fleet: Fleet = await startFleet(options)
  const door = createHttpClient(fleet.members[0]!.url, 5)
  t.after(async () => {
    door.close()
    await fleet.remove()
  })
  const cookie = await signIn(door)
  const tokens = tokensOf(await redeem(door, await getCode(door, cookie)))

  return { fleet, member: fleet.members[0]!, door, cookie, tokens }
}

const post = (door: HttpClient, path: string, fields: Readonly<Record<string, string>>) =>
  door.send('POST', path, asRacer, form(fields))

const machine = (door: HttpClient) => post(door, '/token', { grant_type: 'client_credentials', scope: 'orders.read' })

const introspect = (door: HttpClient, token: string) => post(door, '/introspect', { token })

const isActive = ({ text }: Answer) => (JSON.parse(text) as { readonly active: boolean }).active

function assertUnavailable({ status, headers, text }: Answer): void {
  assert.equal(status, 503, text)
  assert.match(String(headers['retry-after']), /^[1-9]/)
  assert.equal((JSON.parse(text) as { readonly error: string }).error, 'temporarily_unavailable')
}

test('[CD-10] a server does not start on a file or in a folder that it may not write, says which, and starts when it may', async (t) => {
  // req: IN-11
  const home = mkdtempSync(join(tmpdir(), 'hufu-read-only-'))
  t.after(() => rmSync(home, { recursive: true, force: true }))
  chmodSync(home, 0o777)
  const data = join(home, 'data')
  const { member, door, tokens } = await open(t, { data, as: nobody })
  const modes = (file: number, folder: number) => {
    chmodSync(data, 0o755)
    for (const name of readdirSync(data)) if (name.startsWith('hufu.db')) chmodSync(join(data, name), file)
    chmodSync(data, folder)
  }
  await member.stop()

  for (const [file, folder] of [
    [0o600, 0o555],
    [0o444, 0o755],
  ] as const) {
    modes(file, folder)
    await assert.rejects(member.start(), /HF-DB-0801[\s\S]*hufu\.db cannot be written/)
  }
  modes(0o600, 0o700)
  await member.start()

  assert.equal(isActive(await introspect(door, tokens.access_token)), true)
})

test('[CD-10] a server whose disk failed answers what needs no write, refuses the rest with 503, and has lost nothing when it is repaired', async (t) => {
  // req: IN-11
  const disk = mountFailingDisk(64)
  t.after(() => disk.remove())
  const { member, door, tokens, cookie } = await open(t, { data: join(disk.folder, 'data') })
  const code = await getCode(door, cookie)

  disk.fail()

  assertUnavailable(await machine(door))
  assertUnavailable(await redeem(door, code))
  assertUnavailable(await post(door, '/revoke', { token: tokens.refresh_token }))
  assertUnavailable(await post(door, '/token', { grant_type: 'refresh_token', refresh_token: tokens.refresh_token }))
  for (const path of ['/.well-known/jwks.json', '/.well-known/oauth-authorization-server', '/sign-in'])
    assert.equal((await door.send('GET', path)).status, 200, path)
  assert.equal(isActive(await introspect(door, tokens.access_token)), true)
  await member.kill()
  disk.repair()
  await member.start()

  assert.equal((await machine(door)).status, 200)
  assert.equal((await redeem(door, code)).status, 200)
  assert.equal(isActive(await introspect(door, tokens.access_token)), true)
})

test('[CD-10] a server whose file is removed or replaced says so with 503, and goes on when it is put back', async (t) => {
  // req: IN-11, RT-06
  const home = mkdtempSync(join(tmpdir(), 'hufu-moved-'))
  t.after(() => rmSync(home, { recursive: true, force: true }))
  const { member, door, tokens } = await open(t, { data: home })
  const [file, aside] = [join(home, 'hufu.db'), join(home, 'aside.db')]
  const refuses = async () => {
    await pause(aWhile)
    assertUnavailable(await machine(door))
    assertUnavailable(await post(door, '/revoke', { token: tokens.refresh_token }))
    assert.equal((await door.send('GET', '/.well-known/jwks.json')).status, 200)
  }

  renameSync(file, aside)
  await refuses()
  assert.match(member.faults().join('\n'), /hufu\.db was removed or replaced/)
  copyFileSync(aside, file)
  await refuses()
  renameSync(aside, file)
  await pause(aWhile)

  assert.equal((await machine(door)).status, 200)
  assert.equal(isActive(await introspect(door, tokens.access_token)), true)
})
