import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { localhostCertificate } from '../../src/testing/localhost-certificate.ts'

/*
 * The files for deployment, read by the programs they are for. These come as Debian packages, so this is not in `npm test`.
 */
const deploy = join(import.meta.dirname, '../../deploy')

test('nginx takes its configuration', async (context) => {
  const folder = await aFolder(context)
  const text = await readFile(join(deploy, 'compose/nginx.conf'), 'utf8')
  // Where it will run there are the names, the certificate, and an output that can be opened.
  const file = await put(
    folder,
    'nginx.conf',
    text.replaceAll(/hufu-[12]:/g, '127.0.0.1:').replaceAll(/\/etc\/nginx\/tls\/|\/dev\/(?=std)/g, `${folder}/`),
  )
  await put(folder, 'tls.crt', localhostCertificate.cert)
  await put(folder, 'tls.key', localhostCertificate.key)

  const { exit, said } = await ask(programOf('nginx', 'nginx'), ['-t', '-q', '-c', file])

  assert.deepEqual([exit, said], [0, ''])
})

test('systemd takes the unit, and finds little that it could still do', async (context) => {
  const folder = await aFolder(context)
  const text = await readFile(join(deploy, 'systemd/hufu.service'), 'utf8')
  const unit = await put(folder, 'hufu.service', text.replace('/usr/local/bin/hufu', process.execPath))
  const systemd = programOf('systemd-analyze', 'systemd')

  const verified = await ask(systemd, ['verify', '--man=no', unit])
  const secure = await ask(systemd, ['security', '--offline=true', '--threshold=20', unit])

  assert.deepEqual([verified.exit, verified.said], [0, ''])
  assert.equal(secure.exit, 0, secure.said)
})

function programOf(name: string, debianPackage: string): string {
  const found = ['/usr/sbin', '/usr/bin', '/usr/local/bin'].map((place) => join(place, name)).find(existsSync)

  return found ?? assert.fail(`${name} is not on this machine: apt-get install ${debianPackage}`)
}

function ask(program: string, args: readonly string[]): Promise<{ exit: number | null; said: string }> {
  return new Promise((resolve) => {
    const child = execFile(program, args, { timeout: 30_000 }, (_error, stdout, stderr) =>
      resolve({ exit: child.exitCode, said: stdout + stderr }),
    )
  })
}

async function aFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hufu-deploy-'))
  context.after(() => rm(folder, { recursive: true, force: true }))

  return folder
}

async function put(folder: string, name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text)

  return join(folder, name)
}
