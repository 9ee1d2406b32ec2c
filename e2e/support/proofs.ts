import { aProof, proofClaims } from 'hufu/testing'
import type { ProofKey } from 'hufu/testing'
import type { TestServer } from './server.ts'

/** A proof for one of the server's endpoints, made at this moment of its clock. */
export const proofFor = (
  as: Pick<TestServer, 'issuer' | 'clock'>,
  key: ProofKey,
  changed: Readonly<Record<string, unknown>> = {},
  path = '/token',
) => aProof(key, proofClaims(Math.floor(as.clock.now() / 1000), { htu: as.issuer + path, ...changed }))

/** The header that shows a key to the token endpoint. */
export const showing = (
  as: Pick<TestServer, 'issuer' | 'clock'>,
  key: ProofKey,
  changed: Readonly<Record<string, unknown>> = {},
) => ({ dpop: proofFor(as, key, changed) })
