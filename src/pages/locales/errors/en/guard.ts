import type { ErrorTexts } from '../../error-text.ts'

/** What the guard of an API refuses. */
export const guard = {
  'HF-GUARD-0501': {
    title: 'No access token was sent',
    meaning: 'The API is protected, and the request had no token. The answer says where one can be got.',
    causes: [
      'The Authorization header is missing or was removed by a proxy or by a redirect.',
      'The token was put into the address, where it is never read.',
    ],
    fix: ['Send the header Authorization: Bearer and the access token.'],
  },
  'HF-GUARD-0502': {
    title: 'The access token is not valid now',
    meaning: 'It has expired, or it begins in the future by the clock of the API.',
    causes: [
      'Access tokens live for minutes; this one was used longer.',
      'The clocks of the server and the API are apart.',
    ],
    fix: ['Get a new one with the refresh token, then repeat the request once.', 'Keep the clocks by NTP.'],
  },
  'HF-GUARD-0503': {
    title: 'The access token is for another API',
    meaning: 'The audience of the token names another API. One API must not accept what was meant for another.',
    causes: [
      'The app uses one token for several APIs.',
      'The identifier the API is set up with differs from the one in the token, for example by a slash.',
    ],
    fix: ['Ask for a token with the resource of this API.', 'Compare aud in the token with resource in the guard.'],
  },
  'HF-GUARD-0504': {
    title: 'The signature cannot be accepted',
    meaning: 'The token was changed, or it is signed with a key that the issuer does not publish.',
    causes: [
      'The token is of another environment.',
      'The keys of the server were replaced, and the API cannot reach the new ones.',
      'Somebody altered or made up the token.',
    ],
    fix: ['Check that the API can read the jwks_uri of the issuer.', 'Get a new token from the server the API trusts.'],
  },
  'HF-GUARD-0505': {
    title: 'This is not an access token',
    meaning:
      'What was sent is another kind of token, or lacks what an access token has. Its header has to say at+jwt (RFC 9068).',
    causes: [
      'An ID token was sent: it tells the app who signed in and opens no API.',
      'A refresh token, a code or a secret was sent.',
      'The token was cut off.',
    ],
    fix: ['Send access_token from the answer of the token endpoint, whole and unchanged.'],
  },
  'HF-GUARD-0506': {
    title: 'The access token is of another issuer',
    meaning: 'The API trusts one authorization server, and the token comes from another.',
    causes: [
      'Test and production were mixed up.',
      'The issuer is written differently: another host, port, or a slash at the end.',
    ],
    fix: ['Compare iss in the token with issuer in the guard, character by character.'],
  },
  'HF-GUARD-0507': {
    title: 'The access token is not active',
    meaning: 'The server was asked and said that the token is unknown, expired or ended.',
    causes: ['It has expired.', 'The person or the app ended the access.', 'It is of another environment.'],
    fix: ['Get a new one with the refresh token. If that fails too, have the person connect again.'],
  },
  'HF-GUARD-0508': {
    title: 'The Authorization header cannot be read',
    meaning:
      'The request has several such headers, or one that is not the word Bearer (or DPoP), a space and the token.',
    causes: ['The word Bearer is missing or doubled.', 'A proxy adds a second header.', 'A line break in the token.'],
    fix: ['Send exactly one header: Authorization: Bearer and the token.'],
  },
  'HF-GUARD-0509': {
    title: 'The token cannot be checked right now',
    meaning: 'The API could not reach the authorization server. It lets nobody in whom it cannot check.',
    causes: ['The authorization server is down or restarting.', 'A network or a firewall is between them.'],
    fix: ['Try again after what Retry-After says.', 'Check from the API that the metadata of the issuer can be read.'],
  },
  'HF-GUARD-0510': {
    title: 'The access token does not reach this far',
    meaning: 'The token is good, but it lacks a scope that this request needs. The answer names it.',
    causes: [
      'The app did not ask for the scope.',
      'The person turned it off on the consent page.',
      'It was left out when refreshing.',
    ],
    fix: ['Ask for the scope named in the answer, at the moment the person needs it.'],
  },
  'HF-GUARD-0511': {
    title: 'The token stands for the wrong kind of caller',
    meaning: 'This part of the API is for people, and the token is of a program, or the other way round.',
    causes: ['A token from client credentials was used where a person has to have agreed.'],
    fix: ['For the data of a person use the authorization code grant.', 'For a job use client credentials.'],
  },
  'HF-GUARD-0512': {
    title: 'The token and the way it is shown do not fit',
    meaning:
      'A token that is bound to a key is good only with the scheme DPoP and a proof of that very key (RFC 9449). A token that is bound to none is a bearer token and comes with Bearer.',
    causes: [
      'The app asks for tokens with DPoP and calls the API without it.',
      'The key is another one than at the token endpoint: several instances, a restart, a reloaded page.',
      'The API does not take bound tokens, or the token is bound to a certificate.',
      'Somebody else took the token: without its key it is worth nothing.',
    ],
    fix: [
      'Send Authorization: DPoP and the token, with a DPoP header signed by the key the token was asked with.',
      'At the API, turn dpop on in the guard.',
    ],
  },
  'HF-GUARD-0513': {
    title: 'This API takes no bearer tokens',
    meaning: 'Every access token has to be bound to a key of the app, so that a stolen one cannot be used.',
    causes: ['DPoP is not turned on in the app.', 'The token was got before it was turned on.'],
    fix: ['Turn DPoP on in the library, and get a new token with it.'],
  },
  'HF-GUARD-0514': {
    title: 'The DPoP proof does not fit',
    meaning:
      'Each request needs a proof of its own: for its method, for its address as clients know it, for its token, of this minute, signed with the key that stands in the proof (RFC 9449 section 4.3). The description says which of these it was.',
    causes: [
      'htu names another address: behind a proxy the API has to be told its outer one.',
      'The clock of the app or of the API is wrong.',
      'ath is missing, or is the hash of another token.',
      'A proxy dropped the DPoP header, or added one.',
    ],
    fix: [
      'Make a proof for each request, with a library.',
      'At the API, set dpop.baseUrl in the guard to what clients call.',
    ],
  },
  'HF-GUARD-0515': {
    title: 'The DPoP proof was used before',
    meaning: 'A proof is good for one request. The same one came twice, so this may be a copy.',
    causes: [
      'The app tried again with the proof of the first time.',
      'Its jti is not random.',
      'Somebody copied a request.',
    ],
    fix: ['Make a new proof, with a new random jti, for each request and for each retry.'],
  },
  'HF-GUARD-0516': {
    title: 'The DPoP proof needs a nonce of this API',
    meaning:
      'This API wants a value of its own in each proof, so that none can be made ahead. The DPoP-Nonce header of the answer holds it; it lasts some minutes.',
    causes: [
      'It is the first request of the app.',
      'The nonce it kept has ended.',
      'The nonce is of the authorization server.',
    ],
    fix: [
      'Put the value of DPoP-Nonce into the claim nonce and send the request again.',
      'Keep nonces apart for each server.',
    ],
  },
  'HF-GUARD-0517': {
    title: 'The person has to sign in again for this',
    meaning:
      'The token is good, but for this request the sign-in behind it is too old or not strong enough (RFC 9470). The answer says what is wanted.',
    causes: [
      'The person signed in longer ago than max_age says.',
      'They signed in by another means than acr_values names.',
      'The token says nothing of a sign-in, as one from client credentials.',
    ],
    fix: ['Begin a new authorization request with the acr_values and max_age of the answer, and use the new token.'],
  },
  'HF-GUARD-0518': {
    title: 'This very thing was not allowed',
    meaning:
      'The person allows single things here, such as one payment (RFC 9396). What this request is about is not among those that the token names.',
    causes: [
      'The app did not ask for it in authorization_details.',
      'The request names another amount, account or order than was allowed.',
    ],
    fix: ['Ask for exactly what will be done, and then do exactly that.'],
  },
} satisfies ErrorTexts
