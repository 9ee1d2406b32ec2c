import type { ErrorTexts } from '../../error-text.ts'

/** Tokens and assertions that are brought. */
export const exchange = {
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
} satisfies ErrorTexts
