import { parseDisplayText } from './display-text.ts'
import type { Language, ResourceId } from './resource.ts'

export type Texts = Readonly<Record<Language, string>>

/** A kind of permission that scopes are too coarse for: one payment, one order (RFC 9396 section 2). */
export interface DetailType {
  readonly type: string
  /** A verb phrase: "Pay once". */
  readonly title: Texts
  readonly description: Texts
  /** The API that understands it. */
  readonly resource: ResourceId
  /** One act, asked about every time and never remembered. */
  readonly transaction: boolean
  /** A client may ask for it for itself, with no person there. */
  readonly clientCredentials: boolean
  /** By name, in the order in which a person reads them. There are no others. */
  readonly fields: ReadonlyMap<string, DetailField>
}

export type DetailField = { readonly title: Texts; readonly required: boolean } & (
  | { readonly kind: 'text'; readonly maxLength: number }
  /** Whole. `limit`: an upper bound, so that a token may be for less. */
  | { readonly kind: 'number'; readonly least: number; readonly most: number; readonly limit: boolean }
  /** A decimal number as text, so that nothing is rounded. */
  | { readonly kind: 'amount'; readonly limit: boolean }
  /** Three capital letters (ISO 4217). */
  | { readonly kind: 'currency' }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'enum'; readonly values: ReadonlyMap<string, Texts> }
  /** Of texts, or of the values if there are some. A token may be for fewer. */
  | {
      readonly kind: 'list'
      readonly values: ReadonlyMap<string, Texts> | undefined
      readonly maxLength: number
      readonly maxItems: number
    }
)

export type DetailValue = string | number | boolean | readonly string[]

const amountForm = /^(?:0|[1-9]\d{0,14})(?:\.\d{1,4})?$/
const currencyForm = /^[A-Z]{3}$/

/** The value as it is kept and shown; `undefined` if it is none of this field. Texts never hold what cannot be seen. */
export function parseField(value: unknown, field: DetailField): DetailValue | undefined {
  switch (field.kind) {
    case 'text':
      return parseText(value, field.maxLength)
    case 'number':
      return typeof value === 'number' && Number.isInteger(value) && value >= field.least && value <= field.most
        ? value
        : undefined
    case 'amount':
      return typeof value === 'string' && amountForm.test(value) ? value : undefined
    case 'currency':
      return typeof value === 'string' && currencyForm.test(value) ? value : undefined
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined
    case 'enum':
      return typeof value === 'string' && field.values.has(value) ? value : undefined
    case 'list':
      return parseList(value, field)
  }
}

/** True if a token with `asked` in this field does no more than one with `granted`. */
export function isFieldWithin(asked: unknown, granted: unknown, field: DetailField): boolean {
  if (asked === undefined || granted === undefined) return asked === granted
  if (field.kind === 'list')
    return (asked as readonly string[]).every((each) => (granted as readonly string[]).includes(each))
  if (field.kind === 'number' && field.limit) return (asked as number) <= (granted as number)
  if (field.kind === 'amount') {
    const [less, more] = [toUnits(asked as string), toUnits(granted as string)]

    return field.limit ? less <= more : less === more
  }

  return asked === granted
}

function parseText(value: unknown, maxLength: number): string | undefined {
  const text = typeof value === 'string' ? parseDisplayText(value, maxLength) : undefined

  return text?.ok === true ? text.value : undefined
}

function parseList(value: unknown, field: DetailField & { kind: 'list' }): readonly string[] | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > field.maxItems) return undefined
  const items = value.map((each: unknown) =>
    field.values === undefined
      ? parseText(each, field.maxLength)
      : typeof each === 'string' && field.values.has(each)
        ? each
        : undefined,
  )

  return items.every((each) => each !== undefined) && new Set(items).size === items.length ? items : undefined
}

/** Ten-thousandths, exactly. */
function toUnits(amount: string): bigint {
  const [whole = '0', part = ''] = amount.split('.')

  return BigInt(whole + part.padEnd(4, '0'))
}
