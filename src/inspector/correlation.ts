import { hash } from 'node:crypto'
import type { Message } from './message.ts'
import { answerOf, authorizationResponseOf, bearerOf, formOf, queryOf } from './message.ts'

/**
 * What ties a message to its flow: `state`, the PKCE challenge, the transaction of the pages, the code, the codes of a
 * device, the reference of a pushed request, each token.
 * Two messages that share a key are of one flow. Secrets are keys by their hash only.
 */
export function keysOf(message: Message, transaction: string | undefined): readonly string[] {
  const query = queryOf(message)
  const form = formOf(message)
  const answer = answerOf(message)
  const response = authorizationResponseOf(message)
  const isToken = message.kind.startsWith('token_')

  return [
    key('transaction', transaction ?? transactionOf(message.landing)),
    ...(message.kind === 'authorize' || message.kind === 'push'
      ? [
          key('state', query.get('state') ?? form.get('state')),
          key('challenge', query.get('code_challenge') ?? form.get('code_challenge')),
          key('request', query.get('request_uri') ?? answer['request_uri']),
        ]
      : []),
    key('state', response?.get('state')),
    key('code', response?.get('code')),
    key('device', form.get('device_code') ?? answer['device_code']),
    key('user', form.get('user_code') ?? answer['user_code']),
    ...(isToken ? [key('code', form.get('code')), key('token', form.get('refresh_token'))] : []),
    ...(isToken ? [key('token', answer['access_token']), key('token', answer['refresh_token'])] : []),
    ...(message.kind === 'revoke' || message.kind === 'introspect' ? [key('token', form.get('token'))] : []),
    ...(message.kind === 'call'
      ? [key('token', bearerOf(message)), known('token', message.decision?.tokenFingerprint)]
      : []),
  ].filter((each) => each !== undefined)
}

/** SHA-256 of a token, so that two sights of it can be compared without keeping it. */
export const fingerprint = (token: string) => hash('sha256', token, 'base64url')

function key(name: string, value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? `${name}:${fingerprint(value)}` : undefined
}

const known = (name: string, print: string | undefined) => (print === undefined ? undefined : `${name}:${print}`)

const transactionOf = (landing: string | undefined) => /^(?:https?:\/\/[^/]+)?\/i\/([^/?#]+)/.exec(landing ?? '')?.[1]
