import { parseDisplayText } from './display-text.ts'
import { parseRedirectUri } from './redirect-uri.ts'

const links = [
  'client_uri',
  'logo_uri',
  'policy_uri',
  'tos_uri',
  'jwks_uri',
  'sector_identifier_uri',
  'initiate_login_uri',
  'backchannel_logout_uri',
  'frontchannel_logout_uri',
]

/**
 * Checks every address and every name of client metadata that stands under a name of its own or in several languages
 * (`client_name#zh-CN`), also those Hufu does not use yet: what is stored or shown one day was never harmful.
 * Addresses are `https`; in development also `http` on loopback (attack row RG-01).
 *
 * @returns what is wrong, beginning with the member; `undefined` if nothing is
 */
export function findBadText(raw: object, development: boolean): string | undefined {
  for (const [key, value] of Object.entries(raw)) {
    if (value === null) continue
    const [member = '', language] = key.split('#', 2)
    const wrong = problemOf(member, value, development)
    if (wrong !== undefined)
      return `${member}${language !== undefined && languageTag.test(language) ? `#${language}` : ''}: ${wrong}`
  }

  return undefined
}

const languageTag = /^[A-Za-z0-9-]{1,35}$/

function problemOf(member: string, value: unknown, development: boolean): string | undefined {
  if (member === 'client_name') {
    if (typeof value !== 'string') return 'must be a text'
    const parsed = parseDisplayText(value)
    return parsed.ok ? undefined : parsed.error
  }
  if (member === 'post_logout_redirect_uris') {
    const valid = Array.isArray(value) && value.length <= 50 && value.every(isRedirectUri)
    return valid ? undefined : 'must be an array of redirect URIs'
  }
  if (!links.includes(member)) return undefined
  if (member === 'backchannel_logout_uri' && String(value).includes('#')) return 'must have no fragment'
  if (isWebAddress(value, development)) return undefined

  return 'must be an https address without user information'
}

const isRedirectUri = (value: unknown) => typeof value === 'string' && parseRedirectUri(value).ok

function isWebAddress(value: unknown, development: boolean): boolean {
  if (
    typeof value !== 'string' ||
    value.length > 2000 ||
    !/^https?:\/\/[^/?#@\\\s]+(?:[/?#][\x21-\x7E]*)?$/.test(value)
  )
    return false
  const parsed = URL.parse(value)
  if (parsed === null) return false

  return parsed.protocol === 'https:' || (development && ['127.0.0.1', '[::1]', 'localhost'].includes(parsed.hostname))
}
