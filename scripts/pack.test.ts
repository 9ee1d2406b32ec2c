import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { publicNames, writePackage } from './package-files.ts'

const root = join(import.meta.dirname, '..')

/** More than this and nobody can say what they run (UX-1.3). */
const maxPackages = 15
const maxInstalledBytes = 15 * 1024 * 1024

type Locked = {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly hasInstallScript?: boolean
}

/** What needs a package that only those install who use it. */
const optional: readonly string[] = ['hufu/postgres']

const lockfile = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, Locked>>
}

let folder: string
let files: string[]

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'hufu-pack-'))
  writePackage(join(folder, 'dist'))
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const answer = execFileSync(
    npm,
    ['pack', '--json', '--ignore-scripts', '--loglevel=error', '--pack-destination', folder],
    {
      cwd: join(folder, 'dist'),
      encoding: 'utf8',
    },
  )
  const [packed] = Object.values(JSON.parse(answer) as object) as { filename: string; files: { path: string }[] }[]
  assert.ok(packed)
  files = packed.files.map(({ path }) => path)

  const installed = join(folder, 'node_modules', 'hufu')
  mkdirSync(installed, { recursive: true })
  execFileSync('tar', ['-xzf', join(folder, packed.filename), '--strip-components=1', '-C', installed])
  runtimeTree().forEach(link)
})

function link(path: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  symlinkSync(join(root, path), join(folder, path))
}

after(() => rmSync(folder, { recursive: true, force: true }))

test('[UX-1.3] the runtime tree has no install script and at most 15 packages', () => {
  const tree = runtimeTree()

  assert.deepEqual(
    [...tree, ...peerTree()].filter((path) => lockfile.packages[path]?.hasInstallScript === true),
    [],
  )
  assert.ok(tree.length <= maxPackages, `${tree.length} packages: ${tree.join(' ')}`)
})

test('[UX-1.3] installed with all that it needs, the package takes at most 15 MB', () => {
  const bytes = ['node_modules/hufu', ...runtimeTree()].map((path) => sizeOf(join(folder, path)))
  const sum = bytes.reduce((total, each) => total + each, 0)

  assert.ok(bytes.every((each) => each > 0))
  assert.ok(sum <= maxInstalledBytes, `${sum} octets`)
})

test('the package holds built files, no test and no TypeScript source', () => {
  const wrong = files.filter((path) => /\.test\.|(?<!\.d)\.ts$|contract\//.test(path))

  assert.deepEqual(wrong, [])
  for (const needed of ['LICENSE', 'README.md', 'cli/hufu.js', 'cli/main.js']) assert.ok(files.includes(needed), needed)
})

test('every public name of the package can be imported, those of optional packages with them, and has types', () => {
  importAll(publicNames().filter((name) => !optional.includes(name)))
  peerTree().forEach(link)
  importAll(optional)
  const manifest = JSON.parse(readFileSync(join(folder, 'node_modules/hufu/package.json'), 'utf8')) as {
    readonly exports: Readonly<Record<string, { readonly types: string } | string>>
  }
  for (const target of Object.values(manifest.exports))
    if (typeof target === 'object') assert.ok(existsSync(join(folder, 'node_modules/hufu', target.types)), target.types)
})

test('the command of the package starts', () => {
  const help = execFileSync(process.execPath, [join(folder, 'node_modules/hufu/cli/hufu.js'), '--help'], {
    encoding: 'utf8',
  })

  assert.match(help, /hufu/)
})

function importAll(names: readonly string[]): void {
  const program = names
    .map((name) => `if (Object.keys(await import('${name}')).length === 0) throw new Error('${name} exports nothing')`)
    .join('\n')
  execFileSync(process.execPath, ['--input-type=module', '--eval', program], { cwd: folder, stdio: 'pipe' })
}

/** Octets of all files below a folder. */
function sizeOf(path: string): number {
  const entries = readdirSync(path, { recursive: true, withFileTypes: true }).filter((each) => each.isFile())

  return entries.reduce((sum, each) => sum + statSync(join(each.parentPath, each.name)).size, 0)
}

/** What they bring besides who installs the optional packages too. */
function peerTree(): string[] {
  const peers = Object.keys(lockfile.packages['src']?.peerDependencies ?? {}).map((name) => `node_modules/${name}`)
  const tree = new Set([...peers, ...peers.flatMap((peer) => runtimeTree(peer))])

  return [...tree].filter((path) => !runtimeTree().includes(path))
}

/** What a stranger's `npm install hufu` brings besides hufu, as paths in the lockfile. */
function runtimeTree(path = 'src', seen = new Set<string>()): string[] {
  for (const name of Object.keys(lockfile.packages[path]?.dependencies ?? {})) {
    const next = [`${path}/node_modules/${name}`, `node_modules/${name}`].find((each) => lockfile.packages[each])
    if (next === undefined || seen.has(next)) continue

    seen.add(next)
    runtimeTree(next, seen)
  }
  return [...seen]
}
