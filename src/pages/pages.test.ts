import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnoseRedirectUri } from '../protocol/redirect-diagnosis.ts'
import { languages } from '../protocol/resource.ts'
import { answeredPage } from './answered.ts'
import { destinationOf, hostOf } from './destination.ts'
import { errorCodePage } from './error-code.ts'
import type { ErrorId } from './error-ids.ts'
import { isErrorId, wireForms } from './error-ids.ts'
import { errorPage } from './error-page.ts'
import { handOffPage } from './hand-off.ts'
import { render } from './html.ts'
import { messagesIn } from './language.ts'
import { pageHeaders } from './layout.ts'
import type { SignInModel } from './sign-in.ts'
import { signInPage } from './sign-in.ts'
import { signOutPage } from './sign-out.ts'

const en = messagesIn('en')
const context = { productName: 'Hufu', base: '', development: false, path: undefined }
const ids = [...wireForms.keys()].filter(isErrorId)

test('[O21-7.11-01] every page refuses to be framed, to load from elsewhere and to be kept', () => {
  // req: BCP-4.16-01, UI-02
  assert.deepEqual(pageHeaders({ formAction: 'self' }), {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy':
      "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'none'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
    'cross-origin-opener-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    'x-frame-options': 'DENY',
  })
})

test('[UX-3.0] the hand-off page allows no form at all, and no header has a wildcard', () => {
  const policy = pageHeaders({ formAction: 'none' })['content-security-policy']!

  assert.match(policy, /form-action 'none';/)
  assert.doesNotMatch(policy, /\*/)
})

test('[UX-8.2] every error number has a page with causes, fix and example in every language', () => {
  assert.ok(ids.length > 60)
  for (const id of ids) {
    for (const language of languages) {
      const t = messagesIn(language)
      const page = render(errorCodePage({ ...context, id }, t))

      assert.ok(t.errors[id].causes.length > 0 && t.errors[id].fix.length > 0, id)
      assert.match(page, new RegExp(id))
      assert.match(page, /<pre[^>]*><code>[^<]+<\/code>/)
    }
  }
  assert.equal(isErrorId('HF-AUTHZ-9999'), false)
  assert.equal(isErrorId('__proto__'), false)
})

test('the page of an error number shows every description that is sent under it', () => {
  const page = render(errorCodePage({ ...context, id: 'HF-AUTHZ-0110' }, en))

  assert.match(page, /code_challenge is required/)
  assert.match(page, /code_challenge must be 43 base64url characters/)
})

const received = 'https://evil.example/"><script>cb'
const diagnosis = diagnoseRedirectUri(received, ['https://analytics.example.com/cb'])
const refused = { ...context, id: 'HF-AUTHZ-0104' as ErrorId, requestId: 'req_1', description: 'wire words', diagnosis }

test('[UX-3.3] the error page says that nothing was shared, gives the reference, and keeps the cause to itself', () => {
  const page = render(errorPage(refused, en))

  assert.match(page, /Your account was not shared\./)
  assert.match(page, /HF-AUTHZ-0104<\/code> <code>req_1/)
  assert.doesNotMatch(page, /evil\.example|analytics\.example\.com|wire words|http-equiv/)
})

test('[UX-3.3] in development it shows both addresses as text and marks the difference, and links to neither', () => {
  const page = render(errorPage({ ...refused, development: true }, en))

  assert.match(page, /<mark>/)
  assert.match(page, /wire words/)
  assert.doesNotMatch(page, /href="[^"]*example|<script>|http-equiv/)
})

test('every error number has a story for the person who meets it', () => {
  for (const id of ids) assert.match(render(errorPage({ ...refused, id, diagnosis: undefined }, en)), /<h1>[^<]+<\/h1>/)
})

test('[UX-3.0] the hand-off page goes on to the exact address, and not by itself to an app or after an unreviewed error', () => {
  const url = 'https://a.example/cb?code=hac_1&state=%22%3E&iss=https%3A%2F%2Fauth.example'
  const model = { ...context, appName: 'Shop', url, outcome: 'allowed', byItself: true } as const
  const page = render(handOffPage(model, en))
  const escaped = url.replaceAll('&', '&amp;')

  assert.ok(page.includes(`<meta http-equiv="refresh" content="0;url=${escaped}" />`))
  assert.ok(page.includes(`id="continue" href="${escaped}"`))
  assert.doesNotMatch(page, /<form|<script/)
  assert.doesNotMatch(render(handOffPage({ ...model, byItself: false }, en)), /http-equiv/)
  const toApp = render(handOffPage({ ...model, url: 'com.example.app:/cb?code=hac_1' }, en))
  assert.doesNotMatch(toApp, /http-equiv/)
  assert.ok(toApp.includes('id="continue" href="com.example.app:/cb?code=hac_1"'))
})

