import type { Result } from '../base/result.ts'
import { accept } from '../base/result.ts'
import { because } from '../protocol/errors.ts'
import type { OAuthError } from '../protocol/errors.ts'
import type { Parameters } from '../protocol/parameters.ts'

/** What a request holds to say which client it is from, not yet believed. */
export type Presented =
  | {
      readonly method: 'client_secret_basic' | 'client_secret_post'
      readonly clientId: string
      readonly secret: string
    }
  | { readonly method: 'private_key_jwt'; readonly clientId: string | undefined; readonly assertion: string }
  | { readonly method: 'none'; readonly clientId: string }

export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/**
 * Finds the one way in which the client says who it is. Refused: two ways at once (requirements R4), none at all, and
 * a `client_id` beside the Authorization header that names another client.
 *
 * @see OAuth 2.1 section 2.4
 */
export function findPresented(authorization: string | undefined, form: Parameters): Result<Presented, OAuthError> {
  const clientId = form.get('client_id')
  const secret = form.get('client_secret')
  const assertion = form.get('client_assertion')
  const hasAssertion = assertion !== undefined || form.get('client_assertion_type') !== undefined
  if ([authorization !== undefined, secret !== undefined, hasAssertion].filter(Boolean).length > 1)
    return because('client_methods_several')

  if (authorization !== undefined) return parseBasic(authorization, clientId)
  if (hasAssertion) {
    if (assertion === undefined || form.get('client_assertion_type') !== assertionType)
      return because('client_assertion_invalid')

    return accept({ method: 'private_key_jwt', clientId, assertion })
  }
  if (clientId === undefined) return because('client_id_missing')

  return accept(
    secret === undefined ? { method: 'none', clientId } : { method: 'client_secret_post', clientId, secret },
  )
}

/**
 * Id and secret are each form-encoded, then joined by a colon, then base64: taken apart in the reverse order, at the
 * first colon (OAuth 2.1 section 2.4.1).
 */
function parseBasic(authorization: string, alsoInBody: string | undefined): Result<Presented, OAuthError> {
  const encoded = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization)?.[1]
  if (encoded === undefined) return because('client_authentication_malformed')
  const pair = decodeUtf8(Buffer.from(encoded, 'base64'))
  const colon = pair?.indexOf(':') ?? -1
  if (pair === undefined || colon < 1) return because('client_authentication_malformed')
  const clientId = decodeFormValue(pair.slice(0, colon))
  const secret = decodeFormValue(pair.slice(colon + 1))
  if (clientId === undefined || secret === undefined || secret === '') return because('client_authentication_malformed')
  // The grammar of OAuth 2.1 appendix A.1, as form members are held to it: no store is asked for what can be no id.
  if (!/^[\x20-\x7E]+$/.test(clientId)) return because('client_authentication_malformed')
  if (alsoInBody !== undefined && alsoInBody !== clientId) return because('client_authentication_malformed')

  return accept({ method: 'client_secret_basic', clientId, secret })
}

function decodeFormValue(text: string): string | undefined {
  if (!text.includes('%') && !text.includes('+')) return text
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}
