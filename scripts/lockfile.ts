/**
 * Completes package-lock.json with the optional packages of other platforms.
 *
 * `npm install` drops an optional package that its registry does not have (mirrors often carry only their own platform),
 * and `npm ci` then refuses the lockfile as out of step. Version and platform are known from the parent's exact
 * `optionalDependencies`; only the hash is not, and npm adds it where the package is first installed.
 */
import { readFileSync, writeFileSync } from 'node:fs'

type Entry = {
  readonly version?: string
  readonly dev?: boolean
  readonly optional?: boolean
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const file = new URL('../package-lock.json', import.meta.url)
const lockfile = JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, Entry> }

const missing = Object.entries(lockfile.packages).flatMap(([path, parent]) =>
  path === ''
    ? []
    : Object.entries(parent.optionalDependencies ?? {})
        .filter(([name, version]) => /^\d/.test(version) && lockfile.packages[`node_modules/${name}`] === undefined)
        .map(([name, version]) => [`node_modules/${name}`, entryFor(name, version, parent)] as const),
)
const packages = [...Object.entries(lockfile.packages), ...missing].toSorted(([a], [b]) => a.localeCompare(b, 'en'))
if (missing.length > 0)
  writeFileSync(file, `${JSON.stringify({ ...lockfile, packages: Object.fromEntries(packages) }, null, 2)}\n`)
console.log(`${missing.length} packages of other platforms added to package-lock.json`)

function entryFor(name: string, version: string, parent: Entry) {
  const [os = '', cpu = '', abi = ''] = name.replace(/^.*\//, '').replace('binding-', '').split('-')
  const libc =
    os !== 'linux' ? undefined : abi.includes('musl') ? ['musl'] : abi.includes('gnu') ? ['glibc'] : undefined
  return { version, cpu: [cpu], ...(parent.dev && { dev: true }), ...(libc && { libc }), optional: true, os: [os] }
}
