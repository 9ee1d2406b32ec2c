import { execFileSync } from 'node:child_process'
import { copyFileSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const root = join(import.meta.dirname, '..')
const src = join(root, 'src')

/** What is copied as it stands: old plain JavaScript, styles, scripts of pages, SQL. Nothing else leaves src uncompiled. */
const asTheyAre = [
  'cli/hufu.js',
  'cli/find-node.cjs',
  '**/*.{css,svg,sql}',
  'pages/assets/*.js',
  'inspector/assets/*.js',
]
const fromRoot = ['README.md', 'README.zh-CN.md', 'LICENSE', 'CHANGELOG.md']

/** The sections of src/package.json that a user of the package needs, in this order. */
const kept = [
  'name',
  'version',
  'description',
  'license',
  'type',
  'engines',
  'dependencies',
  'peerDependencies',
  'peerDependenciesMeta',
]

type Manifest = Readonly<Record<string, unknown>> & {
  readonly exports: Readonly<Record<string, string>>
  readonly bin: Readonly<Record<string, string>>
}

/** Writes the package as it is published into `folder`, which is emptied first. Throws if the types do not hold. */
export function writePackage(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  execFileSync(process.execPath, [compiler, '--project', join(root, 'tsconfig.build.json'), '--outDir', folder], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  for (const file of globSync('**/*.d.ts', { cwd: folder })) rewriteDeclaration(join(folder, file))
  for (const file of globSync(asTheyAre, { cwd: src, exclude: (name) => name === 'node_modules' }))
    copy(src, file, folder)
  for (const file of fromRoot) copy(root, file, folder)
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`)
}

/** The names strangers import: `hufu`, `hufu/guard` and so on. */
export function publicNames(): string[] {
  return Object.keys(sourceManifest().exports).map((name) => join('hufu', name).replaceAll('\\', '/'))
}

function manifest(): object {
  const source = sourceManifest()
  const exports = Object.entries(source.exports).map(([name, path]) => [name, built(path)])
  return {
    ...Object.fromEntries(kept.filter((key) => source[key] !== undefined).map((key) => [key, source[key]])),
    bin: source.bin,
    exports: { ...Object.fromEntries(exports), './package.json': './package.json' },
    files: ['**/*.js', '**/*.cjs', '**/*.d.ts', '**/*.css', '**/*.svg', '**/*.sql', 'CHANGELOG.md', 'README.zh-CN.md'],
  }
}

function built(path: string): object {
  return { types: path.replace(/\.ts$/, '.d.ts'), default: path.replace(/\.ts$/, '.js') }
}

/** The compiler leaves `.ts` in the imports of declarations, though not in those of code; there is no such file. */
function rewriteDeclaration(file: string): void {
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, text.replaceAll(/((?:from|import\()\s*['"]\.{1,2}\/[^'"]+)\.ts(['"])/g, '$1.js$2'))
}

function copy(from: string, file: string, to: string): void {
  mkdirSync(dirname(join(to, file)), { recursive: true })
  copyFileSync(join(from, file), join(to, file))
}

function sourceManifest(): Manifest {
  return JSON.parse(readFileSync(join(src, 'package.json'), 'utf8')) as Manifest
}
