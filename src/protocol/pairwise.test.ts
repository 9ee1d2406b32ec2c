import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aClient, callback, liWei } from '../testing/build.ts'
import type { Subject } from './account.ts'
import { plainClient } from './client.ts'
import type { Client, ClientId } from './client.ts'
import { isPairwise, shownSubject } from './pairwise.ts'
import type { RegisteredRedirectUri } from './redirect-uri.ts'

const key = new Uint8Array(32).fill(1)
const pairwise = { ...plainClient.identity, subjectType: 'pairwise' } as const
const at = (...uris: string[]) => uris as unknown as RegisteredRedirectUri[]
const shown = (given: Partial<Client>, subject: Subject = liWei, by = key) =>
  shownSubject(subject, aClient({ identity: pairwise, ...given }), by)

test('[OIDC-8.1-01] a pairwise subject depends on sector, person and key, and on nothing else', () => {
  const usual = shown({})

  assert.equal(isPairwise(usual), true)
  assert.equal(shown({ id: 'another' as ClientId, redirectUris: at(`${callback}/other`) }), usual)
  assert.notEqual(shown({ redirectUris: at('https://else.example/cb') }), usual)
  assert.notEqual(shown({}, 'somebody-else' as Subject), usual)
  assert.notEqual(shown({}, liWei, new Uint8Array(32)), usual)
  assert.equal(usual.includes(liWei), false)
})

test('[OIDC-8.1-01] the document of the sector decides where there is one; an app without a host is a sector of its own', () => {
  const ofSector = (host: string, redirect: string) =>
    shown({
      identity: { ...pairwise, sectorIdentifierUri: `https://${host}/uris.json` },
      redirectUris: at(`https://${redirect}/cb`),
    })
  const native = (id: string) => shown({ id: id as ClientId, redirectUris: at('com.example.app:/cb') })

  assert.equal(ofSector('sector.example', 'one.example'), ofSector('sector.example', 'two.example'))
  assert.notEqual(ofSector('sector.example', 'one.example'), ofSector('other.example', 'one.example'))
  assert.notEqual(native('one'), native('two'))
})

test('[OIDC-8.1-01] only who can be reached at a host alone is of its sector; what programs on a device share is no host', () => {
  const victim = shown({ id: 'victim' as ClientId, redirectUris: at('https://victim.example/cb') })
  const stranger = (id: string, ...uris: string[]) => shown({ id: id as ClientId, redirectUris: at(...uris) })

  assert.equal(stranger('sibling', 'https://victim.example/other'), victim)
  for (const more of ['com.stranger.app:/cb', 'http://127.0.0.1/cb', 'http://[::1]/cb', 'http://localhost/cb'])
    assert.notEqual(stranger('stranger', 'https://victim.example/cb', more), victim, more)
  for (const loopback of ['http://127.0.0.1/cb', 'http://[::1]:8080/cb', 'http://localhost:3000/cb'])
    assert.notEqual(stranger('one', loopback), stranger('two', loopback), loopback)
})

test('[O21-7.4-01] a public client knows the id of the account; whoever stands for itself is known by its own id', () => {
  const client = aClient({ identity: pairwise })

  assert.equal(shownSubject(liWei, aClient(), key), liWei)
  assert.equal(shownSubject(client.id as string as Subject, client, key), client.id)
  assert.equal(isPairwise(liWei), false)
})
