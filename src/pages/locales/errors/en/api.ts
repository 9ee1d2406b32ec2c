import type { ErrorTexts } from '../../error-text.ts'

/** An access token at an endpoint of this server. */
export const api = {
  'HF-INFO-0701': {
    title: 'The Authorization header cannot be read',
    meaning:
      'The request has one Authorization header: the word Bearer, or DPoP for a token that is bound to a key, a space, and the access token.',
    causes: [
      'The header was sent twice.',
      'The word Bearer is missing.',
      'The token has a line break or quotes around it.',
    ],
    fix: ['Send the header once, in this form. A token in the address or in the body is never read.'],
  },
  'HF-INFO-0702': {
    title: 'The access token is not good here',
    meaning: 'The access token is unknown, has expired or was revoked, or the account is gone.',
    causes: [
      'It is older than its expires_in.',
      'The person took the access back, or signed out of an app that runs in the page.',
      'An ID token or a refresh token was sent.',
    ],
    fix: ['Get a new access token with the refresh token, or send the person through the authorization again.'],
  },
  'HF-INFO-0703': {
    title: 'The token was shown in the wrong way',
    meaning:
      'A token that is bound to a key is shown with the scheme DPoP and a proof made with that key. A token that is not bound is shown with the scheme Bearer.',
    causes: ['The library shows every token as Bearer.', 'The proof was made with another key.'],
    fix: ['Look at token_type in the answer of the token endpoint, and show the token that way.'],
  },
  'HF-INFO-0704': {
    title: 'The access token lacks openid',
    meaning: 'UserInfo tells about a person only to an app that asked for the scope openid and was allowed it.',
    causes: ['The authorization request had no openid.', 'The token is of client credentials, where no person is.'],
    fix: ['Ask for openid, and for profile, email, address or phone as you need them.'],
  },
} satisfies ErrorTexts
