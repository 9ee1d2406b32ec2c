import type { MessageKind, Party } from './message.ts'

/** Paths of the endpoints, since they are configuration (DECISIONS 12). */
export interface EndpointPaths {
  readonly authorize: string
  readonly pushedRequest: string
  readonly token: string
  readonly revoke: string
  readonly introspect: string
  readonly deviceAuthorization: string
  /** The page where a person enters the code of a device. */
  readonly device: string
}

export const defaultPaths: EndpointPaths = {
  authorize: '/authorize',
  pushedRequest: '/par',
  token: '/token',
  revoke: '/revoke',
  introspect: '/introspect',
  deviceAuthorization: '/device_authorization',
  device: '/device',
}

interface Classified {
  readonly kind: MessageKind
  readonly from: Party
  /** The transaction a page belongs to. */
  readonly transaction?: string
}

/** What a request to the authorization server is for; `undefined` for what is no part of a flow: keys, metadata, styles. */
export function classify(
  method: string,
  path: string,
  grantType: string | null,
  paths: EndpointPaths,
): Classified | undefined {
  if (path === paths.authorize) return { kind: 'authorize', from: 'owner' }
  if (path === paths.pushedRequest) return { kind: 'push', from: 'client' }
  if (path === paths.token) return { kind: tokenKind(grantType), from: 'client' }
  if (path === paths.revoke) return { kind: 'revoke', from: 'client' }
  if (path === paths.deviceAuthorization) return { kind: 'device', from: 'client' }
  if (path === paths.device) return { kind: method === 'POST' ? 'consent' : 'page', from: 'owner' }
  if (path === paths.introspect) return { kind: 'introspect', from: 'api' }
  const [, transaction, step] = /^\/i\/([^/]+)(?:\/([a-z-]+))?$/.exec(path) ?? []
  if (transaction === undefined) return undefined
  const kind = method !== 'POST' ? 'page' : step === 'sign-in' ? 'sign_in' : 'consent'

  return { kind, from: 'owner', transaction }
}

function tokenKind(grantType: string | null): MessageKind {
  if (grantType === 'authorization_code') return 'token_code'
  if (grantType === 'client_credentials') return 'token_client'
  if (grantType === 'refresh_token') return 'token_refresh'

  return 'token_other'
}
