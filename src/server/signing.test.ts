import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aResource, aSettings } from '../testing/build-settings.ts'
import type { ResourceId } from '../protocol/resource.ts'
import { keyFamiliesOf } from './signing.ts'

const api = (id: string) => ({ id: id as ResourceId })

test('[JWT-3.1-01] there are keys for what something is signed with, each once, the default first, and for nothing else', () => {
  const off = { ...aSettings().features, openid: false }
  const families = (...resources: Parameters<typeof aResource>[0][]) =>
    keyFamiliesOf(aSettings(resources.map(aResource), { features: off, signingAlgorithm: 'EdDSA' }))

  assert.deepEqual(families(), ['EdDSA'])
  assert.deepEqual(
    families(
      { ...api('https://a.example'), signingAlgorithm: 'PS256' },
      { ...api('https://b.example'), signingAlgorithm: 'EdDSA' },
      { ...api('https://c.example'), signingAlgorithm: 'PS256' },
      { ...api('https://d.example'), signingAlgorithm: 'ES384' },
      { ...api('https://e.example'), signingAlgorithm: 'RS256', tokenFormat: 'opaque' },
    ),
    ['EdDSA', 'PS256', 'ES384'],
  )
})
