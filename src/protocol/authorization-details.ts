import type { Result } from '../base/result.ts'
import { accept } from '../base/result.ts'
import { isJsonObject, parseJsonText } from '../base/strict-json.ts'
import type { JsonObject } from '../base/strict-json.ts'
import type { Client } from './client.ts'
import { isFieldWithin, parseField } from './detail-type.ts'
import type { DetailType } from './detail-type.ts'
import { because } from './errors.ts'
import type { OAuthError } from './errors.ts'
import type { AuthorizationDetail } from './particulars.ts'
import type { ResourceId } from './resource.ts'
import type { Scope } from './scope.ts'
import type { Settings } from './settings.ts'

/** More in one request are refused: nobody reads them. */
export const maxDetails = 10

type Details = readonly AuthorizationDetail[]

/**
 * Reads `authorization_details`: a JSON array of objects, each of a type that this server knows and this client may ask
 * for, with the fields of its type and no others (RFC 9396 sections 2 and 5). What comes out has its fields in the
 * order of the type, and texts in the form in which they are shown.
 */
export function parseAuthorizationDetails(
  raw: string | undefined,
  client: Client,
  { authorizationDetailTypes }: Settings,
): Result<Details, OAuthError> {
  if (raw === undefined) return accept([])
  const json = parseJsonText(raw)
  if (!json.ok || !Array.isArray(json.value)) return because('details_malformed')
  const given: readonly unknown[] = json.value
  if (given.length === 0 || given.length > maxDetails || !given.every(hasType)) return because('details_malformed')

  const details: AuthorizationDetail[] = []
  for (const each of given) {
    const type = authorizationDetailTypes.get(each.type)
    if (type === undefined) return because('detail_type_unknown')
    if (!isOpenTo(type.type, client)) return because('detail_type_not_allowed')
    const detail = parseDetail(each, type)
    if (detail === undefined) return because('detail_invalid')
    details.push(detail)
  }

  return accept(details)
}

/** The part of granted details that its client may have today, of types that still exist. */
export const detailsStillAllowed = (
  granted: Details,
  client: Client,
  { authorizationDetailTypes }: Settings,
): Details => granted.filter(({ type }) => authorizationDetailTypes.has(type) && isOpenTo(type, client))

/** The resources that these details are for, each once. */
export const resourcesOf = (details: Details, { authorizationDetailTypes }: Settings): readonly ResourceId[] => [
  ...new Set(details.flatMap(({ type }) => authorizationDetailTypes.get(type)?.resource ?? [])),
]

/** What a token for this resource holds of the details (RFC 9396 section 9). */
export const detailsFor = (id: ResourceId, details: Details, { authorizationDetailTypes }: Settings): Details =>
  details.filter(({ type }) => authorizationDetailTypes.get(type)?.resource === id)

/** True if one of them is a single act, which a person is asked about every time. */
export const isTransaction = (details: Details, { authorizationDetailTypes }: Settings): boolean =>
  details.some(({ type }) => authorizationDetailTypes.get(type)?.transaction !== false)

/**
 * True if nothing but single acts is asked for: what was allowed once is not renewed without asking again, so there is no
 * refresh token to renew it with.
 */
export const isSingleAct = (
  { scope, authorizationDetails = [] }: { readonly scope: Scope; readonly authorizationDetails?: Details },
  { authorizationDetailTypes }: Settings,
): boolean =>
  scope.length === 0 &&
  authorizationDetails.length > 0 &&
  authorizationDetails.every(({ type }) => authorizationDetailTypes.get(type)?.transaction !== false)

/** True if a client may have all of them without a person. */
export const mayAskForItself = (details: Details, { authorizationDetailTypes }: Settings): boolean =>
  details.every(({ type }) => authorizationDetailTypes.get(type)?.clientCredentials === true)

/**
 * True if each of `asked` is within one of `granted`, no two within the same: a payment of ten that was allowed once is
 * not allowed twice. Fields are compared by the rules of the type (RFC 9396 section 6.1).
 */
export function areWithin(asked: Details, granted: Details, settings: Settings): boolean {
  const takenBy = new Map<number, number>()
  const place = (at: number, tried: Set<number>): boolean =>
    granted.some((each, index) => {
      if (tried.has(index) || !isWithinDetail(asked[at]!, each, settings)) return false
      tried.add(index)
      const other = takenBy.get(index)
      if (other !== undefined && !place(other, tried)) return false
      takenBy.set(index, at)

      return true
    })

  return asked.every((_each, at) => place(at, new Set()))
}

/** True for the same detail, field by field: as it is remembered, not as it is narrowed. */
export const isSameDetail = (left: AuthorizationDetail, right: AuthorizationDetail) =>
  JSON.stringify(left) === JSON.stringify(right)

function isWithinDetail(
  asked: AuthorizationDetail,
  granted: AuthorizationDetail,
  { authorizationDetailTypes }: Settings,
) {
  const fields = authorizationDetailTypes.get(asked.type)?.fields
  if (fields === undefined || asked.type !== granted.type) return false

  return [...fields].every(([name, field]) => isFieldWithin(asked[name], granted[name], field))
}

const isOpenTo = (type: string, { authorizationDetailTypes: allowed }: Client) => allowed?.includes(type) !== false

const hasType = (value: unknown): value is JsonObject & { readonly type: string } =>
  isJsonObject(value) && typeof value['type'] === 'string'

function parseDetail(given: JsonObject, { type, fields }: DetailType): AuthorizationDetail | undefined {
  if (!Object.keys(given).every((name) => name === 'type' || fields.has(name))) return undefined
  const members: [string, unknown][] = []
  for (const [name, field] of fields) {
    if (!Object.hasOwn(given, name)) {
      if (field.required) return undefined
      continue
    }
    const value = parseField(given[name], field)
    if (value === undefined) return undefined
    members.push([name, value])
  }

  return { type, ...Object.fromEntries(members) }
}