test('[AZ-04] a form with the answer is sent by a script of ours or by its button, and not by itself where the person should look', () => {
  const fields = { code: 'hac_1', state: '"><script>alert(1)</script>' }
  const model = { ...context, appName: 'Shop', url: 'https://a.example/cb', fields, outcome: 'allowed' } as const
  const page = render(handOffPage({ ...model, byItself: true }, en))

  assert.match(page, /<form method="post" action="https:\/\/a\.example\/cb" data-send>/)
  assert.match(page, /name="state" value="&quot;&gt;&lt;script&gt;/)
  assert.match(page, /<button class="main" id="continue" type="submit">/)
  assert.match(page, /<script src="[^"]+" defer>/)
  assert.doesNotMatch(page, /http-equiv="refresh"|csrf/)
  assert.doesNotMatch(render(handOffPage({ ...model, byItself: false }, en)), /data-send/)
  const policy = pageHeaders({ formAction: { only: 'https://a.example/b;c,d?x=1' } })['content-security-policy']
  assert.match(policy ?? '', /form-action https:\/\/a\.example\/b%3Bc%2Cd; base-uri/)
})

const signIn: SignInModel = {
  ...context,
  app: { name: 'Shop', host: 'a.example' },
  action: '/i/1/sign-in',
  csrf: 'token',
  username: '',
  problem: undefined,
  cancelAction: '/i/1/cancel',
  demo: undefined,
}

test('[UX-3.1b] a failed sign-in says one neutral sentence, keeps the name and ties it to the fields', () => {
  const page = render(signInPage({ ...signIn, username: 'li.wei"', problem: { kind: 'wrong' } }, en))

  assert.match(page, /role="alert">The name or the password is not right/)
  assert.match(page, /value="li\.wei&quot;"/)
  assert.equal(page.match(/aria-describedby="problem"/g)?.length, 2)
})

test('[UI-01] every form on the pages carries the token', () => {
  const demo = { username: 'li.wei@example.com', password: 'maple-harbor-42' }
  const pages = [
    signInPage({ ...signIn, demo }, en),
    signOutPage({ ...context, account: 'li.wei', action: '/sign-out', csrf: 'token', told: [] }, en),
  ]

  for (const page of pages.map(render)) {
    const forms = page.match(/<form[\s\S]*?<\/form>/g) ?? []
    assert.ok(forms.length > 0)
    assert.ok(forms.every((form) => form.includes('method="post"') && form.includes('name="csrf" value="token"')))
  }
})

test('the demo account is offered only where it is given', () => {
  assert.doesNotMatch(render(signInPage(signIn, en)), /demo/i)
})

test('[UX-3.5] asking to sign out has nothing that signs out by a GET', () => {
  const page = render(signOutPage({ ...context, account: 'li.wei', action: '/sign-out', csrf: 'token', told: [] }, en))

  assert.doesNotMatch(page, /href="\/sign-out/)
})

test('an answered page links to the registered home page and to nothing else of the app', () => {
  const show = (homepage: string | undefined) =>
    render(answeredPage({ ...context, kind: 'answered', app: { name: 'Shop', homepage } }, en))

  assert.match(show('https://a.example/'), /href="https:\/\/a\.example\/"/)
  assert.doesNotMatch(show(undefined), /href="https/)
  assert.match(show('javascript:alert(1)'), /href="about:invalid"/)
})

test('the language links keep the page and appear only where the page has an address', () => {
  assert.match(render(signInPage({ ...signIn, path: '/i/1' }, en)), /href="\/i\/1\?lang=zh-CN"/)
  assert.doesNotMatch(render(signInPage(signIn, en)), /\?lang=/)
})

test('where a redirect goes is told by site, device and app', () => {
  assert.deepEqual(destinationOf('https://a.example:8443/cb?x=1'), { kind: 'site', origin: 'https://a.example:8443' })
  assert.deepEqual(destinationOf('http://127.0.0.1:9130/cb'), { kind: 'device', host: '127.0.0.1:9130' })
  assert.deepEqual(destinationOf('http://[::1]:9130/cb'), { kind: 'device', host: '[::1]:9130' })
  assert.deepEqual(destinationOf('com.example.app:/cb'), { kind: 'app', scheme: 'com.example.app:' })
  assert.equal(hostOf(destinationOf('https://a.example/cb')), 'a.example')
  assert.equal(hostOf(destinationOf('com.example.app:/cb')), undefined)
})
