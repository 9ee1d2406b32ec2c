import { readFileSync } from 'node:fs'

/**
 * The version of this package: what stands in its package.json, in the repository as in the published package; `unknown`
 * where that was left behind, as in a bundle.
 */
export function hufuVersion(): string {
  try {
    const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
      version: string
    }

    return manifest.version
  } catch {
    return 'unknown'
  }
}
