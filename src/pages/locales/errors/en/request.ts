import type { ErrorTexts } from '../../error-text.ts'

/** How an authorization request is written. */
export const request = {
  'HF-AUTHZ-0110': {
    title: 'The PKCE challenge is missing or malformed',
    meaning:
      'Every authorization request carries a code_challenge: the right half of the tally. Only who holds the left half, the verifier, can use the code.',
    causes: [
      'PKCE is not turned on in the library.',
      'The challenge was sent in hexadecimal or padded base64 and not as 43 characters of base64url.',
      'The library is too old to know PKCE.',
    ],
    fix: [
      'Turn PKCE on, usually an option named pkce, usePKCE or code_challenge_method.',
      'Otherwise make 32 random bytes, write them in base64url as the verifier, and send base64url(SHA-256(verifier)).',
    ],
  },
  'HF-AUTHZ-0111': {
    title: 'The PKCE method has to be S256',
    meaning:
      'With the method plain, who sees the request holds both halves. This server takes S256 only, and does not guess when the method is missing.',
    causes: ['code_challenge_method is missing, and that stands for plain.', 'The library is set to plain.'],
    fix: ['Send code_challenge_method=S256.'],
  },
  'HF-AUTHZ-0112': {
    title: 'A parameter came twice',
    meaning:
      'A parameter may be in a request only once. Two programs might each read another one of them, and that has been used for attacks.',
    causes: [
      'A parameter was appended to an address that already had it.',
      'A proxy or a middleware adds parameters of its own.',
    ],
    fix: ['Build the address with a URL library and set each parameter, do not append.'],
  },
  'HF-AUTHZ-0113': {
    title: 'A parameter has characters or a length that is not allowed',
    meaning: 'A value holds control characters, or it is longer than anything this parameter can mean.',
    causes: ['Too much is kept in state.', 'A line break or another invisible character came along when copying.'],
    fix: ['Keep what belongs to the request in your own session, and put only a random key into state.'],
  },
  'HF-AUTHZ-0114': {
    title: 'response_type is missing',
    meaning: 'The request does not say what it wants back.',
    causes: ['The parameter was forgotten.', 'The address was cut off, or its & were encoded as %26.'],
    fix: ['Send response_type=code.'],
  },
  'HF-AUTHZ-0115': {
    title: 'This response_mode is not supported',
    meaning:
      'The answer comes back in the query of the redirect address, or, where OpenID Connect is on, posted to it by a form. A form can only be posted to a web address, and not to [::1].',
    causes: [
      'The library asks for fragment or for a signed answer.',
      'form_post was asked for with an address of an app.',
    ],
    fix: ['Leave response_mode out, or send query.'],
  },
  'HF-AUTHZ-0116': {
    title: 'Request objects are not supported',
    meaning: 'The parameters were sent inside request or request_uri. This server reads plain parameters only.',
    causes: ['The library is set to signed or pushed authorization requests.'],
    fix: ['Turn that off in the library and send the parameters in the query.'],
  },
  'HF-AUTHZ-0117': {
    title: 'The request cannot be read',
    meaning: 'The request is too large, has too many parameters, or is not valid UTF-8.',
    causes: ['A very long state or scope.', 'Percent-encoding that is broken off or not UTF-8.'],
    fix: ['Shorten the values, and encode them with a URL library.'],
  },
  'HF-AUTHZ-0118': {
    title: 'prompt has a value that is not allowed',
    meaning: 'prompt is none alone, or login, consent, or both with a space between them.',
    causes: ['none was combined with another value.', 'The value is of another provider.'],
    fix: ['Leave prompt out unless you need it.'],
  },
  'HF-AUTHZ-0119': {
    title: 'max_age is not a number',
    meaning: 'max_age says how many seconds ago the person may have signed in. It is a whole number, not below zero.',
    causes: ['It was computed from something that was empty.', 'It has a unit or a decimal point.'],
    fix: ['Send whole seconds, or leave it out.'],
  },
  'HF-AUTHZ-0120': {
    title: 'This response_type is not supported',
    meaning:
      'OAuth 2.1 has no implicit grant any more: a token in an address ends up in histories and logs. A code is sent, and the app trades it for tokens.',
    causes: ['The app asks for token or id_token, as older guides show it.', 'A misspelt value.'],
    fix: ['Send response_type=code with PKCE. It works for apps in the browser, too.'],
  },
  'HF-AUTHZ-0121': {
    title: 'The client may not send people here',
    meaning: 'The client is registered without the authorization code grant.',
    causes: [
      'The client was made for a job that acts for itself (client credentials).',
      'grant_types was left out or changed in the registration.',
    ],
    fix: [
      'Add authorization_code to the grant_types of the client.',
      'Better: register a client of its own for the app that people use.',
    ],
  },
} satisfies ErrorTexts
