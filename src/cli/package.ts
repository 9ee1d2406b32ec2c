import { readFileSync } from 'node:fs'

/** The version of this package: what stands in its package.json, in the repository as in the published package. */
export function hufuVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }

  return manifest.version
}
