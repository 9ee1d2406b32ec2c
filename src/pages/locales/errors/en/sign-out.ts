import type { ErrorTexts } from '../../error-text.ts'

/** Signing out for an app. */
export const signOut = {
  'HF-LOGOUT-0801': {
    title: 'The request to sign out cannot be read',
    meaning:
      'An app sent the browser here to sign somebody out, and the request is not in order. Nobody was signed out, and the browser is not sent anywhere.',
    causes: [
      'A parameter came twice, or has characters that are not allowed.',
      'All parameters together are longer than 8000 characters.',
      'A form was posted as something else than application/x-www-form-urlencoded.',
    ],
    fix: ['Send each parameter once, and the newest ID token as id_token_hint.'],
  },
  'HF-LOGOUT-0802': {
    title: 'The hint is no ID token of this server',
    meaning:
      'id_token_hint says who is to be signed out of which app. It may have expired, but this server must have issued it.',
    causes: [
      'Another token was sent: an access token, or an ID token of another server.',
      'The token was changed or cut off.',
      'It is so old that the key it was signed with is gone.',
    ],
    fix: ['Send the id_token of the last token response.', 'Without one, leave id_token_hint out and send client_id.'],
  },
  'HF-LOGOUT-0803': {
    title: 'The app that asks to sign out is not known',
    meaning: 'client_id names no client of this server, or another one than the ID token in id_token_hint is for.',
    causes: [
      'The client_id belongs to another environment.',
      'The app uses the ID token of another client.',
      'The app was removed or turned off.',
    ],
    fix: ['Leave client_id out where id_token_hint is sent, or send the client_id that the ID token has in aud.'],
  },
  'HF-LOGOUT-0804': {
    title: 'The address after signing out is not registered',
    meaning:
      'post_logout_redirect_uri is not among the post_logout_redirect_uris of the client. They are compared character by character. Nobody was signed out, and the browser is not sent there.',
    causes: [
      'The address is registered in redirect_uris only; these are two lists.',
      'A slash, a port or a letter differs.',
    ],
    fix: ['Register the address in post_logout_redirect_uris of the client, exactly as the app sends it.'],
  },
} satisfies ErrorTexts
