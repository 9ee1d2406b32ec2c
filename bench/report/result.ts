import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus, release, totalmem } from 'node:os'
import { canPin } from '../load/server-process.ts'
import type { Timing } from '../measure.ts'
import type { Spread } from './statistics.ts'

/** Everything of a run that is kept. */
export interface Result {
  readonly made: Circumstances
  readonly rows: readonly Row[]
  readonly guard: readonly GuardRow[]
}

export interface Row {
  readonly work: string
  readonly title: string
  readonly server: string
  /** Microseconds of processor time for each request. */
  readonly cpu: Spread
  readonly perSecond: Spread
  /** Milliseconds. */
  readonly p50: Spread
  readonly p99: Spread
  /** Megabytes (10^6). */
  readonly rss: Spread
  readonly requests: number
}

export interface GuardRow {
  readonly by: string
  readonly first: Spread
  readonly repeated: Spread
}

interface Circumstances extends Timing {
  readonly at: string
  readonly command: string
  readonly commit: string
  readonly node: string
  readonly processor: string
  readonly cores: number
  readonly system: string
  readonly memoryMB: number
  readonly pinned: boolean
  readonly repetitions: number
  readonly packages: Readonly<Record<string, string>>
}

export function circumstances(command: string, timing: Timing, repetitions: number, packages: readonly string[]) {
  const made: Circumstances = {
    at: new Date().toISOString(),
    command,
    commit: spawnSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).stdout.trim(),
    node: process.version,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    system: `${process.platform} ${release()} ${process.arch}`,
    memoryMB: Math.round(totalmem() / 1e6),
    pinned: canPin,
    repetitions,
    packages: Object.fromEntries(packages.map((name) => [name, versionOf(name)])),
    ...timing,
  }

  return made
}

/** Not every package lets its manifest be imported. */
function versionOf(name: string): string {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? []
  for (const folder of folders) {
    try {
      return (JSON.parse(readFileSync(`${folder}/${name}/package.json`, 'utf8')) as { version: string }).version
    } catch {
      // Perhaps in the folder above.
    }
  }
  return 'missing'
}
