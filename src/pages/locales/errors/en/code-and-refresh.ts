import type { ErrorTexts } from '../../error-text.ts'

/** Codes and refresh tokens. */
export const codeAndRefresh = {
  'HF-TOKEN-0200': {
    title: 'The code is missing',
    meaning: 'The request is for the authorization code grant and brings no code.',
    causes: [
      'The app did not notice that an error came back and not a code.',
      'The callback reads the code from the wrong place.',
    ],
    fix: ['Look for error in the callback first, then for code.', 'Send code in the body of the request.'],
  },
  'HF-TOKEN-0201': {
    title: 'The authorization code is not valid',
    meaning: 'This server did not issue the code, or it was damaged on the way.',
    causes: [
      'The code is of another server or another environment.',
      'It was encoded or decoded once too often, or cut off.',
      'It is so old that it is no longer remembered.',
    ],
    fix: ['Send the code as it came, in a form-encoded body.', 'Check that both requests go to the same issuer.'],
  },
  'HF-TOKEN-0202': {
    title: 'The authorization code has expired',
    meaning: 'A code lives only for a short time, usually a minute: it is a ticket for one ride, not a key.',
    causes: [
      'The app does other work before it redeems the code.',
      'The request was sent again after a long wait.',
      'Somebody stopped in the debugger.',
    ],
    fix: ['Redeem the code at once when it arrives.', 'Begin again from the authorization request.'],
  },
  'HF-TOKEN-0203': {
    title: 'The authorization code was already used',
    meaning:
      'A code works once. A second use may mean that it was stolen, so the tokens of the first use were ended as well.',
    causes: [
      'The callback page was loaded twice, or the person pressed reload.',
      'Two instances of the app handled the same callback.',
      'The request was repeated after a time-out.',
      'The code was stolen.',
    ],
    fix: [
      'Redeem the code once, then redirect to an address without it.',
      'After this error begin again from the authorization request; do not repeat it.',
    ],
  },
  'HF-TOKEN-0204': {
    title: 'The two PKCE halves do not match',
    meaning:
      'SHA-256 of the code_verifier is not the code_challenge the code was asked for with. The code can no longer be used.',
    causes: [
      'The verifier is kept in one place for all requests, and a second tab overwrote it.',
      'The session was lost between the request and the callback.',
      'The challenge was made from other bytes, for example of the text in hexadecimal.',
      'The code was put into the browser of somebody else.',
    ],
    fix: [
      'Keep one verifier for each request, found again by its state.',
      'Compare: code_challenge = base64url(SHA-256(verifier as ASCII)), without padding.',
    ],
  },
  'HF-TOKEN-0205': {
    title: 'The PKCE verifier is missing or malformed',
    meaning: 'The left half of the tally is not there, or it is not 43 to 128 letters, digits and - . _ ~.',
    causes: [
      'PKCE is on for the first request and off for the second.',
      'The session that kept the verifier is gone.',
      'The verifier has = at its end, or is too short.',
    ],
    fix: ['Send the code_verifier that belongs to the request.', 'Make it from 32 random bytes in base64url.'],
  },
  'HF-TOKEN-0206': {
    title: 'The redirect address is another than before',
    meaning: 'redirect_uri was sent along with the code, and it is not the one of the authorization request.',
    causes: ['The two addresses are put together in different places of the app.', 'A proxy changed scheme or port.'],
    fix: ['Send the same text both times, or leave it out: OAuth 2.1 no longer needs it here.'],
  },
  'HF-TOKEN-0207': {
    title: 'The code belongs to another client',
    meaning: 'The client that redeems the code is not the one it was issued to. The code can no longer be used.',
    causes: ['The app has two registrations and mixes their ids.', 'The code was taken from another app.'],
    fix: ['Use the same client_id in both requests.'],
  },
  'HF-TOKEN-0208': {
    title: 'The refresh token is missing',
    meaning: 'The request is for the refresh grant and brings no refresh_token.',
    causes: [
      'The app never got one: its registration lacks the refresh_token grant.',
      'It was not stored, or the new one was not stored after the last refresh.',
    ],
    fix: [
      'Add refresh_token to the grant_types of the client.',
      'Store the refresh token of every answer before you use the access token.',
    ],
  },
  'HF-TOKEN-0209': {
    title: 'The refresh token is not valid',
    meaning: 'This server did not issue the refresh token to this client, or it was damaged.',
    causes: [
      'It belongs to another environment or another client.',
      'It was cut off by a database column that is too short.',
      'An access token was sent in its place.',
    ],
    fix: ['Check which client and which server the stored token belongs to.', 'Have the person connect again.'],
  },
  'HF-TOKEN-0210': {
    title: 'The refresh token has expired',
    meaning: 'It was not used for too long, or the time the person agreed to is over.',
    causes: ['The app was not used for a long time.', 'The access was for a limited time from the start.'],
    fix: [
      'Send the person through the authorization again.',
      'If that is too often, have the operator set longer lifetimes for the client.',
    ],
  },
  'HF-TOKEN-0211': {
    title: 'The access was removed',
    meaning: 'The person or the operator ended this access. No token of it works any more.',
    causes: ['The person disconnected the app.', 'The app revoked the token itself.', 'The operator ended it.'],
    fix: ['Forget the tokens, show that the connection has ended, and offer to connect again.'],
  },
  'HF-TOKEN-0212': {
    title: 'The refresh token was used before',
    meaning:
      'Every refresh gives a new refresh token and ends the one before. An old one came back, so two hold it, and one of them may be a thief: the whole access was ended.',
    causes: [
      'Two processes refreshed at the same time, and one kept the old token.',
      'The new token was not stored, for example because the app crashed.',
      'A back-up with old tokens was restored.',
      'The token was stolen.',
    ],
    fix: [
      'Let one process refresh at a time, and store the new token before anything else.',
      'Repeating a lost request is fine within a few seconds: the same new token comes back.',
      'Have the person connect again.',
    ],
  },
} satisfies ErrorTexts
