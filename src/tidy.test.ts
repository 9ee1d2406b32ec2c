import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'
import { catalogue } from './protocol/errors.ts'

const src = import.meta.dirname

/** Values that name an HTTP request, answer, form and cookie: plain data, so the endpoints may speak of them. */
const httpValues = ['http/message.ts', 'http/form.ts', 'http/respond.ts', 'http/cookies.ts']

const core = ['base', 'protocol', 'ports']
const rules = ['grants', 'client-auth', 'accounts']
const adapters = ['jose', 'keys', 'store', 'audit', 'outbound']
const inside = [...core, ...rules, ...adapters, 'endpoints', 'pages', 'http', 'guard', 'inspector', 'server']

/** Which folders of src a folder may import, besides itself. A name with a slash allows that one file. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  base: [],
  protocol: ['base'],
  jose: ['base'],
  ports: ['base', 'protocol'],
  pages: ['base', 'protocol'],
  grants: [...core, 'jose', 'client-auth/remote-keys.ts', 'client-auth/client-keys.ts', 'accounts/username.ts'],
  'client-auth': [...core, 'jose', 'accounts/throttle.ts', ...httpValues],
  accounts: core,
  keys: [...core, 'jose'],
  store: core,
  audit: core,
  outbound: core,
  guard: ['base', 'protocol', 'jose'],
  endpoints: [...core, ...rules, 'jose', 'pages', ...httpValues],
  http: [...core, ...rules, 'jose', 'pages', 'endpoints'],
  inspector: ['base', 'protocol', 'jose', 'pages', ...httpValues],
  server: inside,
  cli: inside,
  testing: [...core, ...rules, 'jose', 'store', ...httpValues],
  '.': inside,
}

/** Folders which decide: what they say depends on their arguments alone, so time and chance come in by a port. */
const pure = ['base', 'protocol', ...rules, 'endpoints']

