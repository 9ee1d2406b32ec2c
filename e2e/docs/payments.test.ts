import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { createGuard } from 'hufu/guard'
import type { Guard } from 'hufu/guard'
import * as cast from '../support/fixtures.ts'
import { browserUrl } from '../support/push.ts'
import { proofOf, responseOf } from '../support/server.ts'
import type { TestServerOptions } from '../support/server.ts'
import { assertTokens, serverOf } from '../support/token-oracles.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/en/how-to/payments.md'), 'utf8')
const blocks = (kind: string) =>
  Array.from(page.matchAll(new RegExp(`^\`\`\`${kind}\\n(.*?)^\`\`\`$`, 'gms')), ([, text = '']) => text)

interface Program {
  readonly admitPayment: (
    guard: Guard,
    request: Parameters<Guard['admit']>[0],
    amount: string,
    payee: string,
  ) => ReturnType<Guard['admit']>
}

test('[UX-10.1] what "Ask for one payment" says is what happens: pushed, read by a person, and admitted for that payment alone', async (t) => {
  // req: RAR-3.1-01, RAR-7-01, PAR-4-01
  const [configuration, promised] = blocks('json').map((text) => JSON.parse(text) as Record<string, unknown>)
  const resource = 'https://bills.example'
  const as = await serverOf(t, {
    ...(configuration as Pick<TestServerOptions, 'authorizationDetailTypes'>),
    resources: [...cast.resources, { resource, scopes: [] }],
  })
  const client = {
    client_id: 'shop',
    client_secret: 'a-secret-of-the-shop-0123456789abcdef',
    redirect_uris: ['https://shop.example/callback'],
  }
  const saved = await as.server.saveClient({
    ...client,
    grant_types: ['authorization_code'],
    require_pushed_authorization_requests: true,
  })
  assert.ok(saved.ok, JSON.stringify(saved))

  const { state, verifier, url } = as.authorize({}, client)
  const asked = new URL(url).searchParams
  const form = formOf(blocks('sh')[0] ?? '', { STATE: state, CODE_CHALLENGE: asked.get('code_challenge') ?? '' })
  const pushed = await as.send('/par', { method: 'POST', body: form, headers: proofOf(client).headers })
  const { request_uri } = (await pushed.json()) as { request_uri: string }
  const browser = await as.signedIn()
  const consent = await browser.open(browserUrl(as, client.client_id, request_uri))
  const allowed = await browser.submit(consent, '/consent', { decision: 'allow' })
  const code = responseOf(allowed).get('code') ?? ''
  const tokens = await assertTokens(
    await as.token({ grant_type: 'authorization_code', code, code_verifier: verifier }, client),
  )

  assert.equal(pushed.status, 201)
  assert.match(consent.html, /49\.90 EUR.*Lumen Data Ltd/s)
  assert.deepEqual({ authorization_details: tokens.authorization_details }, promised)

  const { admitPayment } = await load(t.after.bind(t))
  const guard = createGuard({
    resource,
    issuer: as.issuer,
    now: as.clock.now,
    fetch: (input, init) => as.server.fetch(new Request(input as string, init)),
  })
  const request = {
    method: 'POST',
    url: '/payments',
    header: (name: string) => (name === 'authorization' ? `Bearer ${tokens.access_token}` : undefined),
  }
  const outcomes = [
    await admitPayment(guard, request, '49.90', 'Lumen Data Ltd'),
    await admitPayment(guard, request, '50.00', 'Lumen Data Ltd'),
    await admitPayment(guard, request, '49.90', 'Mallory'),
  ]
  assert.deepEqual(
    outcomes.map(({ ok }) => ok),
    [true, false, false],
  )
})

/** What curl would send: the form of `-d` and `--data-urlencode`, with the variables filled in. */
function formOf(command: string, variables: Readonly<Record<string, string>>): URLSearchParams {
  const form = new URLSearchParams()
  for (const [, name = '', quoted, plain] of command.matchAll(/(?:-d|--data-urlencode) (\w+)=(?:'([^']*)'|(\S+))/g)) {
    const value = quoted ?? plain ?? ''
    form.append(
      name,
      value.replace(/^"\$(\w+)"$/, (_all, variable: string) => variables[variable] ?? ''),
    )
  }

  return form
}

/** The program of the page, as it stands there. */
async function load(after: (clean: () => void) => void): Promise<Program> {
  const folder = mkdtempSync(join(tmpdir(), 'hufu-docs-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'payments.mts')
  writeFileSync(file, blocks('ts')[0] ?? '')

  return (await import(pathToFileURL(file).href)) as Program
}
