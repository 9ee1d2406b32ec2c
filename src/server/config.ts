import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import * as v from 'valibot'
import type { Result } from '../base/result.ts'
import { accept, refuse } from '../base/result.ts'
import { resource, scope, settingsEntries, settingsMembers } from './settings-shape.ts'
import type { WrittenSettings } from './settings-shape.ts'
import { flag, number, object, parseJson, text, texts } from './shape.ts'
import type { ResourceOptions, ScopeOptions } from './settings.ts'

/** What `hufu start` is told by its file. */
export interface Config {
  readonly issuer: string
  readonly host: string
  readonly port: number
  /** The operator says that only a proxy that ends TLS reaches the port. */
  readonly behindTlsProxy: boolean
  /** As in `ListenerOptions`. */
  readonly trustedProxies: readonly string[]
  /** Absolute, like `seed`: relative ones are meant from the folder of the file. */
  readonly data: string
  /** Of PostgreSQL: an address, and a secret if there is a password in it. A file in `data` otherwise. */
  readonly database: string | undefined
  readonly seed: string | undefined
  readonly inspector: boolean
  /** Seconds between the wish to stop and the closing of connections: as long as a balancer needs to notice. */
  readonly shutdownDelay: number
  /** As in `Limits` of `hufu/node`. */
  readonly limits: { readonly connections?: number; readonly requests?: number }
  readonly settings: WrittenSettings & {
    readonly resources: readonly ResourceOptions[]
    readonly scopes: readonly ScopeOptions[]
  }
}

const port = v.pipe(
  number,
  v.integer('must be a whole number'),
  v.minValue(0, 'must be 0 to 65535'),
  v.maxValue(65535, 'must be 0 to 65535'),
)
const count = v.pipe(number, v.integer('must be a whole number'), v.minValue(100, 'must be at least 100'))
const limits = object({ connections: v.exactOptional(count), requests: v.exactOptional(count) })
const shutdownDelay = v.pipe(number, v.minValue(0, 'must be 0 to 60'), v.maxValue(60, 'must be 0 to 60'))
const listenAt = object({ host: v.optional(text, '127.0.0.1'), port: v.optional(port, 9110) })
const inspector = object({ enabled: v.optional(flag, false) })
const titledScope = object({ ...scope.entries, title: v.nonOptional(scope.entries.title, 'is missing') })
const config = object({
  $schema: v.optional(text),
  issuer: text,
  listen: v.optional(listenAt, {}),
  behindTlsProxy: v.optional(flag, false),
  trustedProxies: v.optional(texts, []),
  data: v.optional(text, '.hufu/data'),
  database: v.optional(v.pipe(text, v.regex(/^postgres(?:ql)?:\/\//, 'must begin with postgres://'))),
  seed: v.optional(text),
  inspector: v.optional(inspector, {}),
  shutdownDelay: v.optional(shutdownDelay, 5),
  limits: v.optional(limits, {}),
  ...settingsEntries,
  pushedRequestLifetime: v.exactOptional(number),
  resources: v.optional(v.array(resource, 'must be an array'), []),
  scopes: v.optional(v.array(titledScope, 'must be an array'), []),
})
const members = [
  ...[config, listenAt, inspector, limits].flatMap((each) => Object.keys(each.entries)),
  ...settingsMembers,
]

/** Reads the configuration of `hufu start`; the error names the file and the place in it. */
export async function readConfig(file: string): Promise<Result<Config, string>> {
  let json: string
  try {
    json = await readFile(file, 'utf8')
  } catch (error) {
    return refuse(`${file}: cannot be read (${(error as NodeJS.ErrnoException).code})`)
  }
  const parsed = parseConfig(json, dirname(resolve(file)))

  return parsed.ok ? parsed : refuse(`${file}: ${parsed.error}`)
}

/** @param folder where relative paths in it begin */
export function parseConfig(json: string, folder: string): Result<Config, string> {
  const parsed = parseJson(json, config, members)
  if (!parsed.ok) return parsed
  const {
    $schema: _,
    issuer,
    listen,
    behindTlsProxy,
    trustedProxies,
    data,
    database,
    seed,
    inspector: shown,
    shutdownDelay: delay,
    limits: bounds,
    ...settings
  } = parsed.value

  return accept({
    issuer,
    host: listen.host,
    port: listen.port,
    behindTlsProxy,
    trustedProxies,
    data: resolve(folder, data),
    database,
    seed: seed === undefined ? undefined : resolve(folder, seed),
    inspector: shown.enabled,
    shutdownDelay: delay,
    limits: bounds,
    settings,
  })
}
