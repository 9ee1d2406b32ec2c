import type { ErrorTexts } from '../../error-text.ts'

/** Who asks, and where the answer may go. */
export const authorization = {
  'HF-AUTHZ-0101': {
    title: 'The client is not known',
    meaning:
      'The authorization request names no client, or one that is not registered on this server. The browser is not sent anywhere, because nobody can say where it may go.',
    causes: [
      'The client_id belongs to another environment, for example to the test server.',
      'The client_id is missing, mistyped or cut off.',
      'The app was removed or turned off.',
    ],
    fix: [
      'Compare the client_id with the one in the registration, character by character.',
      'Check that the authorization server the app calls is the one it is registered with.',
    ],
  },
  'HF-AUTHZ-0102': {
    title: 'The document about the client cannot be had',
    meaning:
      'The client_id is the address of a document that describes the client, and this server could not get it. Without it nobody knows who the client is, so the browser is not sent anywhere.',
    causes: [
      'The host does not answer within 3 seconds, or its certificate is not valid for the name.',
      'The address redirects, or answers with another status than 200.',
      'The name leads to an address that is not public, such as one of a private network.',
    ],
    fix: [
      'Open the client_id in a browser: it must show the document itself, without a redirect and without a sign-in.',
      'Try again after half a minute; a failure is remembered that long and no longer.',
    ],
  },
  'HF-AUTHZ-0103': {
    title: 'The document about the client is not acceptable',
    meaning:
      'The client_id is the address of a document that describes the client. This server got the document and cannot use it. Which member is wrong is shown in development.',
    causes: [
      'Its client_id is not letter for letter the address it was asked for at.',
      'A redirect URI is on another host than the document.',
      'It holds a client_secret, a private key, or a method that needs a secret.',
      'It is not a JSON object, is not sent as application/json, or has more than 5120 bytes.',
    ],
    fix: [
      'Compare client_id in the document with the one in the request, with every slash and every capital letter.',
      'Give the client "token_endpoint_auth_method": "none", or private_key_jwt with public keys.',
      'Keep redirect URIs on the host of the document or on http://127.0.0.1.',
    ],
  },
  'HF-AUTHZ-0104': {
    title: 'The redirect address is not registered',
    meaning:
      'The redirect_uri of the request is not among those of the client. They are compared character by character, so that a code never goes to a stranger. The browser is not sent there.',
    causes: [
      'A slash at the end, another port, http in place of https, or localhost in place of 127.0.0.1.',
      'The app was moved to a new address that is not registered yet.',
      'The address was percent-encoded twice.',
      'Somebody made a link that was meant to catch the code.',
    ],
    fix: [
      'Send the address exactly as it is registered, or register the one you send.',
      'On your own computer use http://127.0.0.1, the one place where the port may change.',
      'Start the server in development: its error page shows both addresses and marks where they differ.',
    ],
  },
  'HF-AUTHZ-0105': {
    title: 'The redirect address is missing',
    meaning:
      'The client has several redirect addresses, so the request has to say which one it means. With the scope openid it always has to.',
    causes: [
      'redirect_uri was left out of the request.',
      'A second address was registered, and the app still relies on there being only one.',
    ],
    fix: ['Send redirect_uri with every authorization request.'],
  },
  'HF-AUTHZ-0106': {
    title: 'The pushed request is over or unknown',
    meaning:
      'The request_uri stands for a request that the client pushed. It is good for one client, for one answer and for a short time. Where it is not known, nobody can say where the browser may go, so it stays on this page.',
    causes: [
      'The person answered already, and the link was opened a second time.',
      'The browser came later than expires_in says.',
      'The client_id beside it is another than the one that pushed.',
      'The request_uri was cut off or is from another server.',
    ],
    fix: [
      'Push the request anew for every sign-in, at the moment in which the browser is sent off.',
      'Send exactly the client_id that pushed it.',
    ],
  },
  'HF-AUTHZ-0107': {
    title: 'The request has to be pushed',
    meaning:
      'This server, or this client, takes pushed requests only: the parameters go from the client to the server directly, and the browser carries a reference.',
    causes: [
      'Pushing is not turned on in the library.',
      'The client is registered with require_pushed_authorization_requests, or the server requires it of all.',
    ],
    fix: [
      'Post the parameters to pushed_authorization_request_endpoint of the discovery document.',
      'Send the browser with client_id and the request_uri of the answer.',
    ],
  },
  'HF-AUTHZ-0108': {
    title: 'A pushed request cannot hold request_uri',
    meaning: 'What is pushed is the request itself, never a reference to another one.',
    causes: ['The answer of an earlier push was sent along.', 'The library means requests that it hosts itself.'],
    fix: ['Push the parameters themselves.'],
  },
  'HF-AUTHZ-0109': {
    title: 'The client does not fit the profile of this server',
    meaning:
      'The server runs with the profile fapi2, which asks more of clients than OAuth 2.1. The registration of this client is older than that, or was changed in the database.',
    causes: [
      'The client proves itself by a secret, or not at all; it has to be private_key_jwt.',
      'All its keys are for RS256.',
      'It has a redirect URI without TLS, or an exemption from PKCE.',
    ],
    fix: ['Save the client again: the answer says which member does not fit.'],
  },
} satisfies ErrorTexts
