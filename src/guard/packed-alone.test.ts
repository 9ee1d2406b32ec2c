import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import type * as Public from './index.ts'

const src = join(import.meta.dirname, '..')

test('the guard works packed alone with the files it reaches, and needs node:crypto and nothing else', async (t) => {
  const { files, packages } = reach('guard/index.ts')
  const folder = mkdtempSync(join(tmpdir(), 'hufu-guard-'))
  t.after(() => rmSync(folder, { recursive: true }))
  for (const file of files) cpSync(join(src, file), join(folder, file))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')

  const packed = (await import(pathToFileURL(join(folder, 'guard/index.ts')).href)) as typeof Public
  const guard = packed.createGuard({ resource: 'https://api.example.com', issuer: 'https://auth.example.com' })
  const admission = await guard.admit(new Request('https://api.example.com/'))

  assert.equal(admission.ok === false && admission.response.status, 401)
  assert.deepEqual([...packages], ['node:crypto'])
  assert.deepEqual(
    new Set([...files].map((file) => file.split('/')[0])),
    new Set(['base', 'guard', 'jose', 'protocol']),
  )
})

/** What is imported at run time from a file on; types are gone by then. */
function reach(entry: string): { readonly files: Set<string>; readonly packages: Set<string> } {
  const files = new Set([entry])
  const packages = new Set<string>()

  for (const file of files) {
    const text = readFileSync(join(src, file), 'utf8')
    for (const [, target] of text.matchAll(/^(?:import|export) (?!type )[^;'"]*?from '([^']+)'/gm)) {
      if (target!.startsWith('.')) files.add(relative(src, join(src, dirname(file), target!)).replaceAll('\\', '/'))
      else packages.add(target!)
    }
  }
  return { files, packages }
}
