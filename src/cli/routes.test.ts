import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultPaths } from '../protocol/settings.ts'
import { createRouteNames } from './routes.ts'

test('[LG-06] an endpoint has the same route wherever it was put, and below whatever path of the issuer', () => {
  const { routeOf } = createRouteNames('https://id.example/tenant', {
    token: '/authentication/v2/token',
    authorize: '/token',
    register: '/apps',
  })

  assert.equal(routeOf('/tenant/authentication/v2/token'), '/token')
  assert.equal(routeOf('/tenant/token'), '/authorize')
  assert.equal(routeOf('/tenant/apps/0123456789abcdef'), '/register/*')
  assert.equal(routeOf('/tenant/i/0123456789abcdef'), '/i/*')
  assert.equal(routeOf('/.well-known/oauth-authorization-server/tenant'), '/.well-known/oauth-authorization-server')
  assert.equal(routeOf('/readyz'), '/readyz')
})

test('[LG-06] what a stranger chose is in no route and no method', () => {
  const { routeOf, methodOf } = createRouteNames('https://id.example')

  for (const path of ['/secret', '/token/secret', '/revocations/secret', '/registersecret'])
    assert.equal(routeOf(path), 'other')
  assert.equal(routeOf('/errors/secret'), '/errors/*')
  assert.equal(routeOf('/.well-known/secret'), '/.well-known/*')
  assert.equal(methodOf({ method: 'SECRET' }), 'other')
})

test('every endpoint has a route of its own', () => {
  const { routeOf } = createRouteNames('https://id.example')

  assert.deepEqual(Object.values(defaultPaths).map(routeOf), Object.values(defaultPaths))
})
