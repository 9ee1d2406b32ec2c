import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openDataFolder } from './data-folder.ts'
import { startDemo } from './demo.ts'
import type { Demo } from './demo.ts'
import { createWalker } from './walker.ts'

/** What each mistake must meet: the table that people are promised (UX section 2). */
const documented = {
  'wrong-verifier': 'HF-TOKEN-0204',
  'code-used-twice': 'HF-TOKEN-0203',
  'code-expired': 'HF-TOKEN-0202',
  'changed-redirect-uri': 'HF-AUTHZ-0104',
  'missing-pkce': 'HF-AUTHZ-0110',
  'plain-method': 'HF-AUTHZ-0111',
  'wrong-state': 'HF-APP-1101',
  'wrong-audience': 'HF-GUARD-0503',
  'expired-token': 'HF-GUARD-0502',
  'missing-scope': 'HF-GUARD-0510',
  'refresh-token-reuse': 'HF-TOKEN-0212',
}

let demo: Demo
let folder: string

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hufu-drills-'))
  demo = await startDemo({ folder: openDataFolder(folder), ports: { server: 0, api: 0, analytics: 0 } })
})

after(async () => {
  await demo.close()
  rmSync(folder, { recursive: true, force: true })
})

async function show(path = ''): Promise<string> {
  const response = await fetch(`${demo.inspector}${path}`)
  assert.equal(response.status, 200)

  return response.text()
}

/** Presses the button and follows to the flow's page. */
async function press(drill: string): Promise<string> {
  const csrf = /name="csrf" value="([^"]+)"/.exec(await show())?.[1] ?? ''
  const response = await fetch(`${demo.inspector}/drills/${drill}`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ csrf }),
  })
  assert.equal(response.status, 303)

  return show(response.headers.get('location')!.replace('/inspector', ''))
}

test('[UX-2.3] the inspector offers the eleven drills, each with the number it ends with', async () => {
  const text = await show()

  const offered = [...text.matchAll(/data-drill="([a-z-]+)"[^]*?<code>(HF-[A-Z]+-\d{4})<\/code>/g)]
  assert.deepEqual(Object.fromEntries(offered.map(([, name, code]) => [name, code])), documented)
})

for (const [drill, code] of Object.entries(documented))
  test(`[UX-2.3] the drill ${drill} is really refused, with ${code}, its cause, its fix and its page`, async () => {
    const text = await press(drill)

    const result = /<section class="result"[^]*?<\/section>/.exec(text)?.[0] ?? ''
    assert.match(result, /data-met="true"/, result)
    assert.match(result, new RegExp(`data-code="${code}"[^]*<h4>Cause</h4>[^]*<h4>Fix</h4>[^]*href="/errors/${code}"`))
    assert.equal((await fetch(`${demo.issuer}/errors/${code}`)).status, 200)
  })

test('[UX-2.2] after a wrong verifier the panel says that the halves do not match', async () => {
  const text = await press('wrong-verifier')

  assert.match(text, /The halves do not match/)
  const [, computed] = /data-tally="computed">([^<]+)</.exec(text)!
  const [, challenge] = /data-tally="challenge">([^<]+)</.exec(text)!
  assert.notEqual(computed, challenge)
})

test('a refresh token that came back ends the whole chain, the newest too', async () => {
  const text = await press('refresh-token-reuse')

  const links = [...text.matchAll(/<li data-link="(\w+)"/g)].map(([, status]) => status)
  assert.deepEqual(links, ['ended', 'ended', 'ended'])
  assert.match(text, /shown a second time/)
})

test('a code that is used twice takes back what it had brought', async () => {
  const text = await press('code-used-twice')

  assert.match(text, /<li data-link="ended"/)
})

test('a changed redirect URI is refused three times, and the browser is never sent there', async () => {
  const text = await press('changed-redirect-uri')

  assert.match(text, /3 messages/)
  assert.match(text, /400, 400, 400/)
  assert.doesNotMatch(text, /Where the browser goes next/)
})

test('[UX-2.3] after all drills the walk with a person works, and still asks that person first', async () => {
  const walker = createWalker()

  const landing = await walker.go(`${demo.analytics}/`)
  const signIn = await walker.submit(landing, '/connect')
  const consent = await walker.submit(signIn, '/sign-in', {
    username: demo.account.email,
    password: demo.account.password,
  })
  const home = await walker.submit(consent, '/consent', { decision: 'allow' })

  assert.equal(home.url, `${demo.analytics}/`)
  assert.equal(home.status, 200)
  assert.equal((await demo.runJob('en')).ok, true)
})
