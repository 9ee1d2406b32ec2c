import { hash } from 'node:crypto'
import { fromHex } from '../base/encoding.ts'

const id = /^(?:[0-9a-f]{32}){1,2}$/

/** The octets of an id or a hash to look for. Text that is no id finds nothing, rather than a row it resembles. */
export const sought = (text: string) => (id.test(text) ? fromHex(text) : nothing)

/** The octets of an id or a hash to store. Throws for anything but 32 or 64 lower-case hexadecimal digits. */
export function stored(text: string): Uint8Array {
  if (!id.test(text)) throw new TypeError('an id in the store is 32 or 64 lower-case hexadecimal digits')

  return fromHex(text)
}

/** A key that others chose, of any length and perhaps about a person: only its hash is kept. */
export const hashedKey = (key: string) => hash('sha256', key, 'buffer')

/** A list of words as one text. Throws for a word that could not be told apart again. */
export function joinWords(words: readonly string[]): string {
  if (words.some((each) => each === '' || each.includes(' '))) throw new TypeError('a word in a list has no space')

  return words.join(' ')
}

export const splitWords = (text: string) => (text === '' ? [] : text.split(' '))

/** `never` is NULL in a row. */
export const orNull = <Time extends number>(time: Time | 'never') => (time === 'never' ? null : time)

export const orNever = <Time extends number>(time: Time | null) => time ?? 'never'

/** A plain object as JSON that keeps apart "undefined" and "not there". */
export const toDocument = (value: object) =>
  JSON.stringify(value, (_name, each: unknown) => (each === undefined ? null : each))

/** Reads what {@link toDocument} wrote, frozen through and through, so that it can be shared. */
export const fromDocument = (text: string) => restore(JSON.parse(text))

function restore(value: unknown): unknown {
  if (value === null) return undefined
  if (typeof value !== 'object') return value
  if (Array.isArray(value)) return Object.freeze(value.map(restore))

  return Object.freeze(Object.fromEntries(Object.entries(value).map(([name, each]) => [name, restore(each)])))
}

/** Particulars as a document, NULL where there are none. */
export const orNoDocument = (value: object) => (Object.keys(value).length === 0 ? null : JSON.stringify(value))

/** Reads what {@link orNoDocument} wrote. */
export const documentOr = <Value extends object>(text: string | null, none: Value) =>
  text === null ? none : (fromDocument(text) as Value)

const nothing = new Uint8Array(0)
