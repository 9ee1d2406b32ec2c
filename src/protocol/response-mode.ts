import type { Result } from '../base/result.ts'
import { accept } from '../base/result.ts'
import type { RedirectAnswer } from './authorization.ts'
import { because } from './errors.ts'
import type { OAuthError } from './errors.ts'
import type { Parameters } from './parameters.ts'
import type { RedirectUri } from './redirect-uri.ts'
import type { Settings } from './settings.ts'

/**
 * How the answer travels: in the query of the redirect URI, or posted to it by a form. A form goes to a web address
 * only, and not to one that a page's security policy cannot name.
 *
 * @see OAuth 2.0 Form Post Response Mode
 */
export function parseResponseMode(
  parameters: Parameters,
  to: RedirectUri,
  settings: Settings,
): Result<Pick<RedirectAnswer, 'responseMode'>, OAuthError> {
  const mode = parameters.get('response_mode') ?? 'query'
  if (mode === 'query') return accept({})
  if (mode !== 'form_post' || !settings.features.openid || !canBePostedTo(to))
    return because('response_mode_unsupported')

  return accept({ responseMode: mode })
}

/** True for a web address whose host can stand in a policy: an IPv6 address cannot (CSP level 3 section 2.3.1). */
const canBePostedTo = (uri: RedirectUri) => /^https?:\/\/[^[]/.test(uri)
