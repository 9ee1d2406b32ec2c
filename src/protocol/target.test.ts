import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aClient, scopeOf } from '../testing/build.ts'
import { aResource, aSettings } from '../testing/build-settings.ts'
import { plainClient } from './client.ts'
import type { ResourceId } from './resource.ts'
import {
  decideAccess,
  decideAudience,
  decideTarget,
  findResource,
  maxResources,
  parseResources,
  scopeFor,
} from './target.ts'

const r1 = 'https://orders.example' as ResourceId
const r2 = 'https://billing.example' as ResourceId
const own = 'https://as.example' as ResourceId

const two = aSettings([
  aResource({ id: r1, scope: scopeOf('orders.read orders.write profile.read') }),
  aResource({ id: r2, scope: scopeOf('bills.read profile.read') }),
])
const client = aClient({
  scope: scopeOf('orders.read orders.write bills.read profile.read'),
  defaultResource: undefined,
})

function decide(scope: string, resources: ResourceId[] = [], by = client, settings = two) {
  const decided = decideTarget(scopeOf(scope), resources, by, settings)

  return decided.ok
    ? { scope: decided.value.scope.join(' '), resources: decided.value.resources }
    : decided.error.reason
}

test('[RI-2-01] a resource is an absolute URI without a fragment', () => {
  // req: AZ-10
  const reasonOf = (...raw: string[]) => {
    const parsed = parseResources(raw, two)

    return parsed.ok ? parsed.value : parsed.error.reason
  }

  assert.deepEqual(reasonOf(), [])
  assert.deepEqual(reasonOf(r1, r2, r1), [r1, r2])
  for (const bad of ['orders.example', '/orders', `${r1}#`, `${r1}#f`, '', 'https://'])
    assert.equal(reasonOf(bad), 'resource_malformed', bad)
  assert.equal(reasonOf('https://unknown.example'), 'resource_unknown')
  assert.equal(reasonOf(r1, 'https://unknown.example'), 'resource_unknown')
})

test('[RI-2-04] resources are compared exactly: a port, a case, a query, a slash after a path make another one', () => {
  const withPath = aSettings([aResource({ id: `${r1}/mcp` as ResourceId })])

  for (const other of [`${r1}//`, `${r1}:443`, 'HTTPS://orders.example', 'https://ORDERS.example', `${r1}?`, `${r1}/?`])
    assert.equal(parseResources([other], two).ok, false, other)
  for (const other of [`${r1}/mcp/`, r1, `${r1}/`, `${r1}/mcp?`, `${r1}/MCP`])
    assert.equal(parseResources([other], withPath).ok, false, other)
})

test('[MCP-AS-6-01] without a path, a lone slash at the end makes no other resource: what is registered counts', () => {
  // req: RI-2-04
  const slashed = `${r1}/` as ResourceId
  const withSlash = aSettings([aResource({ id: slashed })])
  const both = aSettings([aResource({ id: r1 }), aResource({ id: slashed })])
  const parsed = (raw: string, settings = two) => {
    const found = parseResources([raw], settings)

    return found.ok ? found.value : found.error.reason
  }

  assert.deepEqual(parsed(slashed), [r1])
  assert.deepEqual(parsed(r1), [r1])
  assert.deepEqual(parsed(slashed, withSlash), [slashed])
  assert.deepEqual(parsed(r1, withSlash), [slashed])
  assert.deepEqual([parsed(r1, both), parsed(slashed, both)], [[r1], [slashed]])
  assert.deepEqual(parsed(`${own}/`, aSettings([])), [own])
  assert.equal(parsed(`${own}/`), 'resource_unknown')
})

test('[AZ-10] ten resources are looked up, one more is refused', () => {
  const many = (count: number) => Array.from({ length: count }, () => r1)

  assert.equal(parseResources(many(maxResources), two).ok, true)
  assert.equal(parseResources(many(maxResources + 1), two).ok, false)
})

test('[O21-1.4.1-03] a request without scope gets the default scope of the client', () => {
  const orders = aClient({ scope: scopeOf('orders.read orders.write'), defaultResource: undefined })

  assert.deepEqual(decide('', [], orders), { scope: 'orders.read orders.write', resources: [r1] })
})

test('[O21-1.4.1-03] a default scope of which the resource understands nothing is refused, not granted as nothing', () => {
  const bills = aClient({ scope: scopeOf('bills.read'), defaultResource: undefined })

  assert.equal(decide('', [r1], bills), 'scope_not_allowed')
  assert.equal(decide('bills.read', [r1], bills), 'scope_not_allowed')
})

test('[O21-7.9-01] a scope is asked for only by a client that may have it', () => {
  // req: R12
  const reader = aClient({ scope: scopeOf('orders.read') })

  assert.equal(decide('orders.write', [], reader), 'scope_not_allowed')
  assert.equal(decide('orders.read orders.write', [], reader), 'scope_not_allowed')
  assert.equal(decide('orders.delete', [], reader), 'scope_unknown')
  assert.equal(decide('Orders.read', [], reader), 'scope_unknown')
})

test('[GR-03] offline_access is for clients that may refresh', () => {
  const once = aClient({ grantTypes: ['authorization_code'], defaultResource: undefined })

  assert.deepEqual(decide('orders.read offline_access'), { scope: 'orders.read offline_access', resources: [r1] })
  assert.equal(decide('orders.read offline_access', [], once), 'scope_not_allowed')
})

