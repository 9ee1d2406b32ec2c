import { addSeconds, seconds } from '../base/time.ts'
import type { SealedKey } from '../ports/store.ts'
import type { Account, Subject } from '../protocol/account.ts'
import type { AuditEvent } from '../protocol/audit-event.ts'
import type { BrowserSession, Consent, SessionId, Transaction } from '../protocol/authorization.ts'
import { plainClient } from '../protocol/client.ts'
import type { Client, ClientId } from '../protocol/client.ts'
import type { Challenge } from '../protocol/pkce.ts'
import type { RedirectUri, RegisteredRedirectUri } from '../protocol/redirect-uri.ts'
import type { ResourceId } from '../protocol/resource.ts'
import { parseScope } from '../protocol/scope.ts'
import type { Scope } from '../protocol/scope.ts'
import { aHash, anId, morning } from './ids.ts'

/*
 * Builders: a test names what matters to it, the rest is filled with something valid. Two things built apart agree
 * with each other (same client, same account, same redirect URI) unless the test says otherwise.
 */

/** A scope from its words; throws for text that is none. */
export function scopeOf(text: string): Scope {
  const scope = parseScope(text === '' ? undefined : text)
  if (!scope.ok) throw new TypeError(`not a scope: ${text}`)

  return scope.value
}

export const shop = 'shop-analytics' as ClientId
export const liWei = '0195e8a0c0007000800000000000000a' as Subject
export const orderApi = 'https://orders.example' as ResourceId
export const callback = 'https://shop.example/callback' as RegisteredRedirectUri & RedirectUri

/** Of the verifier in RFC 7636 appendix B, {@link verifier}. */
export const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM' as Challenge
export const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'

/** A confidential web app that may read orders and stay connected. Its one secret is unknown. */
export const aClient = (given: Partial<Client> = {}): Client => ({
  id: shop,
  name: 'Shop Analytics',
  homepage: 'https://shop.example/',
  developer: 'Shop Analytics Ltd',
  type: 'confidential',
  kind: 'web',
  authMethod: 'client_secret_basic',
  secrets: [{ hash: aHash(), createdAt: morning, expiresAt: undefined }],
  keys: [],
  jwksUri: undefined,
  assertionAlg: undefined,
  redirectUris: [callback],
  allowLocalhostAnyPort: false,
  grantTypes: ['authorization_code', 'refresh_token'],
  scope: scopeOf('orders.read'),
  defaultResource: orderApi,
  introspects: [],
  reviewed: true,
  provenance: 'operator',
  firstParty: false,
  lifetimes: {
    accessToken: undefined,
    refreshIdle: seconds(30 * 86_400),
    refreshAbsolute: seconds(365 * 86_400),
    refreshRetry: seconds(10),
    refreshKept: false,
  },
  ...plainClient,
  pkceExemptUntil: undefined,
  registration: undefined,
  createdAt: morning,
  disabledAt: undefined,
  ...given,
})

/** An app on a device that registered itself in the morning and was not used yet. */
export const aSelfRegisteredClient = (given: Partial<Client> = {}): Client =>
  aClient({
    id: `app_${anId()}` as ClientId,
    type: 'public',
    kind: 'native',
    authMethod: 'none',
    secrets: [],
    reviewed: false,
    provenance: 'self-registered',
    registration: {
      tokenHash: aHash(),
      softwareStatement: undefined,
      firstUseWithin: seconds(86_400),
      unusedFor: seconds(30 * 86_400),
      changedAt: undefined,
    },
    ...given,
  })

/** Li Wei, who has no password. */
export const anAccount = (given: Partial<Account> = {}): Account => ({
  subject: liWei,
  username: 'li.wei',
  name: 'Li Wei',
  email: 'li.wei@example.com',
  passwordHash: undefined,
  roles: [],
  validAfter: morning,
  disabledAt: undefined,
  ...given,
})

/** Signed in since the morning, for eight hours. */
export function aSession(given: Partial<BrowserSession> = {}): BrowserSession {
  const id = given.id ?? aHash<SessionId>()

  return {
    id,
    begunAs: id,
    subject: liWei,
    authenticatedAt: morning,
    amr: ['pwd'],
    expiresAt: addSeconds(morning, seconds(8 * 3600)),
    ...given,
  }
}

/** An authorization request that waits for an answer, for ten minutes. */
export const aTransaction = (given: Partial<Transaction> = {}): Transaction => ({
  id: anId(),
  browserHash: aHash(),
  request: {
    clientId: shop,
    answerTo: { kind: 'redirect', to: callback, wasSent: true, state: 'state-of-the-client', challenge },
    scope: scopeOf('orders.read'),
    resources: [orderApi],
    uiLocales: undefined,
    prompt: [],
    maxAge: undefined,
  },
  createdAt: morning,
  expiresAt: addSeconds(morning, seconds(600)),
  answeredAt: undefined,
  ...given,
})

export const aConsent = (given: Partial<Consent> = {}): Consent => ({
  subject: liWei,
  clientId: shop,
  scope: scopeOf('orders.read'),
  resources: [orderApi],
  givenAt: morning,
  ...given,
})

/** Signs from the morning on, for 90 days. Its sealed half opens with no key. */
export const aSealedKey = (given: Partial<SealedKey> = {}): SealedKey => ({
  kid: anId(),
  alg: 'ES256',
  publicJwk: { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' },
  sealedPrivateKey: 'c2VhbGVk',
  createdAt: morning,
  activeFrom: morning,
  retireAt: addSeconds(morning, seconds(90 * 86_400)),
  ...given,
})

/** That a token was issued; the newest event of this process. */
export const anEvent = (given: Partial<AuditEvent> = {}): AuditEvent => ({
  id: anId(),
  at: morning,
  type: 'token_issued',
  outcome: 'done',
  reason: undefined,
  clientId: shop,
  subject: liWei,
  authorizationId: undefined,
  address: '192.0.2.7',
  requestId: anId(),
  grantType: 'authorization_code',
  scope: 'orders.read',
  resource: orderApi,
  actor: undefined,
  count: 1,
  ...given,
})
