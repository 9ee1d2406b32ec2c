import type { ErrorTexts } from '../../error-text.ts'

/** Proofs of a key. */
export const proof = {
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
} satisfies ErrorTexts
