import type { Result } from '../base/result.ts'
import { accept, refuse } from '../base/result.ts'
import type { DetailField, DetailType, Texts } from '../protocol/detail-type.ts'
import type { Resource, ResourceId } from '../protocol/resource.ts'
import { inAll } from './text.ts'
import type { Text } from './text.ts'
import { isWhole } from './whole.ts'

/** A kind of `authorization_details` (RFC 9396). */
export interface DetailTypeOptions {
  readonly type: string
  /** A verb phrase: "Pay once". */
  readonly title: Text
  readonly description?: Text
  /** The API that understands it; may be left out where there is only one. */
  readonly resource?: string
  /** One act, asked about every time and never remembered. @default true */
  readonly transaction?: boolean
  /** A client may ask for it for itself, without a person. @default false */
  readonly clientCredentials?: boolean
  /** By name, in the order in which a person reads them. Others are refused. */
  readonly fields: Readonly<Record<string, DetailFieldOptions>>
}

export interface DetailFieldOptions {
  /**
   * `text`; `number`, whole; `amount`, a decimal number as text; `currency`, three capital letters; `boolean`; `enum`, one
   * of `values`; `list`, several texts, or several of `values`
   */
  readonly kind: DetailField['kind']
  readonly title: Text
  /** @default false */
  readonly required?: boolean
  /** Characters of a text, also of those in a list. @default 100 (1 to 500) */
  readonly maxLength?: number
  /** Entries of a list. @default 20 (1 to 100) */
  readonly maxItems?: number
  /** Of a number. @default 0 */
  readonly least?: number
  /** @default 1_000_000_000 */
  readonly most?: number
  /** Of a number or an amount: it is an upper bound, and a token may be for less. @default false */
  readonly limit?: boolean
  /** What each value of an enum or list is called. */
  readonly values?: Readonly<Record<string, Text>>
}

const maxTypes = 50
const maxFields = 30
const maxValues = 100

/** Checks them all; the error says which one, and what about it. @param own stands in for a resource where none is registered */
export function parseDetailTypes(
  raw: readonly DetailTypeOptions[],
  resources: ReadonlyMap<ResourceId, Resource>,
  own: ResourceId,
): Result<ReadonlyMap<string, DetailType>, string> {
  if (raw.length > maxTypes) return refuse(`authorizationDetailTypes: at most ${maxTypes}`)
  const types = new Map<string, DetailType>()
  for (const each of raw) {
    const place = `authorizationDetailTypes: ${JSON.stringify(each.type.slice(0, 100))}`
    if (!/^[\x21\x23-\x5B\x5D-\x7E]{1,100}$/.test(each.type))
      return refuse(`${place} must be 1 to 100 ASCII characters without spaces`)
    if (types.has(each.type)) return refuse(`${place} stands there twice`)
    const resource = findResource(each.resource, resources, own)
    if (resource === undefined) return refuse(`${place} must name a resource that is there, unless there is only one`)
    const fields = parseFields(each.fields)
    if (!fields.ok) return refuse(`${place}.fields.${fields.error}`)
    types.set(each.type, {
      type: each.type,
      title: inAll(each.title),
      description: inAll(each.description ?? ''),
      resource,
      transaction: each.transaction ?? true,
      clientCredentials: each.clientCredentials ?? false,
      fields: fields.value,
    })
  }

  return accept(types)
}

function findResource(
  named: string | undefined,
  resources: ReadonlyMap<ResourceId, Resource>,
  own: ResourceId,
): ResourceId | undefined {
  const all = resources.size === 0 ? [own] : [...resources.keys()]
  if (named !== undefined) return all.find((each) => each === named)

  return all.length === 1 ? all[0] : undefined
}

function parseFields(raw: DetailTypeOptions['fields']): Result<ReadonlyMap<string, DetailField>, string> {
  const entries = Object.entries(raw)
  if (entries.length > maxFields) return refuse(`*: at most ${maxFields}`)
  const fields = new Map<string, DetailField>()
  for (const [name, given] of entries) {
    if (name === 'type' || !/^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(name))
      return refuse(`${name.slice(0, 64)}: a name is letters, digits and _, and not type`)
    const field = parseFieldOptions(given)
    if (!field.ok) return refuse(`${name}: ${field.error}`)
    fields.set(name, field.value)
  }

  return accept(fields)
}

function parseFieldOptions(given: DetailFieldOptions): Result<DetailField, string> {
  const { kind, maxLength = 100, maxItems = 20, least = 0, most = 1_000_000_000, limit = false } = given
  const common = { title: inAll(given.title), required: given.required ?? false }
  const values =
    given.values && new Map(Object.entries(given.values).map(([name, text]): [string, Texts] => [name, inAll(text)]))
  if (values !== undefined && (values.size === 0 || values.size > maxValues)) return refuse(`values: 1 to ${maxValues}`)
  if (!isWhole(maxLength, 1, 500)) return refuse('maxLength: 1 to 500')
  if (!isWhole(maxItems, 1, 100)) return refuse('maxItems: 1 to 100')
  if (!Number.isSafeInteger(least) || !Number.isSafeInteger(most) || least > most)
    return refuse('least, most: whole numbers, the first not greater')
  if (kind === 'enum') return values === undefined ? refuse('values: are missing') : accept({ ...common, kind, values })
  if (kind === 'list') return accept({ ...common, kind, values, maxLength, maxItems })
  if (kind === 'text') return accept({ ...common, kind, maxLength })
  if (kind === 'number') return accept({ ...common, kind, least, most, limit })

  return accept(kind === 'amount' ? { ...common, kind, limit } : { ...common, kind })
}
