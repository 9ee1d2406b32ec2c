import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuthorizationServerOptions } from 'hufu'
import * as cast from '../support/fixtures.ts'
import { startServer } from '../support/server.ts'

type Features = NonNullable<AuthorizationServerOptions['features']>

/** Everything that can be off is on. */
const everything = {
  pushedRequests: 'on',
  dpop: 'on',
  deviceGrant: true,
  tokenExchange: true,
  openid: true,
  registration: 'open',
  clientIdMetadataDocuments: true,
  revocationFeed: true,
} as const satisfies Required<Features>

interface Footprint {
  /** Members of discovery that are there with the feature, and without it are not. */
  readonly members: readonly string[]
  readonly grant?: string
  /** Addresses that no member of discovery names. */
  readonly addresses?: readonly string[]
}

const footprints: Readonly<Record<keyof Features, Footprint>> = {
  pushedRequests: { members: ['pushed_authorization_request_endpoint', 'require_pushed_authorization_requests'] },
  dpop: { members: ['dpop_signing_alg_values_supported'] },
  deviceGrant: {
    members: ['device_authorization_endpoint'],
    grant: 'urn:ietf:params:oauth:grant-type:device_code',
    addresses: ['/device'],
  },
  tokenExchange: { members: [], grant: 'urn:ietf:params:oauth:grant-type:token-exchange' },
  openid: {
    members: [
      'userinfo_endpoint',
      'subject_types_supported',
      'id_token_signing_alg_values_supported',
      'userinfo_signing_alg_values_supported',
      'acr_values_supported',
      'claim_types_supported',
      'claims_supported',
      'claims_parameter_supported',
      'request_parameter_supported',
      'request_uri_parameter_supported',
      'end_session_endpoint',
      'backchannel_logout_supported',
      'backchannel_logout_session_supported',
    ],
    addresses: ['/.well-known/openid-configuration'],
  },
  registration: { members: ['registration_endpoint'] },
  clientIdMetadataDocuments: { members: ['client_id_metadata_document_supported'] },
  revocationFeed: { members: ['hufu_revocation_feed_endpoint'] },
}

type Discovery = Readonly<Record<string, unknown>>

async function observe(features: Features, addresses: readonly string[]) {
  const server = await startServer({ features })
  const discovery = (await (await server.get('/.well-known/oauth-authorization-server')).json()) as Discovery
  const statuses = new Map<string, number>()
  for (const address of addresses) {
    const { status } = await server.send(address, { method: 'GET' })
    statuses.set(address, status)
  }
  const refusalOf = async (grant: string) =>
    ((await (await server.token({ grant_type: grant }, cast.m1)).json()) as { error?: string }).error
  const grants = new Map<string, string | undefined>()
  for (const { grant } of Object.values(footprints)) if (grant !== undefined) grants.set(grant, await refusalOf(grant))
  await server.close()

  return { discovery, statuses, grants }
}

const pathOf = (url: unknown) => new URL(url as string).pathname

test('[IN-10] a feature that is off leaves discovery, routes, pages and grants, and takes nothing else with it', async () => {
  // req: MD-2-01, PAR-2-01, DPOP-5.1-01, DEV-4-01, OIDC-DISC-4-01, CIMD-6-01, DCR-3-01
  const all = await observe(everything, [])
  const addressesOf = (feature: keyof Features) => [
    ...footprints[feature].members
      .filter((name) => name.endsWith('_endpoint'))
      .map((name) => pathOf(all.discovery[name])),
    ...(footprints[feature].addresses ?? []),
  ]
  const addresses = (Object.keys(footprints) as (keyof Features)[]).flatMap(addressesOf)
  const on = await observe(everything, addresses)

  for (const [feature, { members, grant }] of Object.entries(footprints) as [keyof Features, Footprint][]) {
    const off = await observe(
      { ...everything, [feature]: typeof everything[feature] === 'string' ? 'off' : false },
      addresses,
    )
    const gone = Object.keys(on.discovery).filter((name) => !(name in off.discovery))

    assert.deepEqual(new Set(gone), new Set(members), feature)
    for (const address of addresses) {
      const mine = addressesOf(feature).includes(address)
      assert.notEqual(on.statuses.get(address), 404, `${address} with ${feature}`)
      assert.equal(off.statuses.get(address) === 404, mine, `${address} without ${feature}`)
    }
    for (const [name, refusal] of off.grants) {
      assert.equal(refusal, name === grant ? 'unsupported_grant_type' : 'unauthorized_client', `${name} ${feature}`)
      const listed = (off.discovery['grant_types_supported'] as string[]).includes(name)
      assert.equal(listed, name !== grant, `${name} is listed without ${feature}`)
    }
  }
})

test('[IN-10] what is off has no member in what is on: no scope, no algorithm, no mode of response', async () => {
  const { discovery } = await observe({ ...everything, openid: false }, [])

  assert.deepEqual(discovery['response_modes_supported'], ['query'])
  assert.equal((discovery['scopes_supported'] as string[]).includes('openid'), false)
})
