import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { parseAllDocuments } from 'yaml'

/*
 * The types of the API of Kubernetes, made from its own OpenAPI documents, are its schema here: the manifest becomes
 * literals that TypeScript compares with them. A member that Kubernetes does not know is an error, as for
 * `kubectl apply --validate=strict`.
 */
const root = join(import.meta.dirname, '../..')
const moduleOf: Readonly<Record<string, string>> = {
  'apps/v1': 'apps/v1',
  v1: 'core/v1',
  'policy/v1': 'policy/v1',
  'networking.k8s.io/v1': 'networking/v1',
}

interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string }
}

const text = await readFile(join(root, 'deploy/kubernetes/hufu.yaml'), 'utf8')

test('the manifests for Kubernetes are what its API takes, and no member is unknown to it', async (context) => {
  const manifests = read(text)

  assert.deepEqual(manifests.map(({ kind }) => kind).toSorted(), [
    'Deployment',
    'NetworkPolicy',
    'PodDisruptionBudget',
    'Service',
  ])
  assert.equal(await faultsOf(manifests, context), '')
})

test('a member that is misspelled, a number that is a text and a part that is missing are found', async (context) => {
  const broken = [
    text.replace('terminationGracePeriodSeconds', 'terminationGraceSeconds'),
    text.replace('replicas: 2', "replicas: 'two'"),
    text.replace(/ {6}containers:[\s\S]*? {6}initContainers:/, '      initContainers:'),
  ]

  for (const each of broken) {
    assert.notEqual(each, text)
    assert.match(await faultsOf(read(each), context), /error TS2(?:322|353|561|741)/)
  }
})

test('a pod stops in time, cannot write outside of its volumes, is nobody, and is asked whether it is ready', () => {
  const deployment = read(text).find(({ kind }) => kind === 'Deployment') as unknown as Deployment
  const { spec } = deployment.spec.template
  const delay = Number(valueOf(spec, 'HUFU_SHUTDOWN_DELAY'))

  // The stop itself waits: no preStop hook, which would need a shell in the image.
  assert.ok(delay >= 5)
  assert.ok(spec.terminationGracePeriodSeconds >= delay + 15 + 3 * 4)
  assert.deepEqual(
    [spec.automountServiceAccountToken, spec.securityContext.runAsNonRoot, spec.securityContext.runAsUser > 0],
    [false, true, true],
  )
  for (const { securityContext } of [...spec.containers, ...spec.initContainers])
    assert.deepEqual(securityContext, {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    })
  const [{ readinessProbe, livenessProbe, resources, env, volumeMounts }] = spec.containers
  assert.deepEqual([readinessProbe.httpGet.path, livenessProbe.httpGet.path], ['/readyz', '/livez'])
  assert.ok(resources.requests.cpu && resources.requests.memory && resources.limits.memory)
  // Nothing secret in the manifest: the address of the database comes as a file.
  assert.ok(env.every(({ name, value }) => name.endsWith('_FILE') || !/postgres:|SECRET/.test(`${name}${value}`)))
  const readOnly = volumeMounts.find(({ name }) => name === 'database')
  assert.equal(readOnly?.readOnly, true)
  assert.ok(valueOf(spec, 'HUFU_DATABASE_FILE').startsWith(`${readOnly.mountPath}/`))
})

interface Deployment {
  readonly spec: { readonly template: { readonly spec: PodSpec } }
}

interface PodSpec {
  readonly terminationGracePeriodSeconds: number
  readonly automountServiceAccountToken: boolean
  readonly securityContext: { readonly runAsNonRoot: boolean; readonly runAsUser: number }
  readonly containers: readonly [Container]
  readonly initContainers: readonly Pick<Container, 'securityContext'>[]
}

interface Container {
  readonly env: readonly { readonly name: string; readonly value: string }[]
  readonly readinessProbe: { readonly httpGet: { readonly path: string } }
  readonly livenessProbe: { readonly httpGet: { readonly path: string } }
  readonly resources: {
    readonly requests: { readonly cpu: string; readonly memory: string }
    readonly limits: { readonly memory: string }
  }
  readonly securityContext: unknown
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[]
}

const valueOf = ({ containers: [{ env }] }: PodSpec, wanted: string) =>
  env.find(({ name }) => name === wanted)?.value ?? assert.fail(`no ${wanted}`)

function read(yaml: string): readonly Manifest[] {
  return parseAllDocuments(yaml).map((document) => {
    assert.deepEqual(document.errors, [])

    return document.toJS() as Manifest
  })
}

/** What the compiler says; empty if nothing. */
async function faultsOf(manifests: readonly Manifest[], context: TestContext): Promise<string> {
  // Beside this file, so that the package with the types is found.
  const folder = await mkdtemp(join(import.meta.dirname, '.kubernetes-'))
  context.after(() => rm(folder, { recursive: true, force: true }))
  const literals = manifests.map(
    (manifest, at) =>
      `import type { ${manifest.kind} as Kind${at} } from 'kubernetes-types/${moduleOf[manifest.apiVersion]}'\n` +
      `export const manifest${at}: Kind${at} = ${JSON.stringify(manifest)}\n`,
  )
  await writeFile(join(folder, 'manifests.ts'), literals.join('\n'))
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  const options =
    '--noEmit --strict --ignoreConfig --skipLibCheck --module esnext --moduleResolution bundler --target esnext --types'.split(
      ' ',
    )

  return new Promise((resolve) => {
    execFile(process.execPath, [compiler, ...options, '', join(folder, 'manifests.ts')], (_error, stdout, stderr) =>
      resolve(stdout + stderr),
    )
  })
}
