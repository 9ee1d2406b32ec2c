import { readFile } from 'node:fs/promises'
import * as v from 'valibot'
import { nearest } from '../base/nearest.ts'
import type { Result } from '../base/result.ts'
import { accept, refuse } from '../base/result.ts'
import { unwrap } from './members.ts'

export type Environment = Readonly<Record<string, string | undefined>>

const prefix = 'HUFU_'

type Tree = { [name: string]: unknown }

/** One member that the environment can say, and the name by which it says it. */
export interface Variable {
  readonly name: string
  readonly path: readonly string[]
  readonly shape: v.GenericSchema
}

/**
 * The names by which the environment says the members of a configuration: `HUFU_` and the path in upper snake case, two
 * underscores between levels, as in `HUFU_LISTEN__PORT`. What is below a list or a free name is said as JSON.
 */
export function variablesOf(shape: unknown, path: readonly string[] = []): readonly Variable[] {
  const inner = unwrap(shape)
  const here =
    path.length === 0
      ? []
      : [{ name: `${prefix}${path.map(upperSnake).join('__')}`, path, shape: shape as v.GenericSchema }]
  if (inner.entries === undefined || path.length > 1) return here

  return [...here, ...Object.entries(inner.entries).flatMap(([name, each]) => variablesOf(each, [...path, name]))]
}

/**
 * What the environment says of a configuration. `…_FILE` names a file that holds the value, as a mounted secret does.
 * Variables with other names are not read: some are made by others, as by Kubernetes for a service. An error names the
 * variable and never its value.
 */
export async function readEnvironment(env: Environment, variables: readonly Variable[]): Promise<Result<Tree, string>> {
  const tree: Tree = {}
  for (const { name, path, shape } of variables) {
    const said = env[name]
    const file = env[`${name}_FILE`]
    if (said !== undefined && file !== undefined) return refuse(`${name}: said twice, also by ${name}_FILE`)
    if (said === undefined && file === undefined) continue
    const text = said ?? (await readSecret(file ?? ''))
    if (text === undefined) return refuse(`${name}_FILE: cannot be read`)
    const value = valueOf(text, shape)
    if (value === undefined) return refuse(`${name}: must be ${hintOf(shape)}`)
    put(tree, path, value)
  }

  return accept(tree)
}

/** Names that are set and not read, though they are much like one that is: each with that one. */
export function findMisspelt(env: Environment, variables: readonly Variable[]): readonly (readonly [string, string])[] {
  const known = variables.flatMap(({ name }) => [name, `${name}_FILE`])
  const bare = new Map(known.map((name) => [name.slice(prefix.length), name]))

  return Object.keys(env).flatMap((name) => {
    if (!name.startsWith(prefix) || known.includes(name) || env[name] === undefined) return []
    const meant = nearest(name.slice(prefix.length), bare.keys())

    return meant === undefined ? [] : [[name, bare.get(meant)!] as const]
  })
}

/** What a file says, and over it what the environment says. */
export function mergeInto(below: unknown, above: unknown): unknown {
  if (!isTree(below) || !isTree(above)) return above
  const names = new Set([...Object.keys(below), ...Object.keys(above)])

  return Object.fromEntries(
    [...names].map((name) => [name, Object.hasOwn(above, name) ? mergeInto(below[name], above[name]) : below[name]]),
  )
}

/** A text as it stands where the shape takes it, then a list with commas, then JSON. */
function valueOf(text: string, shape: v.GenericSchema): unknown {
  const fits = (value: unknown) => v.safeParse(shape, value).success
  if (fits(text)) return text
  if (!text.startsWith('[') && fits(text.split(','))) return text.split(',').map((each) => each.trim())
  try {
    return JSON.parse(text) as unknown
  } catch {
    // A text that its shape refuses is explained with its place later on, like one of the file.
    return typeOf(shape) === 'string' ? text : undefined
  }
}

const hintOf = (shape: v.GenericSchema) => ({ number: 'a number', boolean: 'true or false' })[typeOf(shape)] ?? 'JSON'

const typeOf = (shape: unknown) => unwrap(shape).type

const upperSnake = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value)

function put(tree: Tree, [first = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) tree[first] = isTree(tree[first]) ? mergeInto(value, tree[first]) : value
  else {
    const below = (tree[first] ??= {})
    if (isTree(below)) put(below, rest, value)
  }
}

async function readSecret(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).replace(/\r?\n$/, '')
  } catch {
    return undefined
  }
}
