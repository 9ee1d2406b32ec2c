import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { seconds } from '../base/time.ts'
import type { ConsentModel, ConsentScope } from './consent.ts'
import { consentPage } from './consent.ts'
import { render } from './html.ts'
import { messagesIn } from './language.ts'

const en = messagesIn('en')

const aScope = (rest: Partial<ConsentScope> = {}): ConsentScope => ({
  name: 'orders:read',
  title: 'See your orders',
  detail: 'All of them.',
  access: 'read',
  optional: false,
  granted: false,
  ...rest,
})

const aModel = (rest: Partial<ConsentModel> = {}): ConsentModel => ({
  productName: 'Hufu',
  base: '',
  development: false,
  path: '/i/1',
  app: { clientId: 'shop-analytics-7f3a', name: 'Shop Analytics', developer: 'Lumen Data Ltd', reviewed: true },
  account: 'li.wei@example.com',
  destination: { kind: 'site', origin: 'https://analytics.example.com' },
  device: undefined,
  anyLocalProgram: false,
  scopes: [aScope()],
  details: [],
  notAsked: [],
  until: { kind: 'removed' },
  action: '/i/1/consent',
  switchAction: '/i/1/switch',
  csrf: 'token',
  ...rest,
})

const show = (rest: Partial<ConsentModel> = {}) => render(consentPage(aModel(rest), en))
const unreviewed = { ...aModel().app, reviewed: false }
const warnings = (page: string) => [...page.matchAll(/role="alert"|class="warning"/g)].length / 2

test('[UX-3.2d] an unverified app gets exactly one warning, a verified one none', () => {
  assert.equal(warnings(show()), 0)
  assert.equal(warnings(show({ app: unreviewed })), 1)
})

test('[R8] an app whose answer any local program could take is warned about, and still there is one warning only', () => {
  // req: UX-3.2d
  assert.equal(warnings(show({ anyLocalProgram: true })), 1)
  assert.equal(warnings(show({ app: unreviewed, anyLocalProgram: true })), 1)
})

test('[UX-3.2e] the visible text has no scope name and no client_id, except under "What happens next"', () => {
  const page = show({ scopes: [aScope(), aScope({ name: 'orders:refunds', optional: true })] })
  const text = page.replace(/<details>[\s\S]*<\/details>/, '').replace(/<[^>]*>/g, ' ')

  assert.doesNotMatch(text, /orders:|shop-analytics-7f3a/)
  assert.match(page, /<details>[\s\S]*orders:refunds[\s\S]*<\/details>/)
  assert.match(page, /<details>[\s\S]*shop-analytics-7f3a[\s\S]*<\/details>/)
})

test('what is needed is no choice; what is optional is one, on for reading and off for everything else', () => {
  const boxes = (scope: Partial<ConsentScope>) =>
    [...show({ scopes: [aScope(scope)] }).matchAll(/<input type="checkbox"[^>]*>/g)].map((found) => found[0])

  assert.deepEqual(boxes({}), [])
  assert.deepEqual(boxes({ optional: true, granted: true }), [])
  assert.match(boxes({ optional: true })[0]!, /name="scope" value="orders:read" checked/)
  for (const access of ['write', 'delete', 'money'] as const)
    assert.doesNotMatch(boxes({ optional: true, access })[0]!, /checked/)
})

test('a second request tells what is new from what was already allowed', () => {
  const page = show({ scopes: [aScope({ granted: true }), aScope({ title: 'See your refunds' })] })

  assert.match(page, /New<\/h2>[\s\S]*See your refunds[\s\S]*Already allowed<\/h2>[\s\S]*See your orders/)
  assert.doesNotMatch(show(), /Already allowed/)
})

test('Cancel comes before Allow, both are plain buttons of the form, and nothing has the focus by itself', () => {
  const page = show()

  assert.ok(page.indexOf('value="deny"') < page.indexOf('value="allow"'))
  assert.doesNotMatch(page, /autofocus/)
})

test('how long it lasts is always said', () => {
  const until = (value: ConsentModel['until']) => />How long<\/dt>\s*<dd>([^<]*)/.exec(show({ until: value }))?.[1]
  const day = seconds(86_400)

  assert.equal(until({ kind: 'removed' }), 'Until you remove it')
  assert.equal(until({ kind: 'once', lifetime: seconds(600) }), 'Only now, for 10 minutes at most')
  assert.equal(until({ kind: 'lasting', over: day, unused: undefined }), 'For 1 day')
  assert.equal(until({ kind: 'lasting', over: undefined, unused: day }), 'Until it goes unused for 1 day')
  assert.equal(
    until({ kind: 'lasting', over: seconds(172_800), unused: day }),
    'For 2 days, or until it goes unused for 1 day',
  )
})

test('[O21-7.12-01] whatever an app calls itself and its scopes, the page has the same tags', () => {
  // req: RG-03, AZ-04
  const tags = (page: string) => page.match(/<[a-z/!][^\s>]*/g)
  const plain = tags(show({ scopes: [aScope({ optional: true })], notAsked: ['x'] }))

  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (text) => {
      const evil = `${text}"><script>alert(1)</script>`
      const page = show({
        app: { clientId: evil, name: evil, developer: evil, reviewed: true },
        account: evil,
        scopes: [aScope({ name: evil, title: evil, detail: evil, optional: true })],
        notAsked: [evil],
        csrf: evil,
      })

      assert.deepEqual(tags(page), plain)
    }),
  )
})
