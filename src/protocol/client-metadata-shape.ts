import * as v from 'valibot'
import type { Result } from '../base/result.ts'
import { accept, refuse } from '../base/result.ts'

const maxText = 2000
const maxItems = 50

const text = v.pipe(v.string('must be a text'), v.maxLength(maxText, `must have at most ${maxText} characters`))
const texts = v.pipe(
  v.array(text, 'must be an array of texts'),
  v.maxLength(maxItems, `must have at most ${maxItems} entries`),
)
const flag = v.boolean('must be true or false')
const whole = v.pipe(v.number('must be a number'), v.integer('must be a whole number of seconds'))
const wholeOrNever = v.union([whole, v.literal('never')], 'must be a whole number of seconds or the text never')

/** The members Hufu knows, in the words of RFC 7591 section 2. What is not listed is ignored, as the section demands. */
const standard = {
  client_id: v.optional(text),
  client_secret: v.optional(text),
  client_name: v.optional(text),
  client_uri: v.optional(text),
  redirect_uris: v.optional(texts),
  grant_types: v.optional(texts),
  response_types: v.optional(texts),
  token_endpoint_auth_method: v.optional(text),
  token_endpoint_auth_signing_alg: v.optional(text),
  scope: v.optional(v.pipe(v.string('must be a text'), v.maxLength(8000, 'must have at most 8000 characters'))),
  jwks: v.optional(
    v.object(
      {
        keys: v.pipe(
          v.array(v.record(v.string(), v.unknown(), 'must be a JWK'), 'must be an array of JWKs'),
          v.minLength(1, 'must hold a key'),
          v.maxLength(20, 'must have at most 20 keys'),
        ),
      },
      'must be a JWK Set',
    ),
  ),
  jwks_uri: v.optional(text),
  application_type: v.optional(v.picklist(['web', 'native'], 'must be web or native')),
  contacts: v.optional(texts),
  dpop_bound_access_tokens: v.optional(flag),
  require_pushed_authorization_requests: v.optional(flag),
  authorization_details_types: v.optional(texts),
  id_token_signed_response_alg: v.optional(text),
  userinfo_signed_response_alg: v.optional(text),
  subject_type: v.optional(v.picklist(['public', 'pairwise'], 'must be public or pairwise')),
  sector_identifier_uri: v.optional(text),
  default_max_age: v.optional(whole),
  default_acr_values: v.optional(texts),
  post_logout_redirect_uris: v.optional(texts),
  backchannel_logout_uri: v.optional(text),
  backchannel_logout_session_required: v.optional(flag),
}

/** Ours; only an operator may say them (attack row AD-02). */
const vendor = {
  hufu_kind: v.optional(v.picklist(['web', 'native', 'browser', 'service'], 'must be web, native, browser or service')),
  hufu_resources: v.optional(texts),
  hufu_default_resource: v.optional(text),
  hufu_refresh_token_lifetime: v.optional(wholeOrNever),
  hufu_refresh_token_idle: v.optional(wholeOrNever),
  hufu_refresh_retry: v.optional(whole),
  hufu_refresh_rotation: v.optional(flag),
  hufu_access_token_lifetime: v.optional(whole),
  hufu_first_party: v.optional(flag),
  hufu_allow_localhost_any_port: v.optional(flag),
  hufu_developer: v.optional(text),
  hufu_reviewed: v.optional(flag),
  hufu_pkce_exempt_until: v.optional(text),
  hufu_valid_after: v.optional(text),
  hufu_token_exchange: v.optional(
    v.pipe(
      v.array(
        v.strictObject(
          {
            from: v.optional(texts),
            to: text,
            scope: v.optional(text),
            kind: v.optional(v.picklist(['delegation', 'impersonation'], 'must be delegation or impersonation')),
          },
          'must be an object with from, to, scope and kind',
        ),
        'must be an array',
      ),
      v.maxLength(maxItems, `must have at most ${maxItems} entries`),
    ),
  ),
}

const shapes = { full: v.object({ ...standard, ...vendor }), standard: v.object(standard) }

export type Metadata = v.InferOutput<typeof shapes.full>

/**
 * Client metadata as typed members; the error begins with the member it is about. `null` counts as left out (RFC 7592
 * section 2.2). Nothing of what was sent is repeated in the error.
 *
 * @param vendorMembers whether `hufu_…` members count; else they are as unknown as any other
 */
export function parseMetadataShape(raw: unknown, vendorMembers: boolean): Result<Metadata, string> {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw))
    return refuse('client metadata must be a JSON object')
  const given = Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== null))
  const parsed = v.safeParse(vendorMembers ? shapes.full : shapes.standard, given, { abortEarly: true })
  if (parsed.success) return accept(parsed.output as Metadata)

  const [issue] = parsed.issues
  return refuse(`${memberOf(issue)}: ${issue.message}`)
}

/** `redirect_uris[2]`. The path holds names of ours and numbers, save inside a JWK, whose own names are not shown. */
function memberOf(issue: v.BaseIssue<unknown>): string {
  const path = (issue.path ?? []).slice(0, 3).map((each) => each.key)

  return path.map((key, at) => (typeof key === 'number' ? `[${key}]` : `${at > 0 ? '.' : ''}${String(key)}`)).join('')
}
