export {
  createGuard,
  type Admission,
  type Decision,
  type Guard,
  type GuardedRequest,
  type Needs,
  type ToldRefusal,
} from './guard.ts'
export type { GuardOptions } from './options.ts'
export type { Caller } from './caller.ts'
export { callerOf } from './callers.ts'
export type { GuardResponse } from './challenge.ts'
export type { IntrospectionCredentials } from './introspection-reader.ts'
export type { ProtectedResourceMetadata } from './protected-resource-metadata.ts'
export type { Check, CheckName } from './token-reader.ts'
export type { GuardReason } from '../protocol/guard-refusals.ts'
export { expressGuard, expressMetadata, nodeGuard } from './node.ts'
export { fastifyGuard, fastifyMetadata } from './fastify.ts'
export { fetchGuard, honoGuard, honoMetadata } from './fetch.ts'
