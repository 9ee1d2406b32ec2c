import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seconds } from '../base/time.ts'
import { aClient, aResource, aSettings, morning, scopeOf } from '../testing/index.ts'
import { clientCredentials } from './client-credentials.ts'

const settings = aSettings([aResource({ scope: scopeOf('jobs.run jobs.read') })])
const machine = aClient({ kind: 'service', grantTypes: ['client_credentials'], scope: scopeOf('jobs.run') })

function decide(scope: string, client = machine) {
  const request = { scope: scopeOf(scope), resources: [], details: [] }

  return clientCredentials.decide(request, undefined, { client, settings, now: morning })
}

const reasonOf = (...given: Parameters<typeof decide>) => {
  const decided = decide(...given)

  return decided.ok ? decided.value.scope.join(' ') : decided.error.error.reason
}

test('[O21-4.2-01] a public client gets nothing for itself, whatever it is registered for', () => {
  assert.equal(reasonOf('', aClient({ ...machine, type: 'public', authMethod: 'none' })), 'client_not_confidential')
})

test("[O21-4.2-02] the token is the client's own: it is the subject, nobody signed in, and nothing can be refreshed", () => {
  // req: O21-7.4-02, JAT-2.2-02, L20-6749-4.4.3-01, BCP-4.15.1-01
  const decided = decide('')
  assert.ok(decided.ok)

  assert.equal(decided.value.subject, machine.id)
  assert.equal(decided.value.authenticatedAt, undefined)
  assert.equal(decided.value.refreshable, false)
  assert.equal(decided.value.from, undefined)
})

test('[O21-4.2.1-01] without scope it is all the client may; with one it is that, or refused', () => {
  // req: GR-03
  const both = aClient({
    ...machine,
    grantTypes: ['client_credentials', 'refresh_token'],
    scope: scopeOf('jobs.run jobs.read offline_access'),
  })

  assert.equal(reasonOf(''), 'jobs.run')
  assert.equal(reasonOf('', both), 'jobs.run jobs.read')
  assert.equal(reasonOf('jobs.read', both), 'jobs.read')
  assert.equal(reasonOf('jobs.read'), 'scope_not_allowed')
  assert.equal(reasonOf('jobs.delete'), 'scope_unknown')
  assert.equal(reasonOf('offline_access', both), 'scope_not_allowed')
})

test("[O21-7.1.3-03] the lifetime is the resource's, unless the client has its own", () => {
  const own = aClient({ ...machine, lifetimes: { ...machine.lifetimes, accessToken: seconds(90) } })
  const lifetime = (client = machine) => {
    const decided = decide('', client)

    return decided.ok && decided.value.lifetime
  }

  assert.equal(lifetime(), 600)
  assert.equal(lifetime(own), 90)
})
