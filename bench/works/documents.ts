import { strict as assert } from 'node:assert'
import { get } from '../load/connection.ts'
import type { Step } from '../load/closed-loop.ts'
import type { Work } from './work.ts'

/** What every client library and every API reads when it starts: discovery and the keys, in turn. */
export const documents: Work = {
  id: 'W6',
  title: 'discovery and JWKS',
  isDoneBy: (places) => places.documents !== undefined,
  prepare: async ({ places }, connections) => {
    const steps = (places.documents ?? []).map(readDocument)
    let turn = 0
    const lane = () => steps[turn++ % steps.length]

    return { lanes: Array.from({ length: connections }, () => lane) }
  },
}

function readDocument(path: string): Step {
  let first: string | undefined

  return {
    request: get(path),
    check: ({ status, body }) => {
      assert.equal(status, 200, body)
      if (first === undefined) assert.equal(typeof JSON.parse(body), 'object')
      first ??= body
      assert.equal(body, first)
    },
  }
}
