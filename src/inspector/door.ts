import type { RecordedResponse } from './message.ts'

/** What stands where a value was dropped. */
export const dropped = '(not kept)'

/** Characters of a body that are kept. */
export const maxKeptBody = 16 * 1024

/** Characters of a header's value that are kept. */
const maxKeptHeader = 8 * 1024

const droppedHeaders = new Set(['cookie', 'set-cookie', 'proxy-authorization'])
const droppedFields = /^(?:password|new_password|current_password|csrf|passcode|otp)$/i
const signInPath = /(?:^|\/)sign-in$/

interface Raw {
  readonly path: string
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * Cleans a request before anything of it is kept. Of a sign-in form only the names of the fields stay, whatever its
 * media type; a password or CSRF token is dropped from every query, form and JSON body; cookies are dropped. What is
 * dropped here cannot leak later (UX-2.5).
 */
export function cleanRequest(raw: Raw) {
  const type = Object.entries(raw.headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? ''

  return {
    query: cleanForm(raw.query, false),
    headers: cleanHeaders(raw.headers),
    body: cleanBody(raw.body, type, signInPath.test(raw.path)),
  }
}

/**
 * Cleans a response. Pages are not kept: they hold what people see and CSRF tokens; where a page hands the browser
 * back to a client is read first, see {@link landingOf}.
 */
export function cleanResponse(response: RecordedResponse): RecordedResponse {
  const headers = cleanHeaders(response.headers)
  const isPage = (headers['content-type'] ?? '').startsWith('text/html')

  return { status: response.status, headers, body: isPage ? '' : truncate(response.body) }
}

/** Where an answer sends the browser: `Location`, or the link of the hand-off page (UX 3.0). */
export function landingOf(response: RecordedResponse): string | undefined {
  const location = Object.entries(response.headers).find(([name]) => name.toLowerCase() === 'location')?.[1]
  if (location !== undefined) return location
  const link = /<a\b[^>]*\bid="continue"[^>]*>/.exec(response.body.slice(0, 64 * 1024))?.[0]
  const href = link === undefined ? undefined : /\bhref="([^"]*)"/.exec(link)?.[1]

  return href === undefined ? undefined : decodeEntities(href)
}

/** The public number of a refusal (UX 8.1), wherever the answer says it: body, challenge, or the way home. */
export function errorCodeOf(response: RecordedResponse): string | undefined {
  const landing = landingOf(response)
  if (response.status < 400) return landing?.includes('error=') === true ? codeIn(landing) : undefined

  return codeIn(Object.values(response.headers).join(' ')) ?? codeIn(response.body)
}

const codeIn = (text: string) => /\bHF-[A-Z]{2,10}-\d{4}\b/.exec(text)?.[0]

function cleanHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .map(([name, value]) => [name.toLowerCase(), value.slice(0, maxKeptHeader)] as const)
      .filter(([name]) => !droppedHeaders.has(name)),
  )
}

function cleanBody(body: string, type: string, isSignIn: boolean): string {
  if (body === '') return ''
  if (type.startsWith('application/x-www-form-urlencoded')) return truncate(cleanForm(body, isSignIn))
  if (isSignIn) return dropped
  if (type.includes('json')) return truncate(cleanJson(body))

  return dropped
}

/** Keeps every octet of the parameters that stay, so that what is shown is what was sent. */
function cleanForm(form: string, everything: boolean): string {
  return form
    .split('&')
    .map((pair) => {
      const name = pair.split('=', 1)[0] ?? ''
      const decoded = new URLSearchParams(`${name}=`).keys().next().value ?? ''
      return everything || droppedFields.test(decoded) ? `${name}=${encodeURIComponent(dropped)}` : pair
    })
    .join('&')
}

function cleanJson(body: string): string {
  try {
    const value: unknown = JSON.parse(body, (key, member: unknown) => (droppedFields.test(key) ? dropped : member))
    return hasDroppedField(body) ? JSON.stringify(value) : body
  } catch {
    return dropped
  }
}

/** An unchanged body is kept as it was sent; an escape in a member's name counts as suspicious. */
const hasDroppedField = (body: string) => /password|csrf|passcode|otp|\\u/i.test(body)

const truncate = (body: string) =>
  body.length <= maxKeptBody ? body : `${body.slice(0, maxKeptBody)}\n… (${body.length} characters)`

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#x27': "'" }

const decodeEntities = (text: string) =>
  text.replace(/&(amp|lt|gt|quot|#39|#x27);/g, (whole, name: string) => entities[name] ?? whole)
