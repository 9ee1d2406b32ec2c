import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'

type Found = { readonly path: string | undefined; readonly version: string; readonly found: readonly string[] }
type Finder = {
  readonly isNewEnough: (version: string) => boolean
  readonly packageNames: (platform: string, arch: string) => string[]
  readonly findNode: (from: string, current: { readonly version: string; readonly execPath: string }) => Found
  readonly explain: (result: Found, fix: string) => string
}

const finder = createRequire(import.meta.url)('./find-node.cjs') as Finder
const old = { version: 'v20.20.2', execPath: '/usr/bin/node' }

const folder = mkdtempSync(join(tmpdir(), 'hufu-node-'))
after(() => rmSync(folder, { recursive: true, force: true }))

test('Node 24.7, 26 and newer will do; what has no argon2, 23 and 25 will not', () => {
  const versions = [
    'v10.24.1',
    'v20.20.2',
    'v23.11.1',
    'v24.6.9',
    'v24.7.0',
    'v24.21.0',
    'v25.9.0',
    'v26.0.0',
    'v27.1.0',
  ]

  assert.deepEqual(
    versions.filter((each) => finder.isNewEnough(each)),
    ['v24.7.0', 'v24.21.0', 'v26.0.0', 'v27.1.0'],
  )
})

test('a Node that is new enough is its own answer', () => {
  const result = finder.findNode(folder, { version: 'v26.1.0', execPath: '/opt/node' })

  assert.equal(result.path, '/opt/node')
})

test('an old Node finds the newer one in a node_modules folder above', () => {
  const deep = join(folder, 'above/a/b')
  mkdirSync(deep, { recursive: true })
  const path = installNode(join(folder, 'above'))

  const result = finder.findNode(deep, old)

  assert.equal(result.path, path)
  assert.equal(result.version, process.version)
})

test('where there is none, one line says what is needed, what was found and how to fix it', () => {
  const line = finder.explain(finder.findNode(folder, old), 'install one.')

  assert.equal(line, 'hufu needs Node 24.7 or 26 and newer; found v20.20.2 (/usr/bin/node). To fix: install one.')
})

test('a binary that does not start here is named and passed over', { skip: process.platform === 'win32' }, () => {
  const home = join(folder, 'broken')
  const path = join(home, 'node_modules', finder.packageNames(process.platform, process.arch)[0] ?? '', 'bin/node')
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, 'not a program', { mode: 0o755 })

  const result = finder.findNode(home, old)

  assert.equal(result.path, undefined)
  assert.match(finder.explain(result, ''), /one that does not start/)
})

test('what any Node must be able to read is written in old syntax', () => {
  const files = ['hufu.js', 'find-node.cjs', '../../scripts/launch.cjs']
  const modern = /^\s*(?:import|export)\s|\b(?:const|let|async|await|class)\s|=>|\?\?|\?\.|`|\.\.\.(?=\w)|import\.meta/m

  const found = files.filter((file) => modern.test(withoutComments(join(import.meta.dirname, file))))

  assert.deepEqual(found, [])
})

test(
  'the command hands on its arguments, the exit code and signals',
  { skip: process.platform === 'win32' },
  async () => {
    const home = copyOfCommand()

    const ended = spawnSync(process.execPath, [join(home, 'as-old-node.cjs'), 'exit', '7'], { encoding: 'utf8' })
    const child = spawn(process.execPath, [join(home, 'as-old-node.cjs'), 'wait'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    child.kill('SIGTERM')
    const [code, signal] = await once(child, 'exit')

    assert.equal(ended.status, 7)
    assert.deepEqual([code, signal], [null, 'SIGTERM'])
  },
)

/** `become` in a process which believes it is too old, as hufu.js and the launcher call it. */
function copyOfCommand(): string {
  const home = join(folder, 'command')
  mkdirSync(home)
  cpSync(join(import.meta.dirname, 'find-node.cjs'), join(home, 'find-node.cjs'))
  writeFileSync(
    join(home, 'main.mjs'),
    "if (process.argv[2] === 'exit') process.exit(Number(process.argv[3]))\nconsole.log('up')\nsetInterval(() => {}, 1000)\n",
  )
  writeFileSync(
    join(home, 'as-old-node.cjs'),
    `var finder = require('./find-node.cjs')
finder.become(process.execPath, [__dirname + '/main.mjs'].concat(process.argv.slice(2)), process.env)\n`,
  )
  return home
}

function installNode(home: string): string {
  const name = finder.packageNames(process.platform, process.arch)[0] ?? ''
  const path = join(home, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  mkdirSync(dirname(path), { recursive: true })
  symlinkSync(process.execPath, path)
  return path
}

function withoutComments(file: string): string {
  return readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
}
