import { strict as assert } from 'node:assert'
import type { Lane } from '../load/closed-loop.ts'
import { post } from '../load/connection.ts'
import type { Target } from '../targets.ts'
import { basic, client, jwtResource, opaqueResource, opaqueScope, scope } from '../world.ts'
import { isJwt, runAll, tokenOf } from './work.ts'
import type { Work } from './work.ts'

type Format = 'jwt' | 'opaque'

/** A client asks for a token in its own name. */
const clientCredentials = (id: string, format: Format, title: string): Work => ({
  id,
  title,
  isDoneBy: (places, name) =>
    places.token !== undefined && (format === 'jwt' ? name !== 'node-oauth2-server' : name !== 'bare'),
  prepare: async (target, connections) => ({
    lanes: Array.from({ length: connections }, () => askForTokens(target, format, () => true)),
  }),
})

export const signedTokens = clientCredentials('W1', 'jwt', 'client credentials, JWT (ES256)')
export const opaqueTokens = clientCredentials('W1o', 'opaque', 'client credentials, opaque token')

/** @param take is given every token; false for one too many */
function askForTokens(target: Target, format: Format, take: (token: string) => boolean): Lane {
  const asked = {
    grant_type: 'client_credentials',
    ...(format === 'jwt' ? { scope, resource: jwtResource } : { scope: opaqueScope, resource: opaqueResource }),
  }
  const request = post(target.places.token ?? '', asked, { authorization: basic(client) })
  let previous = ''
  let done = false

  return () => {
    if (done) return undefined

    return {
      request,
      check: (answer) => {
        const { access_token: token } = tokenOf(answer)
        if (target.name === 'bare') return
        assert.notEqual(token, previous)
        if (target.name !== 'node-oauth2-server') assert.equal(isJwt(token), format === 'jwt', token)
        previous = token
        done = !take(token)
      },
    }
  }
}

/** So many tokens, or as many as there are after a while. */
export async function makeTokens(
  target: Target,
  format: Format,
  {
    count,
    connections,
    milliseconds,
  }: { readonly count: number; readonly connections: number; readonly milliseconds?: number },
): Promise<readonly string[]> {
  const tokens: string[] = []
  const take = (token: string) => tokens.push(token) < count
  await runAll(
    target,
    Array.from({ length: connections }, () => askForTokens(target, format, take)),
    milliseconds,
  )

  return tokens.slice(0, count)
}
