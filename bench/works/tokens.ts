import { strict as assert } from 'node:assert'
import { openLoop } from '../load/closed-loop.ts'
import type { Step } from '../load/closed-loop.ts'
import { post } from '../load/connection.ts'
import type { Target } from '../targets.ts'
import { api, basic, client } from '../world.ts'
import { makeTokens } from './client-credentials.ts'
import type { Work } from './work.ts'

/** So many tokens are asked about in turn: as many as a busy API sees in a while. */
const tokensInUse = 1000

/** An API asks whether an opaque token is good. */
export const introspection: Work = {
  id: 'W4',
  title: 'introspection, opaque token',
  isDoneBy: ({ introspect }) => introspect !== undefined,
  prepare: async (target, connections) => {
    const tokens = await makeTokens(target, 'opaque', { count: tokensInUse, connections })
    const steps = tokens.map((token) => askAbout(target, token, true))
    let turn = 0
    const lane = () => steps[turn++ % steps.length]

    return { lanes: Array.from({ length: connections }, () => lane) }
  },
}

/** A client ends an opaque token, each time another one. */
export const revocation: Work = {
  id: 'W5',
  title: 'revocation, opaque token',
  isDoneBy: ({ revoke }) => revoke !== undefined,
  prepare: async (target, connections, milliseconds) => {
    // To make a token takes about as long as to end one.
    const tokens = await makeTokens(target, 'opaque', {
      count: Infinity,
      connections,
      milliseconds: milliseconds * 1.2,
    })
    const revoked: string[] = []
    const waiting = [...tokens]
    const lane = (): Step | undefined => {
      const token = waiting.pop()
      if (token === undefined) return undefined

      return {
        request: post(target.places.revoke ?? '', { token }, { authorization: basic(client) }),
        check: ({ status, body }) => {
          assert.equal(status, 200, body)
          revoked.push(token)
        },
      }
    }

    return {
      lanes: Array.from({ length: connections }, () => lane),
      verify: async () => {
        const sample = revoked.filter((_, at) => at % Math.ceil(revoked.length / 50) === 0)
        const steps = sample.map((token) => askAbout(target, token, false))
        const loop = await openLoop(target.places.port, [() => steps.pop()])
        await loop.run(10_000)
        loop.close()
      },
    }
  },
}

const askAbout = (target: Target, token: string, isActive: boolean): Step => ({
  request: post(target.places.introspect ?? '', { token }, { authorization: basic(api) }),
  check: ({ status, body }) => {
    assert.equal(status, 200, body)
    const told = JSON.parse(body) as { active: boolean; client_id?: string }
    assert.equal(told.active, isActive, body)
    if (isActive) assert.equal(told.client_id, client.id)
  },
})
