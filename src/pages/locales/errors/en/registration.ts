import type { ErrorTexts } from '../../error-text.ts'

/** Clients that make themselves known. */
export const registration = {
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
  'HF-REG-0410': {
    title: 'Documents of this host are not accepted',
    meaning:
      'The operator decided from which hosts this server takes documents about clients. This one is not among them.',
    causes: ['The server accepts documents of certain hosts only.', 'This host was shut out.'],
    fix: ['Ask the operator to allow the host, or to register the client.'],
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
} satisfies ErrorTexts