const ambient = [
  { what: 'Date.now', pattern: /\bDate\.now\b/ },
  { what: 'new Date() without an argument', pattern: /\bnew Date\(\s*\)/ },
  { what: 'performance.now', pattern: /\bperformance\.(?:now|timeOrigin)\b/ },
  { what: 'process.hrtime', pattern: /\bprocess\.hrtime\b/ },
  { what: 'Temporal.Now', pattern: /\bTemporal\.Now\b/ },
  { what: 'Math.random', pattern: /\bMath\.random\b/ },
  {
    what: 'randomness of node:crypto',
    pattern: /\b(?:randomBytes|randomUUID(?:v7)?|randomInt|randomFill(?:Sync)?)\b|getRandomValues/,
  },
  { what: 'a timer', pattern: /\bset(?:Timeout|Interval|Immediate)\b|['"]node:timers/ },
]

type Import = { readonly file: string; readonly from: string; readonly typeOnly: boolean }

const knownFiles = new Set(
  readdirSync(src, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/')),
)
const files = [...knownFiles].filter((name) => name.endsWith('.ts') && !name.includes('node_modules/'))

const imports = files
  .filter((file) => file !== 'tidy.test.ts')
  .flatMap((file) => importsOf(file, readFileSync(join(src, file), 'utf8')))

test('imports point one way: base, protocol, ports, rules, endpoints, http, server, cli', () => {
  const wrong = imports.filter((each) => !isAllowed(each)).map((each) => `${each.file} imports ${each.from}`)

  assert.deepEqual(wrong, [])
})

test('every folder of src has its place in the table', () => {
  const unknown = [...new Set(files.map(folderOf))].filter((folder) => mayImport[folder] === undefined)

  assert.deepEqual(unknown, [])
})

test('every reason of the error catalogue is given somewhere', () => {
  const given = files
    .filter((file) => !isTest(file) && !file.startsWith('protocol/errors/'))
    .map((file) => readFileSync(join(src, file), 'utf8'))
    .join('\n')

  assert.deepEqual(
    Object.keys(catalogue).filter((reason) => !given.includes(`'${reason}'`)),
    [],
  )
})

test('the core asks a port for time and chance, never the machine', () => {
  const found = files
    .filter((file) => pure.includes(folderOf(file)) && !isTest(file))
    .flatMap((file) => {
      const code = withoutComments(readFileSync(join(src, file), 'utf8'))
      return ambient.filter(({ pattern }) => pattern.test(code)).map(({ what }) => `${file} uses ${what}`)
    })

  assert.deepEqual(found, [])
})

test('what is published imports only its own dependencies and what Node brings', () => {
  const manifest = JSON.parse(readFileSync(join(src, 'package.json'), 'utf8')) as Manifest
  const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
  const foreign = imports
    .filter(({ file, from, typeOnly }) => !typeOnly && !isTest(file) && !from.startsWith('.') && !isBuiltin(from))
    .filter(({ from }) => !declared.includes(packageOf(from)))
    .map(({ file, from }) => `${file} imports ${from}`)

  assert.deepEqual(foreign, [])
})

test('Node is asked for by its full name, so that no package can stand in for it', () => {
  const bare = imports
    .filter(({ from }) => isBuiltin(from) && !from.startsWith('node:'))
    .map(({ file, from }) => `${file} imports ${from}`)

  assert.deepEqual(bare, [])
})

test('relative imports name a file that exists, with its ending', () => {
  const missing = imports
    .filter(({ from }) => from.startsWith('.'))
    .filter(({ file, from }) => !knownFiles.has(target(file, from)))
    .map(({ file, from }) => `${file} imports ${from}`)

  assert.deepEqual(missing, [])
})

test('this test sees every way to import, and sees a wrong one', () => {
  const code = [
    "import type { A } from '../ports/store.ts'",
    "import {\n  b,\n  type C,\n} from '../server/main.ts'",
    "export * from '../http/router.ts'",
    "const d = await import('../cli/main.ts')",
    "import 'node:fs'",
    "// import e from '../guard/guard.ts'",
  ].join('\n')

  const seen = importsOf('grants/x.ts', code)

  assert.deepEqual(
    seen.map(({ from, typeOnly }) => [from, typeOnly, isAllowed({ file: 'grants/x.ts', from, typeOnly })]),
    [
      ['../ports/store.ts', true, true],
      ['../server/main.ts', false, false],
      ['../http/router.ts', false, false],
      ['../cli/main.ts', false, false],
      ['node:fs', false, true],
    ],
  )
})

type Manifest = {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

function importsOf(file: string, text: string): Import[] {
  const statement =
    /^\s*(?:import|export)\s+(type\s)?(?:[^'"`;]*?\sfrom\s*)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm
  return [...withoutComments(text).matchAll(statement)].map((match) => ({
    file,
    from: match[2] ?? match[3] ?? '',
    typeOnly: match[1] !== undefined,
  }))
}

function isAllowed({ file, from }: Import): boolean {
  if (!from.startsWith('.')) return true

  const from_ = target(file, from)
  const [mine, theirs] = [folderOf(file), folderOf(from_)]
  if (mine === theirs) return true
  // Tests arrange with builders and with whatever stands below them; they are not shipped.
  if (isTest(file) && (theirs === 'testing' || theirs === 'store')) return true

  const allowed = mayImport[mine] ?? []
  return allowed.includes(theirs) || allowed.includes(from_)
}

function target(file: string, from: string): string {
  return relative(src, join(src, dirname(file), from)).replaceAll('\\', '/')
}

function folderOf(file: string): string {
  return file.includes('/') ? file.slice(0, file.indexOf('/')) : '.'
}

function isTest(file: string): boolean {
  return file.endsWith('.test.ts') || file.startsWith('testing/') || file.startsWith('store/contract/')
}

function packageOf(from: string): string {
  return from.split('/', from.startsWith('@') ? 2 : 1).join('/')
}

/** Only whole-line and block comments: a `//` inside a string is an address. */
function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '')
}
