import type { ErrorTexts } from '../../error-text.ts'

/** What is asked for: scope, APIs, details. */
export const permission = {
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
} satisfies ErrorTexts
