import {
  cpSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { PlantedFault } from './fault.ts'

const root = join(import.meta.dirname, '../..')
const copied = ['src', 'e2e', 'demo', 'examples', 'docs', 'scripts', 'package.json', 'tsconfig.json']

/** The sources, with the packages of this checkout but the workspaces of the copy. */
export function makeCopy(copy: string): void {
  for (const name of copied)
    cpSync(join(root, name), join(copy, name), {
      recursive: true,
      filter: (path) => !path.includes('node_modules') && !path.includes('/.hufu'),
    })
  const modules = join(copy, 'node_modules')
  mkdirSync(modules)
  for (const name of readdirSync(join(root, 'node_modules'))) {
    const path = join(root, 'node_modules', name)
    // A workspace is a link to beside node_modules, so the same link in the copy leads to the copy's own.
    symlinkSync(lstatSync(path).isSymbolicLink() ? readlinkSync(path) : path, join(modules, name))
  }
}

/** Takes the defence out of the copy. @returns puts it back; `undefined` if it does not stand there once */
export function plant(fault: Pick<PlantedFault, 'file' | 'find' | 'replace'>, copy: string): (() => void) | undefined {
  const path = join(copy, fault.file)
  const text = readFileSync(path, 'utf8')
  if (text.split(fault.find).length !== 2) return undefined
  writeFileSync(
    path,
    text.replace(fault.find, () => fault.replace),
  )

  return () => writeFileSync(path, text)
}