test('[RI-2.1-01] without a resource, the scopes tell which one is meant, else the default does, else it is asked for', () => {
  const preferring = aClient({ ...client, defaultResource: r2 })

  assert.deepEqual(decide('bills.read'), { scope: 'bills.read', resources: [r2] })
  assert.deepEqual(decide('profile.read', [], preferring), { scope: 'profile.read', resources: [r2] })
  assert.deepEqual(decide('orders.read', [], preferring), { scope: 'orders.read', resources: [r1] })
  assert.equal(decide('profile.read'), 'resource_missing')
  assert.equal(decide('orders.read bills.read'), 'scope_of_several_resources')
  assert.deepEqual(
    decide('orders.read', [], client, aSettings([], { scopes: two.scopes, ownResource: aResource({ id: own }) })),
    { scope: 'orders.read', resources: [own] },
  )
})

test('[RI-2.2-02] scopes that the named resource does not understand are left out', () => {
  // req: BCP-2.3-01
  assert.deepEqual(decide('orders.read bills.read', [r1]), { scope: 'orders.read', resources: [r1] })
  assert.deepEqual(decide('orders.read bills.read', [r1, r2]), { scope: 'orders.read bills.read', resources: [r1, r2] })
  assert.deepEqual(scopeFor(two.resources.get(r1)!, scopeOf('bills.read orders.read')), scopeOf('orders.read'))
})

test('[RI-2.2-01] a token is for one resource of the grant: the named one, or the first', () => {
  // req: O21-7.1.4-01
  const audience = (named: ResourceId[], granted: ResourceId[]) => {
    const decided = decideAudience(named, granted, two)

    return decided.ok ? decided.value.id : decided.error.reason
  }

  assert.equal(audience([], [r2, r1]), r2)
  assert.equal(audience([r1], [r2, r1]), r1)
  assert.equal(audience([r2], [r1]), 'resource_exceeds_grant')
  assert.equal(audience([r1, r2], [r1, r2]), 'resource_several')
  assert.equal(audience([], []), 'resource_exceeds_grant')
})

test('[RI-2.2-02] a token has the part of the scope that its resource understands, and is refused where that is nothing', () => {
  // req: O21-1.4.1-02, JAT-2.2.3-01, JAT-3-01
  const access = (named: ResourceId[], scope: string) => {
    const decided = decideAccess(named, [r1, r2], scopeOf(scope), two)

    return decided.ok ? `${decided.value.resource.id} ${decided.value.scope.join(' ')}` : decided.error.reason
  }

  assert.equal(access([], 'orders.read bills.read'), `${r1} orders.read`)
  assert.equal(access([r2], 'orders.read bills.read'), `${r2} bills.read`)
  assert.equal(access([], 'bills.read'), `${r2} bills.read`)
  assert.equal(access([], 'profile.read bills.read offline_access'), `${r2} profile.read bills.read`)
  assert.equal(access([r1], 'bills.read'), 'scope_exceeds_grant')
  assert.equal(access([], 'offline_access'), `${r1} `)
  assert.equal(access([], ''), `${r1} `)
})

const person = aClient({
  ...client,
  identity: { ...plainClient.identity, scope: scopeOf('openid profile') },
  grantTypes: ['authorization_code'],
})
const withoutOpenid = { ...two, features: { ...two.features, openid: false } }

test('[OIDC-3.1.2.1-01] identity scopes stand beside those of a resource; alone they are for the issuer', () => {
  assert.deepEqual(decide('openid orders.read', [], person), { scope: 'openid orders.read', resources: [r1] })
  assert.deepEqual(decide('openid profile', [], person), { scope: 'openid profile', resources: [own] })
  assert.deepEqual(decide('openid', [r2], person), { scope: 'openid', resources: [r2] })
  assert.equal(decide('openid bills.read orders.read', [], person), 'scope_of_several_resources')
  assert.equal(decide('openid email', [], person), 'scope_not_allowed')
  assert.equal(decide('openid', [], client), 'scope_not_allowed')
  assert.equal(decide('openid', [], person, withoutOpenid), 'scope_unknown')
})

test('[OIDC-3.1.2.1-01] beside openid, and only there, what nobody knows and what the client can never have is left out', () => {
  // req: R12, OIDC-11-01
  assert.deepEqual(decide('openid telepathy offline_access', [], person), { scope: 'openid', resources: [own] })
  assert.equal(decide('profile telepathy', [], person), 'scope_unknown')
  assert.equal(decide('orders.read offline_access', [], person), 'scope_not_allowed')
})

test('[OIDC-5.3-01] every token of an authorization holds the identity scopes, whichever resource it is for', () => {
  const access = (scope: string, named: ResourceId[], settings = two) => {
    const decided = decideAccess(named, [r1, r2], scopeOf(scope), settings)

    return decided.ok ? decided.value.scope.join(' ') : decided.error.reason
  }
  const granted = 'openid orders.read profile bills.read'

  assert.equal(access(granted, [r1]), 'openid orders.read profile')
  assert.equal(access(granted, [r2]), 'openid profile bills.read')
  assert.equal(access('openid', []), 'openid')
  assert.equal(access(granted, [r1], withoutOpenid), 'orders.read')
})

test('[RI-2-04] the issuer is no resource that a client could name, though tokens for it exist', () => {
  assert.equal(parseResources([own], two).ok, false)
  assert.equal(findResource(own, two)?.scope.length, 0)
  assert.equal(findResource(own, withoutOpenid), undefined)
})
