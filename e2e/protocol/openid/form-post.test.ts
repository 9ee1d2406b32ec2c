import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alice } from '../../support/fixtures.ts'
import { addClient, identityServer, o1 } from '../../support/openid.ts'
import { responseOf } from '../../support/server.ts'
import type { TestServer } from '../../support/server.ts'
import type { Fields, Page } from '../../support/user-agent.ts'

const formPost = { scope: 'openid', response_mode: 'form_post' }
type Client = Parameters<TestServer['tokens']>[1]

/** What the form of the page would post, and where. */
function formOf(page: Page, to = o1.redirect_uris[0] as string) {
  const form = page.forms.find((each) => each.action === to)
  assert.ok(form, page.html)

  return { fields: Object.fromEntries(form.fields), html: form.html }
}

const actionOf = (page: Page) => /form-action ([^;]*);/.exec(page.headers.get('content-security-policy') ?? '')?.[1]

test('[BCP-4.2.4-05] form_post brings code, state and iss by a form, and nothing of it into an address', async (t) => {
  const as = await identityServer(t)
  const browser = await as.signedIn()
  const request = as.authorize(formPost, o1)
  const asked = await browser.open(request.url)
  const page = await browser.submit(asked, '/consent', { decision: 'allow' })
  const silent = await browser.open(request.url)

  for (const each of [page, silent]) {
    const { fields, html } = formOf(each)
    assert.equal(each.status, 200)
    assert.equal(each.leavesFor, undefined)
    assert.deepEqual(Object.keys(fields), ['code', 'state', 'iss'])
    assert.equal(fields['state'], request.state)
    assert.equal(fields['iss'], as.issuer)
    assert.match(html, /<button [^>]*id="continue" type="submit"/)
    assert.match(html, /data-send/)
    assert.equal(actionOf(each), 'https://open.example/cb')
    assert.equal(each.headers.get('cache-control'), 'no-store')
    assert.equal(each.headers.get('referrer-policy'), 'no-referrer')
    assert.doesNotMatch(each.headers.get('content-security-policy') ?? '', /unsafe|\*/)
  }
  const { fields } = formOf(silent)
  const answer = await as.redeem({ ...request, code: String(fields['code']) })
  assert.equal(answer.status, 200)
})

test('[AZ-04] whatever the state holds, it is a value of a field and comes back as it was', async (t) => {
  const as = await identityServer(t)
  const browser = await as.signedIn()
  await as.code({ scope: 'openid' }, o1, browser)
  const states = ['"><script>alert(1)</script>', `${'"\''.repeat(1024)}`, '&quot;&amp;', '</form><form action=//evil>']

  for (const state of states) {
    const page = await browser.open(as.authorize({ ...formPost, state }, o1).url)
    assert.equal(formOf(page).fields['state'], state)
    assert.equal(page.html.includes(state), false)
    assert.equal(page.html.match(/<form\b/g)?.length, 1)
  }
  const lines = await browser.open(as.authorize({ ...formPost, state: 'a\u2028b\u2029' }, o1).url)
  assert.equal(formOf(lines).fields['error'], 'invalid_request')
})

test('[AZ-03] errors travel the same way, and for an app nobody has reviewed the person sends them on', async (t) => {
  // req: AZ-07
  const as = await identityServer(t)
  await addClient(as, { ...o1, client_id: 'new', hufu_reviewed: false })
  const refused = async (changes: Fields, client: Client = o1) => {
    const page = await as.browser().open(as.authorize({ ...formPost, ...changes }, client).url)
    const { fields, html } = formOf(page)

    return { error: fields['error'], byItself: html.includes('data-send'), page }
  }

  assert.equal((await refused({ prompt: 'none' })).error, 'login_required')
  assert.equal((await refused({ prompt: 'none' })).byItself, true)
  const unreviewed = await refused({ prompt: 'none' }, { ...o1, client_id: 'new' } as unknown as Client)
  assert.deepEqual([unreviewed.error, unreviewed.byItself], ['login_required', false])
  const cancelled = await as.walk(await as.signedIn(), as.authorize(formPost, o1).url, { decision: 'deny' })
  assert.equal(formOf(cancelled).fields['error'], 'access_denied')
  const badMode = await as.walk(as.browser(), as.authorize({ scope: 'openid', response_mode: 'fragment' }, o1).url)
  assert.equal(responseOf(badMode).get('error'), 'invalid_request')
})

test('[AZ-04] the policy of the page names the one address of the app, however odd, and forms go to web addresses only', async (t) => {
  const as = await identityServer(t)
  const odd = "https://open.example/a;b,c'd?x=1;y"
  const uris = [odd, 'com.example.app:/cb', 'http://[::1]:8000/cb', 'http://127.0.0.1:8000/cb']
  await addClient(as, { ...o1, client_id: 'odd', redirect_uris: uris })
  const client = { ...o1, client_id: 'odd' } as unknown as Client
  const open = async (redirect_uri: string) =>
    (await as.signedIn(alice)).open(as.authorize({ ...formPost, prompt: 'none', redirect_uri }, client).url)

  const page = await open(odd)
  assert.equal(actionOf(page), 'https://open.example/a%3Bb%2Cc%27d')
  assert.equal(formOf(page, odd).fields['error'], 'consent_required')
  assert.equal(actionOf(await open('http://127.0.0.1:8000/cb')), 'http://127.0.0.1:8000/cb')
  for (const uri of ['com.example.app:/cb', 'http://[::1]:8000/cb']) {
    const refused = await open(uri)
    assert.match(refused.leavesFor ?? '', /HF-AUTHZ-0115/, uri)
  }
})
