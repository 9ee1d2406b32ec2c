import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import * as v from 'valibot'
import type { Result } from '../base/result.ts'
import { accept, refuse } from '../base/result.ts'
import { mergeInto, readEnvironment, variablesOf } from './environment.ts'
import type { Environment } from './environment.ts'
import { resource, scope, settingsEntries } from './settings-shape.ts'
import type { WrittenSettings } from './settings-shape.ts'
import { flag, number, object, parseJson, text, texts } from './shape.ts'
import type { ResourceOptions } from './resource-options.ts'
import type { ScopeOptions } from './scope-options.ts'

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
  /** A port of its own for `/metrics` and health; none unless it is named. */
  readonly management: { readonly host: string; readonly port: number } | undefined
  readonly traces: { readonly enabled: boolean; readonly trustParent: boolean }
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
const management = object({ host: v.optional(text, '127.0.0.1'), port })
const traces = object({ enabled: v.optional(flag, false), trustParent: v.optional(flag, false) })
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
  management: v.exactOptional(management),
  traces: v.optional(traces, {}),
  ...settingsEntries,
  pushedRequestLifetime: v.exactOptional(number),
  resources: v.optional(v.array(resource, 'must be an array'), []),
  scopes: v.optional(v.array(titledScope, 'must be an array'), []),
})

/** The names of the members in the environment. */
export const configVariables = variablesOf(config).filter(({ path }) => path[0] !== '$schema')

/**
 * Reads the configuration of `hufu start`, what the environment says over what the file says. The error names the file
 * or the variable, and the place in it.
 *
 * @param file none if the environment says it all; relative paths begin in its folder, or where the server was started
 */
export async function readConfig(file: string | undefined, env: Environment = {}): Promise<Result<Config, string>> {
  let json = '{}'
  try {
    if (file !== undefined) json = await readFile(file, 'utf8')
  } catch (error) {
    return refuse(`${file}: cannot be read (${(error as NodeJS.ErrnoException).code})`)
  }
  const said = await readEnvironment(env, configVariables)
  if (!said.ok) return said
  const parsed = parseConfig(withEnvironment(json, said.value), file === undefined ? '.' : dirname(resolve(file)))

  return parsed.ok ? parsed : refuse(`${file ?? 'environment'}: ${parsed.error}`)
}

/** A file that is no JSON stays as it is, to be explained. */
function withEnvironment(json: string, said: object): string {
  if (Object.keys(said).length === 0) return json
  try {
    return JSON.stringify(mergeInto(JSON.parse(json.replace(/^\uFEFF/, '')), said))
  } catch {
    return json
  }
}

/** @param folder where relative paths in it begin */
export function parseConfig(json: string, folder: string): Result<Config, string> {
  const parsed = parseJson(json, config)
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
    management: managed,
    traces: traced,
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
    management: managed,
    traces: { enabled: traced.enabled, trustParent: traced.trustParent },
    settings,
  })
}
