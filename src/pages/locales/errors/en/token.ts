import type { ErrorTexts } from '../../error-text.ts'

/** The token request, and tokens that are shown. */
export const token = {
  'HF-TOKEN-0219': {
    title: 'grant_type is missing',
    meaning: 'The request does not say which grant it is for.',
    causes: ['The body is empty, or it was not sent as a form.', 'The parameter was forgotten.'],
    fix: ['Send grant_type=authorization_code, refresh_token or client_credentials.'],
  },
  'HF-TOKEN-0220': {
    title: 'This grant does not exist here',
    meaning: 'OAuth 2.1 has no password grant and no implicit grant any more: both hand the app more than it needs.',
    causes: ['The app sends grant_type=password.', 'A misspelt value.'],
    fix: [
      'For people: authorization code with PKCE (three parties).',
      'For a job that acts for itself: client credentials (two parties).',
    ],
  },
  'HF-TOKEN-0221': {
    title: 'The client may not use this grant',
    meaning: 'The grant is not in the registration of the client, or it is for clients that can keep a secret.',
    causes: [
      'grant_types of the client does not name it.',
      'A public client, for example an app in the browser, asks for client credentials.',
    ],
    fix: [
      'Add the grant to the grant_types of the client.',
      'Register a client with private_key_jwt or a secret for what runs on a server.',
    ],
  },
  'HF-TOKEN-0222': {
    title: 'The body is not a form',
    meaning: 'The parameters are read from a form-encoded body, not from JSON, the query or several parts.',
    causes: ['The body was sent as JSON.', 'The parameters are in the address.', 'The Content-Type is missing.'],
    fix: ['Send Content-Type: application/x-www-form-urlencoded, for example with URLSearchParams.'],
  },
  'HF-TOKEN-0223': {
    title: 'A parameter came twice',
    meaning: 'A parameter may be in a request only once.',
    causes: ['client_id is added by the library and by the app.', 'The body is put together by hand.'],
    fix: ['Set each parameter once.'],
  },
  'HF-TOKEN-0224': {
    title: 'The request is too large',
    meaning: 'The body or one of its values is longer than anything it can mean.',
    causes: ['Something else was put into a parameter, for example a whole answer.'],
    fix: ['Send only what the grant needs.'],
  },
  'HF-TOKEN-0225': {
    title: 'A parameter has characters that are not allowed',
    meaning: 'A value holds control characters or others that its kind does not have.',
    causes: ['A line break at the end of a value that was read from a file.', 'Wrong encoding.'],
    fix: ['Trim what you read from files, and let a library encode the form.'],
  },
  'HF-TOKEN-0226': {
    title: 'More scope than was granted',
    meaning: 'A refresh may ask for the scope the person allowed, or for less, never for more.',
    causes: ['The app has grown and sends its new list of scopes.', 'The person turned an optional scope off.'],
    fix: ['Leave scope out when refreshing.', 'For more, send the person through the authorization again.'],
  },
  'HF-TOKEN-0227': {
    title: 'The API is not part of the grant',
    meaning: 'resource names an API the person was not asked about.',
    causes: [
      'The authorization was for another API.',
      'The identifier is written differently, for example with a slash.',
    ],
    fix: ['Name the same resource as in the authorization request.'],
  },
  'HF-TOKEN-0228': {
    title: 'The token is missing',
    meaning: 'Revocation and introspection need to know which token is meant.',
    causes: ['The parameter has another name.', 'The stored token was empty.'],
    fix: ['Send the token as token in the body.'],
  },
  'HF-TOKEN-0229': {
    title: 'The token belongs to another client',
    meaning: 'A client can end its own tokens, not those of others.',
    causes: ['The app has two registrations and mixes their ids.'],
    fix: ['Authenticate as the client the token was issued to.'],
  },
  'HF-TOKEN-0230': {
    title: 'This token cannot be revoked',
    meaning:
      'An access token of this kind carries everything in itself: every API checks it without asking here, until it ends by itself after a few minutes.',
    causes: ['The access token was sent for revocation and not the refresh token.'],
    fix: ['Revoke the refresh token: that ends the whole access, and no new access token can be got.'],
  },
  'HF-TOKEN-0231': {
    title: 'authorization_details exceed what was granted',
    meaning:
      'A token can be for less than the person allowed, never for more: a smaller amount where the type calls it a limit, fewer entries of a list, fewer objects.',
    causes: [
      'A field differs from the one that was allowed.',
      'One object that was allowed once was asked for twice.',
      'The operator has taken the type away from the client since.',
    ],
    fix: ['Leave authorization_details out to get all that was granted, or ask the person anew.'],
  },
} satisfies ErrorTexts
