import { opaqueTokens, signedTokens } from './client-credentials.ts'
import { codeFlow, rotation } from './code-flow.ts'
import { documents } from './documents.ts'
import { introspection, revocation } from './tokens.ts'
import type { Work } from './work.ts'

/** W7, the guard, is not asked over HTTP: see `guard.ts`. */
export const works: readonly Work[] = [
  signedTokens,
  opaqueTokens,
  codeFlow,
  rotation,
  introspection,
  revocation,
  documents,
]
