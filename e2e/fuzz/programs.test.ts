import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzz } from './fuzz.ts'
import { peopleTargets } from './people.ts'
import { programTargets } from './programs.ts'
import { startWorld } from './world.ts'

fuzz(
  [
    'token, code',
    'token, refresh',
    'token, client credentials',
    'token, exchange',
    'token, jwt bearer',
    'token, device',
    'device authorization',
    'pushed request',
    'revoke',
    'introspect',
    'userinfo',
    'userinfo, posted',
    'register',
    'registration, read',
    'registration, replaced',
    'registration, removed',
    'discovery, OAuth',
    'discovery, OpenID',
    'keys',
  ],
  programTargets,
)

test('[HT-04] no endpoint of the discovery document is left out', async (t) => {
  const world = await startWorld()
  t.after(world.as.close)
  const answer = await world.as.get('/.well-known/openid-configuration')
  const metadata = (await answer.json()) as Record<string, string>
  const members = Object.entries(metadata).filter(([name]) => /_endpoint$|^jwks_uri$/.test(name))

  const paths = new Set<string>()
  for (const make of Object.values({ ...programTargets(world), ...peopleTargets(world) }))
    paths.add((await make()).path)

  assert.ok(members.length >= 9)
  assert.deepEqual(
    members.map(([, address]) => new URL(address).pathname).filter((path) => !paths.has(path)),
    [],
  )
})
