import type { ErrorId } from '../error-ids.ts'
import type { ErrorText } from './error-text.ts'

/** Meaning, causes and fix of every error number in English, written beside `zh-CN-errors.ts`. */
export const errorTexts: Readonly<Record<ErrorId, ErrorText>> = {
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
  'HF-REG-0410': {
    title: 'Documents of this host are not accepted',
    meaning:
      'The operator decided from which hosts this server takes documents about clients. This one is not among them.',
    causes: ['The server accepts documents of certain hosts only.', 'This host was shut out.'],
    fix: ['Ask the operator to allow the host, or to register the client.'],
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
  'HF-AUTHZ-0130': {
    title: 'The scope is malformed or not known',
    meaning: 'The request asks for a scope that does not exist here, or the list cannot be read.',
    causes: [
      'A misspelt name.',
      'The names were joined by commas; they are joined by single spaces.',
      'The scope belongs to another provider.',
    ],
    fix: [
      'Compare with scopes_supported in the metadata of the server or of the API.',
      'Join the names by one space each.',
    ],
  },
  'HF-AUTHZ-0131': {
    title: 'The client may not ask for this scope',
    meaning: 'The scope exists, but it is not in the registration of the client.',
    causes: ['The app asks for more than before.', 'The registration was made before the scope existed.'],
    fix: ['Have the operator add the scope to the client, or do not ask for it.'],
  },
  'HF-AUTHZ-0132': {
    title: 'The scopes belong to different APIs',
    meaning:
      'An access token is for one API. The scopes asked for belong to several, and it is not said which is meant.',
    causes: ['The scopes of two APIs were put into one request.'],
    fix: ['Say which API is meant with resource.', 'Ask once for each API.'],
  },
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
  'HF-AUTHZ-0150': {
    title: 'The API is not known',
    meaning: 'resource names an API that is not registered here, or is not an absolute address without a fragment.',
    causes: [
      'A slash at the end, or another port or path than registered.',
      'The address of one page of the API was sent and not its identifier.',
    ],
    fix: ['Send the identifier as it stands under resource in the metadata of the API.'],
  },
  'HF-AUTHZ-0151': {
    title: 'It is not said which API is meant',
    meaning: 'Several APIs are registered here, the client has no default among them, and the scope does not tell.',
    causes: ['resource was left out.'],
    fix: ['Send resource.', 'Have the operator set a default resource for the client.'],
  },
  'HF-AUTHZ-0152': {
    title: 'More than one API was named',
    meaning: 'An access token is for one API, so that none of them can use it at another.',
    causes: ['resource was sent several times.'],
    fix: ['Name one resource in each request, and get one token for each API.'],
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

  'HF-AUTHZ-0180': {
    title: 'authorization_details cannot be read',
    meaning:
      'authorization_details is a JSON array of objects, each with a type (RFC 9396). No member may stand there twice, and there are at most ten objects.',
    causes: [
      'A single object was sent, not an array.',
      'The JSON was cut off, or not percent-encoded once.',
      'An object has no type.',
    ],
    fix: ['Send a JSON array, percent-encoded like every other parameter.'],
  },
  'HF-AUTHZ-0181': {
    title: 'This type of authorization_details cannot be had',
    meaning:
      'The type is not set up on this server, is not open to this client, or cannot be asked for without a person.',
    causes: [
      'The type is mistyped or from another server.',
      'The client is registered with authorization_details_types, and this one is not among them.',
      'It was asked for with client_credentials, and the type is for people to allow.',
    ],
    fix: [
      'Compare the type with authorization_details_types_supported of the discovery document.',
      'Have the type added to the registration of the client.',
    ],
  },
  'HF-AUTHZ-0182': {
    title: 'A field in authorization_details is not right',
    meaning:
      'Each type has fields with a kind and bounds. A field that is not known is refused, too, since nobody could show it to the person.',
    causes: [
      'A required field is missing, or one that nobody knows was added.',
      'An amount was sent as a number; it is a text, so that nothing is rounded.',
      'A text is too long, empty, or has characters that cannot be seen.',
    ],
    fix: ['Compare the object with the fields of its type in the settings of the server.'],
  },
  'HF-AUTHZ-0183': {
    title: 'authorization_details and resource do not fit together',
    meaning:
      'Each type is for one API, and an access token is for one API: the details have to be for the one that is named.',
    causes: ['resource names another API than that of the type.', 'A token was asked for with details of two APIs.'],
    fix: ['Leave resource out, or name the API of the type.', 'Ask for one token for each API.'],
  },
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
  'HF-TOKEN-0230': {
    title: 'This token cannot be revoked',
    meaning:
      'An access token of this kind carries everything in itself: every API checks it without asking here, until it ends by itself after a few minutes.',
    causes: ['The access token was sent for revocation and not the refresh token.'],
    fix: ['Revoke the refresh token: that ends the whole access, and no new access token can be got.'],
  },
  'HF-TOKEN-0240': {
    title: 'A DPoP proof is missing',
    meaning:
      'This app, or every app at this server, gets only tokens that are bound to a key. A proof of that key belongs to each request: the DPoP header (RFC 9449).',
    causes: [
      'DPoP is not turned on in the library.',
      'A proxy drops the DPoP header.',
      'dpop_bound_access_tokens is registered, but the app does not know.',
    ],
    fix: ['Turn DPoP on in the app, and keep its key for as long as its tokens.'],
  },
  'HF-TOKEN-0241': {
    title: 'The DPoP proof does not fit',
    meaning:
      'The proof has to be made for this very request: its method, its address as discovery names it, this minute, signed with the key that stands in it (RFC 9449 section 4.3). The description says which of these it was.',
    causes: [
      'htu names another address: http for https, an inner host, or another path.',
      'The clock of the app is wrong.',
      'Two DPoP headers were sent.',
      'The private key stands in the header.',
      'The algorithm is not one of those that discovery names.',
    ],
    fix: [
      'Take the address from discovery, without its query.',
      'Set the clock by the network.',
      'Make one proof for each request, with a library.',
    ],
  },
  'HF-TOKEN-0242': {
    title: 'The DPoP proof was used before',
    meaning: 'A proof is good for one request. The same one came twice, so this may be a copy.',
    causes: [
      'The app tried again with the proof of the first time.',
      'Its jti is not random.',
      'Somebody copied a request.',
    ],
    fix: ['Make a new proof, with a new random jti, for each request and for each retry.'],
  },
  'HF-TOKEN-0243': {
    title: 'The DPoP proof needs a nonce',
    meaning:
      'This server wants a value of its own in each proof, so that none can be made ahead. The DPoP-Nonce header of the answer holds it; it lasts some minutes.',
    causes: ['It is the first request of the app.', 'The nonce it kept has ended.', 'The nonce is of another server.'],
    fix: [
      'Put the value of DPoP-Nonce into the claim nonce and send the request again.',
      'Keep it for the next requests, and take each new one that comes.',
    ],
  },
  'HF-TOKEN-0244': {
    title: 'The code or token is bound to another key',
    meaning:
      'It was asked for with one key and shown with another, or with none. Only who holds the key can use it: that is what it is bound for.',
    causes: [
      'The app made a new key in between, for example after a restart or a reload of the page.',
      'Several instances of the app have keys of their own.',
      'Somebody took the code or the refresh token.',
    ],
    fix: ['Keep the key together with the token it is for.', 'If the key is lost, let the person sign in again.'],
  },
  'HF-TOKEN-0245': {
    title: 'dpop_jkt and the DPoP proof name different keys',
    meaning: 'A pushed request may name its key twice, by dpop_jkt and by a proof. Both have to mean the same key.',
    causes: ['dpop_jkt is of an earlier key.', 'The thumbprint was computed over more than RFC 7638 says.'],
    fix: ['Leave dpop_jkt out: the proof is enough.'],
  },
  'HF-TOKEN-0260': {
    title: 'A token or its type is missing',
    meaning:
      'A token exchange brings the token to exchange and says what kind it is. If it names who acts, it brings that token and its kind too.',
    causes: [
      'subject_token or subject_token_type was left out.',
      'actor_token was sent without actor_token_type, or the other way round.',
    ],
    fix: ['Send each token together with its type.'],
  },
  'HF-TOKEN-0261': {
    title: 'This kind of token is not exchanged',
    meaning: 'Access tokens of this server are exchanged for access tokens; nothing else is taken or given.',
    causes: [
      'An ID token, a refresh token or a JWT of another issuer was sent as the subject token.',
      'requested_token_type asks for something other than an access token.',
    ],
    fix: [
      'Send the access token, with the type urn:ietf:params:oauth:token-type:access_token.',
      'For a JWT of another issuer that this server trusts, use the JWT bearer grant.',
    ],
  },
  'HF-TOKEN-0262': {
    title: 'The subject token is not valid',
    meaning:
      'The token to exchange is not a live access token of this server, or it did not come to this client in the usual way: issued to it, or shown to an API it stands for.',
    causes: [
      'The token expired, or it or its authorization was revoked.',
      'The token is for an API that this client does not stand for.',
      'The token is of another server.',
    ],
    fix: [
      'Exchange the token as soon as it arrives, while it lives.',
      'Register the API of the token as a resource of this client (hufu_resources).',
    ],
  },
  'HF-TOKEN-0263': {
    title: 'The token is bound to a key',
    meaning:
      'The token to exchange is good only in the hands of who holds its key, and the request does not prove that.',
    causes: ['The exchange was sent without a DPoP proof, or with the proof of another key.'],
    fix: ['Let who holds the key make the exchange, with a DPoP proof of the same key.'],
  },
  'HF-TOKEN-0264': {
    title: 'Nobody may act with this token',
    meaning: 'The token that says who acts is not valid, or the subject token lets only somebody else act.',
    causes: [
      'The actor token expired, was revoked, or belongs to another client.',
      'The actor already acts for somebody else.',
      'The subject token names who may act (may_act), and that is another one.',
    ],
    fix: ['Send a live access token of the actor, issued to this client.', 'Act as the one that the token names.'],
  },
  'HF-TOKEN-0265': {
    title: 'No rule allows this exchange',
    meaning:
      'What a client may exchange, and for which API, is written in its registration. Without a rule nothing is.',
    causes: [
      'The registration has no rule for tokens of that client.',
      'The rule is for another API.',
      'The rule allows to take the place of the subject, and the request names an actor.',
    ],
    fix: ['Add a rule to hufu_token_exchange: from (whose tokens), to (which API), kind, scope.'],
  },
  'HF-TOKEN-0266': {
    title: 'The token was exchanged too often',
    meaning: 'A token that came out of an exchange may be exchanged again, but not without end.',
    causes: ['Services call each other in a circle.', 'The chain of services is longer than this server allows.'],
    fix: ['Exchange the first token, not the last one.'],
  },
  'HF-TOKEN-0270': {
    title: 'The assertion is missing',
    meaning: 'The JWT bearer grant brings a JWT of an issuer that this server trusts.',
    causes: ['The parameter assertion was left out, or is empty.'],
    fix: ['Send the JWT as assertion.'],
  },
  'HF-TOKEN-0271': {
    title: 'The assertion is not valid',
    meaning:
      'The JWT counts for nothing here. What exactly is wrong is in the audit of the server and not in the answer, because a stranger could learn from it.',
    causes: [
      'Its issuer is not among trustedIssuers, or it is signed with a key that is not the issuer’s.',
      'aud is not the issuer of this server, as a single text.',
      'iat, sub or jti is missing, or exp is more than an hour ahead.',
      'The client is not among those that may bring assertions of that issuer, or client_id in it names another one.',
      'Nobody here is meant by its sub, or the account is disabled.',
      'It holds something that is not understood here, such as authorization_details.',
    ],
    fix: [
      'Compare the claims with the entry of the issuer in trustedIssuers.',
      'Look into the audit: the reason there is exact.',
    ],
  },
  'HF-TOKEN-0272': {
    title: 'The assertion has expired',
    meaning: 'The time in exp has passed.',
    causes: ['The JWT was kept and sent later.', 'The clocks of the two servers differ.'],
    fix: ['Get a new JWT for each request, and keep the clocks in step (NTP).'],
  },
  'HF-TOKEN-0273': {
    title: 'The assertion was used before',
    meaning: 'Each assertion, known by its jti, is good for one token.',
    causes: ['The JWT was sent a second time, perhaps because the first answer was lost.', 'Somebody copied it.'],
    fix: ['Get a new JWT, with a jti of its own.'],
  },
  'HF-TOKEN-0279': {
    title: 'What was brought is not valid',
    meaning: 'This server has a grant of its operator’s own, and that one refused the request.',
    causes: ['What the grant asks for is missing, unknown or over.'],
    fix: ['Look into the description that the operator gives of this grant_type.'],
  },

  'HF-DEVICE-0401': {
    title: 'Nobody has decided yet',
    meaning:
      'The person has not yet entered the code that the device shows, or has not yet decided. This is an answer, not a failure.',
    causes: ['The person is still signing in.', 'Nobody has entered the code.'],
    fix: ['Wait as long as interval says, then ask again.', 'Keep showing the code and the address of the page.'],
  },
  'HF-DEVICE-0402': {
    title: 'The device asks too often',
    meaning:
      'It asked again before its interval was over. From now on it has to wait 5 seconds longer than before, each time.',
    causes: ['The loop does not wait, or waits less than interval.', 'Two loops ask with the same code.'],
    fix: ['Add 5 seconds to the interval whenever slow_down comes.', 'Ask from one place only.'],
  },
  'HF-DEVICE-0403': {
    title: 'The device code has expired',
    meaning: 'Nobody decided within ten minutes. The code on the device is no longer good, and nothing was shared.',
    causes: ['The person left the device alone.', 'The device was asleep.'],
    fix: ['Begin anew and show the new code, at best when the person asks for it.'],
  },
  'HF-DEVICE-0404': {
    title: 'The person said no to the device',
    meaning: 'The person cancelled in the browser. This is an answer, not a failure.',
    causes: ['The person did not want to share what was asked for.', 'The code was not of their own device.'],
    fix: ['Show that it was cancelled, and offer to begin anew.'],
  },
  'HF-DEVICE-0405': {
    title: 'The device code is missing',
    meaning: 'The token request asks for what a device waits for, without saying which device.',
    causes: ['device_code is empty or has another name.', 'user_code was sent in its place.'],
    fix: ['Send the device_code of the answer with which the device began.'],
  },
  'HF-DEVICE-0406': {
    title: 'The device code is not valid',
    meaning: 'No device of this client waits with this code.',
    causes: [
      'The code was cut off or changed on its way.',
      'It is of another client or of another server.',
      'The user code was sent in its place.',
      'It expired more than an hour ago.',
    ],
    fix: ['Send device_code unchanged, with the client_id that it was given to.', 'Begin anew.'],
  },
  'HF-DEVICE-0407': {
    title: 'The device code was used before',
    meaning: 'Tokens were given for it once, and that is all it is good for.',
    causes: [
      'The answer with the tokens was lost on its way, and the device asked again.',
      'Two loops ask with the same code.',
    ],
    fix: ['Use the tokens of the first answer.', 'If they are lost, begin anew.'],
  },

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

  'HF-REG-0401': {
    title: 'The registration cannot be read',
    meaning: 'Client metadata are one JSON object, sent as application/json in UTF-8, of at most 64 KiB.',
    causes: [
      'The body is a form, or another media type.',
      'The JSON is broken, names a member twice, or is nested more than 16 levels deep.',
    ],
    fix: ['Send one JSON object, with Content-Type: application/json.'],
  },
  'HF-REG-0402': {
    title: 'A redirect URI is not acceptable',
    meaning: 'The description names the place in redirect_uris and the rule.',
    causes: [
      'http is used for another host than 127.0.0.1, [::1] or localhost.',
      'The address has a fragment, a wildcard or user information, or is not absolute.',
      'application_type is web, and the address is on the own machine.',
    ],
    fix: [
      'Use https for a web site, http://127.0.0.1/callback for a program on a device.',
      'Say "application_type": "native" for a program on a device.',
    ],
  },
  'HF-REG-0403': {
    title: 'The client metadata are not acceptable',
    meaning:
      'The description names the member and the rule. Members that nobody knows are no reason; they are left out.',
    causes: [
      'grant_types and response_types contradict each other.',
      'jwks and jwks_uri are both there, or a key is private.',
      'An address is not https.',
      'A change names members that only the server sets, or another client_id.',
    ],
    fix: ['Correct the member that is named, and send all metadata again.'],
  },
  'HF-REG-0404': {
    title: 'The name looks like that of another app',
    meaning:
      'People decide by the name. One that can be taken for the name of an app the operator has reviewed, or for that of this server, is refused.',
    causes: ['Letters of another script, another case or other signs are the only difference.'],
    fix: ['Choose a name that is clearly another one.', 'If the app is yours, ask the operator to register it.'],
  },
  'HF-REG-0405': {
    title: 'The software statement is not valid',
    meaning: 'A software statement is a JWT, signed with a key of its issuer, that has not expired.',
    causes: [
      'The signature does not fit the keys that the operator gave this server.',
      'It has expired.',
      'It is no JWT.',
    ],
    fix: ['Get a new statement from its issuer, and send it unchanged.', 'Leave software_statement out.'],
  },
  'HF-REG-0406': {
    title: 'The software statement is of nobody we believe',
    meaning: 'This server takes software statements of certain issuers only, and this one is not among them.',
    causes: ['The statement is meant for another server.', 'The operator has not added its issuer.'],
    fix: ['Leave software_statement out, or ask the operator to add the issuer.'],
  },
  'HF-REG-0407': {
    title: 'Registering needs an initial access token',
    meaning: 'Clients register here with a token that the operator hands out. None came, or one that is not good.',
    causes: [
      'The header Authorization: Bearer is missing.',
      'The token was used as often as it may be.',
      'It has expired.',
    ],
    fix: ['Ask the operator for a token: hufu registration-token makes one.', 'Send it as Authorization: Bearer.'],
  },
  'HF-REG-0408': {
    title: 'The registration access token is not valid',
    meaning:
      'A registration is read and changed with the token that came with it. Whether there is such a client is told to nobody else.',
    causes: ['The token is of another client.', 'The client was deleted, or removed because nobody used it.'],
    fix: ['Send the registration_access_token of this client as Authorization: Bearer.', 'Register again.'],
  },
  'HF-REG-0409': {
    title: 'The client was disabled',
    meaning: 'The operator disabled the client. Until it is enabled again, its registration cannot be read or changed.',
    causes: ['The operator turned the client off.'],
    fix: ['Ask the operator.'],
  },
  'HF-REG-0411': {
    title: 'Too many new clients, or changes of one',
    meaning:
      'From one place only so many clients become known in a minute, an hour and a day, and only so many in all. One client changes its registration only so often.',
    causes: [
      'A program registers at every start, in place of keeping its registration.',
      'A program sends its registration again and again.',
      'Many people share one address.',
    ],
    fix: ['Wait as long as Retry-After says.', 'Keep client_id and the tokens that came with it, and use them again.'],
  },
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
  'HF-LIMIT-0601': {
    title: 'Too many tries',
    meaning: 'There were more failed tries than a person or a healthy program makes. It goes on after a pause.',
    causes: ['A wrong password or secret is tried again and again by a program.', 'Somebody is guessing.'],
    fix: ['Wait as long as Retry-After says.', 'Stop repeating a request that failed for its content.'],
  },
  'HF-LIMIT-0602': {
    title: 'Too many pushed requests',
    meaning: 'A client pushed more authorization requests than people can answer. It goes on after a pause.',
    causes: [
      'A request is pushed again and again by a loop.',
      'Many apps that share one public client push from one address.',
    ],
    fix: ['Wait as long as Retry-After says.', 'Push when a person wants to sign in, not ahead of time.'],
  },
  'HF-LIMIT-0603': {
    title: 'Too many devices have begun',
    meaning: 'A client asked for more device codes than people can enter. It goes on after a pause.',
    causes: [
      'A device begins anew in a loop, without anybody there.',
      'Many devices that share one public client begin from one address.',
    ],
    fix: ['Wait as long as Retry-After says.', 'Begin when a person asks for it, not when the device starts.'],
  },
  'HF-LIMIT-0604': {
    title: 'Too many requests wait for a person',
    meaning: 'From one place, or in all, more sign-ins have begun than people can finish. Those that have begun go on.',
    causes: [
      'A program calls the authorization endpoint in a loop, without anybody there.',
      'A very large network reaches the server by one address.',
    ],
    fix: [
      'Wait as long as Retry-After says.',
      'Open the authorization endpoint when a person wants to sign in, not ahead of time.',
    ],
  },
  'HF-LIMIT-0690': {
    title: 'The server failed',
    meaning:
      'Something went wrong that should not. Nothing was changed: what is not answered with success was not done.',
    causes: ['An error in the server.', 'The storage does not answer.'],
    fix: ['Try again a little later.', 'Give the operator the request id: it leads to the entry in the log.'],
  },
  'HF-LIMIT-0691': {
    title: 'The server cannot answer now',
    meaning: 'It is overloaded or about to restart. Nothing was changed.',
    causes: ['A restart or an update.', 'More requests than it can take.'],
    fix: ['Try again after what Retry-After says, with a little chance in the wait.'],
  },

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
  'HF-APP-1101': {
    title: 'The state that came back is not the one that was sent',
    meaning:
      'An answer arrived at the app under a state that this browser was never given. The app must refuse it: the code in it may be somebody else’s. No server can see this, so the app alone can stop it.',
    causes: [
      'Somebody slipped the browser an answer of their own, so that their account would be connected to it.',
      'The sign-in was begun in another browser, or the app’s cookie was lost or had ended.',
      'The app keeps one state for all sign-ins, and a second tab overwrote the first.',
    ],
    fix: [
      'Refuse the answer, do not redeem the code, and let the person begin again.',
      'Make a random state for each sign-in, keep it in the browser’s session, and use it once.',
    ],
  },
}
