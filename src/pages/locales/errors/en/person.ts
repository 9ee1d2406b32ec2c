import type { ErrorTexts } from '../../error-text.ts'

/** Who is signed in, and what they said. */
export const person = {
  'HF-AUTHZ-0140': {
    title: 'The person said no',
    meaning: 'The person cancelled at the sign-in or on the consent page. This is an answer, not a failure.',
    causes: [
      'The person did not want to share what was asked for.',
      'The app asked before it was clear what it would be good for.',
    ],
    fix: [
      'Show the person that it was cancelled, and offer to try again.',
      'Ask for less at first, and for more when it is needed.',
    ],
  },
  'HF-AUTHZ-0160': {
    title: 'The person has to see a page',
    meaning:
      'The request said prompt=none: answer without showing anything. That is not possible, because the person has to sign in or to be asked.',
    causes: ['The person is not signed in any more.', 'The app asks for something the person has not allowed yet.'],
    fix: ['Send the person here again without prompt=none.'],
  },
  'HF-AUTHZ-0161': {
    title: 'claims cannot be read',
    meaning:
      'claims is a JSON object with id_token and userinfo in it, each an object that names claims. A claim has null or an object beside it. If sub is given a value, it is one person.',
    causes: ['The JSON was not percent-encoded, or is broken off.', 'A list or a text stands where an object belongs.'],
    fix: ['Send what JSON.stringify makes, percent-encoded.', 'Leave claims out: scopes say enough for most apps.'],
  },
  'HF-AUTHZ-0162': {
    title: 'id_token_hint is not an ID token of this app',
    meaning:
      'id_token_hint says whom the app expects. It is an ID token that this server gave to this same app. It may have expired, but its signature must be one of a key that is still published.',
    causes: [
      'An access token was sent.',
      'The ID token is of another server or another app.',
      'It is so old that its key has left the published keys.',
      'claims names another person than the ID token.',
    ],
    fix: ['Send the newest ID token you have, or leave id_token_hint out and use login_hint.'],
  },
  'HF-AUTHZ-0163': {
    title: 'Somebody else is signed in',
    meaning:
      'The app asked for one certain person, by id_token_hint or claims, and another one is signed in, or has just signed in. Nobody else is ever put in their place.',
    causes: ['The person has several accounts and took another one.', 'The browser is shared.'],
    fix: ['Send the request without the hint, and let the person choose.'],
  },
  'HF-AUTHZ-0164': {
    title: 'No sign-in here is that strong',
    meaning:
      'The app said that an acr is essential, and no way to sign in here reaches one of the values. What there is stands in acr_values_supported.',
    causes: ['The value is of another provider.', 'The app was set up for a second factor that is not offered here.'],
    fix: ['Ask for a value of acr_values_supported.', 'Send acr_values instead, which is a wish and no condition.'],
  },
  'HF-AUTHZ-0165': {
    title: 'Apps do not register inside a request',
    meaning: 'The parameter registration belongs to self-issued providers. Here an app is registered before it asks.',
    causes: ['The library is set up for a self-issued provider.'],
    fix: ['Register the app first, and leave the parameter out.'],
  },
  'HF-AUTHZ-0170': {
    title: 'dpop_jkt is no thumbprint of a key',
    meaning:
      'dpop_jkt binds the code to a key of the app (RFC 9449 section 10). It is the SHA-256 thumbprint of the public key, 43 characters of base64url.',
    causes: [
      'The key itself was sent, or its kid.',
      'The thumbprint is in hexadecimal, or in base64 with = at its end.',
    ],
    fix: ['Compute the thumbprint as RFC 7638 says; libraries have a function for it.', 'Or leave dpop_jkt out.'],
  },
} satisfies ErrorTexts
