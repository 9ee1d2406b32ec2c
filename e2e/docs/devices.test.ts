import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { decide } from '../support/device.ts'
import type { Begun } from '../support/device.ts'
import * as cast from '../support/fixtures.ts'
import { startServer } from '../support/server.ts'
import { assertRefused, assertTokens } from '../support/token-oracles.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/en/how-to/devices.md'), 'utf8')
const blocks = (kind: string) =>
  Array.from(page.matchAll(new RegExp(`^\`\`\`${kind}\\n(.*?)^\`\`\`$`, 'gms')), ([, text = '']) => text)

/** What curl would send: the path, and the form of its `-d`. */
function readCurl(command: string): { readonly path: string; readonly form: URLSearchParams } {
  const form = new URLSearchParams()
  for (const [, name = '', value = ''] of command.matchAll(/-d (\w+)=("[^"]*"|\S+)/g)) form.append(name, value)

  return { path: new URL(/https:\S+/.exec(command)?.[0] ?? '').pathname, form }
}

test('[UX-10.1] what "Connect devices without a browser" says is what happens', async (t) => {
  // req: DEV-XD-01
  const [configuration, registration] = blocks('json').map((text) => JSON.parse(text) as Record<string, unknown>)
  const [begin, ask] = blocks('sh').map(readCurl)
  const as = await startServer({
    ...configuration,
    resources: [...cast.resources, { resource: 'https://notes.example', scopes: ['notes.read'] }],
    scopes: [...cast.scopes, { name: 'notes.read', title: 'Read your notes' }],
  })
  t.after(() => as.close())
  const saved = await as.server.saveClient(registration)
  assert.ok(saved.ok, JSON.stringify(saved))
  const send = ({ path, form }: NonNullable<typeof begin>) => as.send(path, { method: 'POST', body: form })

  const device = (await (await send(begin!)).json()) as Begun
  ask!.form.set('device_code', device.device_code)
  await assertRefused(await send(ask!), 400, 'authorization_pending')
  await decide(as, device)

  const tokens = await assertTokens(await send(ask!))
  assert.equal(tokens.scope, 'notes.read')
  assert.ok(tokens.refresh_token)
})
