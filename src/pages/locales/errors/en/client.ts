import type { ErrorTexts } from '../../error-text.ts'

/** Client authentication. */
export const client = {
  'HF-CLIENT-0301': {
    title: 'The client could not prove who it is',
    meaning:
      'Client authentication failed. What exactly was wrong is in the log of the server and not in the answer, because a stranger could learn from it.',
    causes: [
      'The secret is wrong, ended, or of another environment.',
      'The method is another than registered, for example in the body and not in the header.',
      'In the header, id and secret were not form-encoded before base64.',
      'In a signed assertion aud is not the issuer, exp is over, jti was used before, or the key is not registered.',
      'The client_id is not known.',
    ],
    fix: [
      'Compare token_endpoint_auth_method in the registration with what the library does.',
      'Set the secret anew, without a line break at its end.',
      'For assertions: aud is the issuer, exp is a minute ahead, jti is new each time, and the clock is right.',
    ],
  },
  'HF-CLIENT-0302': {
    title: 'The request does not say which client it is from',
    meaning: 'Neither client_id nor client authentication was sent.',
    causes: [
      'The library is set to no authentication and leaves client_id out.',
      'The Authorization header was lost on the way.',
    ],
    fix: ['Send client_id in the body for a public client.', 'Have the proxy pass the Authorization header on.'],
  },
  'HF-CLIENT-0303': {
    title: 'Two ways of client authentication at once',
    meaning: 'A request proves its client in one way only; two might speak of two clients.',
    causes: ['The library sends the header, and the app adds client_secret to the body.'],
    fix: ['Remove one of them: keep the one that is registered.'],
  },
} satisfies ErrorTexts
