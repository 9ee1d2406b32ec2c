import type { AuditEvent } from '../../../protocol/audit-event.ts'
import { printable } from '../../outcome.ts'

const columns = [
  ['id', ({ id }) => id],
  ['at', ({ at }) => new Date(at).toISOString()],
  ['type', ({ type }) => type],
  ['outcome', ({ outcome }) => outcome],
  ['reason', ({ reason }) => reason],
  ['client_id', ({ clientId }) => clientId],
  ['subject', ({ subject }) => subject],
  ['authorization_id', ({ authorizationId }) => authorizationId],
  ['address', ({ address }) => address],
  ['request_id', ({ requestId }) => requestId],
  ['grant_type', ({ grantType }) => grantType],
  ['scope', ({ scope }) => scope],
  ['resource', ({ resource }) => resource],
  ['actor', ({ actor }) => actor],
  ['count', ({ count }) => count],
] as const satisfies readonly (readonly [string, (event: AuditEvent) => string | number | undefined])[]

/** One line of JSON without what is undefined. */
export const toJson = (event: AuditEvent) =>
  safeJson(Object.fromEntries(columns.map(([name, of]) => [name, of(event)])))

/** JSON in which nothing is left that a terminal obeys or that turns the text around; a program reads the same value. */
export const safeJson = (value: unknown) =>
  JSON.stringify(value).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (sign) =>
    sign
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  )

export const csvHeader = columns.map(([name]) => name).join(',')

export const toCsv = (event: AuditEvent) => columns.map(([, of]) => cell(of(event))).join(',')

/** What a spreadsheet would take for a formula begins with an apostrophe (attack row AD-05). */
function cell(value: string | number | undefined): string {
  const text = printable(String(value ?? ''))
  const harmless = typeof value === 'string' && /^\s*[=+\-@＝＋－＠]/u.test(text) ? `'${text}` : text

  return /[",'\s;]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}

/** For people: what most want to know, in one line. */
export function toLine(event: AuditEvent): string {
  const { at, type, outcome, reason, clientId, subject, address, count } = event
  const facts = { client: clientId, subject, reason, address, count: count === 1 ? undefined : count }
  const told = Object.entries(facts).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]))

  return printable([new Date(at).toISOString(), outcome.padEnd(7), type.padEnd(22), ...told].join('  '))
}
