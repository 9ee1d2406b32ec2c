import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { approve } from '../support/approve.ts'
import { person, startChildServer } from '../support/child-server.ts'

const root = join(import.meta.dirname, '../..')
const callback = 'https://notes.example/callback'

interface Snippet {
  readonly begin: () => Promise<{ readonly url: URL; readonly kept: object }>
  readonly finish: (callback: URL, kept: object) => Promise<{ readonly name?: string; readonly email?: string }>
}

test('[UX-10.1] the program of "Sign people in" signs somebody in, with the registration beside it', async (t) => {
  // req: OIDC-3.1.3.7-01
  const page = readFileSync(join(root, 'docs/en/how-to/sign-people-in.md'), 'utf8')
  const registration = JSON.parse(blockOf(page, 'json')) as { readonly client_secret: string }
  const server = await startChildServer({ clients: [registration] })
  t.after(() => server.remove())
  const folder = mkdtempSync(join(tmpdir(), 'hufu-docs-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  // The server of a test is on this machine and has no TLS.
  const program = blockOf(page, 'ts')
    .replace('https://id.example', server.url)
    .replace(
      "process.env['CLIENT_SECRET'])",
      `${JSON.stringify(registration.client_secret)}, undefined, { execute: [client.allowInsecureRequests] })`,
    )
  writeFileSync(join(folder, 'app.mts'), program)

  const { begin, finish } = (await import(pathToFileURL(join(folder, 'app.mts')).href)) as Snippet
  const { url, kept } = await begin()
  const back = await approve(url.href)
  const info = await finish(back, kept)

  assert.ok(back.href.startsWith(`${callback}?code=`))
  assert.equal(info.name, person.name)
  assert.equal(info.email, person.email)
})

const blockOf = (page: string, kind: string) => new RegExp(`^\`\`\`${kind}\\n(.*?)^\`\`\`$`, 'ms').exec(page)?.[1] ?? ''
