import assert from 'node:assert/strict'
import { askingApi, ordersApi } from '../support/instances.ts'
import type { InstanceStore } from '../support/instances.ts'
import { signedIn, startPair } from '../support/pair.ts'
import type { Browser, Door, Pair } from '../support/pair.ts'
import { openApp } from '../support/fleet-clients.ts'
import { idp, newcomer, openTold, portal, shop, signer, television } from './cast.ts'
import type { Told } from './cast.ts'

/** Two servers in processes of their own, and who has to do with them. */
export interface Fleet {
  readonly pair: Pair
  readonly first: Door
  readonly second: Door
  /** Of somebody who signed in at the first. */
  readonly browser: Browser
  readonly told: Told
  readonly close: () => Promise<void>
}

const settings = {
  features: { deviceGrant: true, registration: 'open' },
  dpopNonces: true,
  trustedIssuers: [
    {
      issuer: idp.issuer,
      jwks: idp.jwks,
      clients: [portal.client_id],
      subject: 'username',
      scopes: ['orders.read'],
      resources: [ordersApi],
    },
  ],
} as const

export async function startFleet(store: InstanceStore): Promise<Fleet> {
  const told = await openTold()
  const pair = await startPair(store, { clients: [signer, portal, shop, television, openApp(told.uri)], settings })
  const { first, second } = pair

  return {
    pair,
    first,
    second,
    browser: await signedIn(first),
    told,
    close: async () => {
      await pair.close()
      told.close()
    },
  }
}

/** Twenty at once, to the one and to the other by turns. @returns how many succeeded */
export async function atBoth({ first, second }: Fleet, send: (door: Door) => Promise<Response>): Promise<number> {
  const answers = await Promise.all(Array.from({ length: 20 }, (_, at) => send(at % 2 === 0 ? first : second)))
  for (const { status } of answers) assert.ok([200, 400, 401].includes(status), String(status))

  return answers.filter(({ status }) => status === 200).length
}

/** What introspection says. */
export async function isActive(door: Door, token: string): Promise<boolean> {
  const answer = await door.post('/introspect', { token }, askingApi)

  return ((await answer.json()) as { readonly active: boolean }).active
}

export const register = (door: Door) =>
  door.send('/register', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(newcomer),
  })
