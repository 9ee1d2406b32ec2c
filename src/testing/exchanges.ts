import { hash } from 'node:crypto'
import { toBase64Url } from '../base/encoding.ts'
import { instant } from '../base/time.ts'
import type { Exchange } from '../http/message.ts'
import { morning } from './ids.ts'

/** What people type, which must be found nowhere. */
export const thePassword = 'maple-harbor-42-Xq'

export const walkIssuer = 'http://localhost:9110'
export const walkApi = 'http://127.0.0.1:9120'
export const walkApp = 'http://127.0.0.1:9130'

const form = { 'content-type': 'application/x-www-form-urlencoded', cookie: 'hufu_session=cookie-of-the-person' }
const json = { 'content-type': 'application/json', 'cache-control': 'no-store' }

/** The messages of one whole walk with a person, as the server, the app and the guard would report them. */
export function aWalk(number = 1) {
  const verifier = `verifier-of-walk-${number}-${'x'.repeat(30)}`
  const challenge = hash('sha256', verifier, 'base64url')
  const state = `state-of-walk-${number}-abcdefgh`
  const transaction = `0195e8a0c00070008000000000${String(number).padStart(6, '0')}`
  const code = `hac_code-of-walk-${number}-abcdefgh`
  const accessToken = aJwt({
    iss: walkIssuer,
    sub: 'li.wei',
    aud: walkApi,
    jti: `jti-${number}`,
    exp: 1_800_000_000,
    scope: 'orders.read',
  })
  const refreshToken = `hrt_refresh-of-walk-${number}-abcdefgh`
  const at = (seconds: number) => instant(morning + number * 60_000 + seconds * 1000)
  const request = (seconds: number, given: Partial<Exchange['request']>, response: Exchange['response']): Exchange => ({
    requestId: `request-${number}-${seconds}`,
    at: at(seconds),
    durationMs: 3,
    request: { method: 'GET', path: '/', query: '', headers: {}, body: '', ...given },
    response,
  })
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: 'shop-analytics',
    redirect_uri: `${walkApp}/callback`,
    scope: 'orders.read',
    state,
    code_challenge: challenge,
    code_challenge_method: 'S256',
  }).toString()
  const home = `${walkApp}/callback?${new URLSearchParams({ code, state, iss: walkIssuer }).toString()}`
  const handOff = `<html><form><input name="csrf" value="csrf-of-the-page"></form><a class="button" id="continue" href="${home.replaceAll('&', '&amp;')}">Continue</a></html>`

  return {
    verifier,
    challenge,
    state,
    code,
    accessToken,
    refreshToken,
    home,
    authorize: request(
      0,
      { path: '/authorize', query },
      { status: 303, headers: { location: `/i/${transaction}`, 'set-cookie': ['a=1', 'b=2'] }, body: '' },
    ),
    signInPage: request(
      1,
      { path: `/i/${transaction}` },
      { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: '<form>' },
    ),
    signIn: request(
      2,
      {
        method: 'POST',
        path: `/i/${transaction}/sign-in`,
        headers: form,
        body: new URLSearchParams({
          username: 'li.wei@example.com',
          password: thePassword,
          csrf: 'csrf-of-the-page',
        }).toString(),
      },
      { status: 303, headers: { location: `/i/${transaction}`, 'set-cookie': 'hufu_session=secret-cookie' }, body: '' },
    ),
    consent: request(
      4,
      {
        method: 'POST',
        path: `/i/${transaction}/consent`,
        headers: form,
        body: 'csrf=csrf-of-the-page&decision=allow&scope=orders.read',
      },
      { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: handOff },
    ),
    token: request(
      5,
      {
        method: 'POST',
        path: '/token',
        headers: { ...form, authorization: `Basic ${btoa('shop-analytics:hcs_secret-of-the-app')}` },
        body: new URLSearchParams({ grant_type: 'authorization_code', code, code_verifier: verifier }).toString(),
      },
      {
        status: 200,
        headers: json,
        body: JSON.stringify({
          access_token: accessToken,
          token_type: 'Bearer',
          expires_in: 300,
          refresh_token: refreshToken,
          scope: 'orders.read',
        }),
      },
    ),
    /** The guard's decision comes before the answer that the app sees. */
    decision: {
      at: at(6),
      method: 'GET',
      path: '/orders',
      neededScope: ['orders.read'],
      tokenFingerprint: hash('sha256', accessToken, 'base64url'),
      checks: ['signature', 'type', 'issuer', 'audience', 'time', 'scope'].map((name) => ({ name, passed: true })),
      refusal: undefined,
    },
    call: {
      at: at(6),
      durationMs: 7,
      request: {
        method: 'GET',
        url: `${walkApi}/orders?limit=500`,
        headers: { authorization: `Bearer ${accessToken}` },
        body: '',
      },
      response: { status: 200, headers: json, body: '{"orders":[{"id":"20260101-0001"}]}' },
    },
    refresh: (shown: string, made: string | undefined, seconds = 10) =>
      request(
        seconds,
        {
          method: 'POST',
          path: '/token',
          headers: form,
          body: new URLSearchParams({
            grant_type: 'refresh_token',
            refresh_token: shown,
            client_id: 'shop-analytics',
          }).toString(),
        },
        made === undefined
          ? {
              status: 400,
              headers: json,
              body: '{"error":"invalid_grant","error_description":"HF-TOKEN-0212 the refresh token was used before"}',
            }
          : {
              status: 200,
              headers: json,
              body: JSON.stringify({
                access_token: `hat_opaque-${made}`,
                token_type: 'Bearer',
                refresh_token: made,
              }),
            },
      ),
  }
}

/** A job's token request. */
export function aJobToken(): Exchange {
  return {
    requestId: 'request-job',
    at: morning,
    durationMs: 4,
    request: {
      method: 'POST',
      path: '/token',
      query: '',
      headers: form,
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_assertion: aJwt({ iss: 'nightly-report', sub: 'nightly-report' }),
      }).toString(),
    },
    response: {
      status: 200,
      headers: json,
      body: JSON.stringify({ access_token: aJwt({ sub: 'nightly-report' }), expires_in: 300 }),
    },
  }
}

/** Looks like a JWT; nobody signed it. */
export function aJwt(claims: object): string {
  const part = (value: object) => toBase64Url(Buffer.from(JSON.stringify(value)))

  return `${part({ alg: 'ES256', typ: 'at+jwt', kid: 'k1' })}.${part(claims)}.c2lnbmF0dXJlLW9mLXRoZS10ZXN0`
}
