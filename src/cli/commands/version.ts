import { done } from '../outcome.ts'
import type { Outcome } from '../outcome.ts'
import { hufuVersion } from '../../server/package.ts'
import type { Context } from '../context.ts'

export function version({ asJson, out }: Context): Outcome {
  const facts = { hufu: hufuVersion(), node: process.version.slice(1), system: `${process.platform}-${process.arch}` }
  const text = Object.entries(facts).map((fact) => fact.join(' '))
  out(`${asJson ? JSON.stringify(facts) : text.join('\n')}\n`)

  return done
}
