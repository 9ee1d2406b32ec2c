import type { Brand } from '../base/brand.ts'
import type { SignatureAlgorithm } from '../base/signature-algorithm.ts'
import type { Seconds } from '../base/time.ts'
import type { Scope } from './scope.ts'

/** The exact identifier of a protected resource: the RFC 8707 `resource` parameter and the `aud` of its tokens. */
export type ResourceId = Brand<string, 'ResourceId'>

/** An API this server issues tokens for. */
export interface Resource {
  readonly id: ResourceId
  /** The scopes this API understands; a token for it never holds another (RFC 9068 section 2.2.3). */
  readonly scope: Scope
  /** `jwt`: checked by the API itself until it expires. `opaque`: asked for at introspection, ended at once. */
  readonly tokenFormat: 'jwt' | 'opaque'
  /** @default 600 for `jwt`, 3600 for `opaque` */
  readonly accessTokenLifetime: Seconds
  /** What its JWTs are signed with; an opaque token is not signed. @default that of the server */
  readonly signingAlgorithm: SignatureAlgorithm
}

/** What a scope is called on a page, in the words of a person, by language. */
export interface ScopeText {
  readonly name: string
  readonly title: Readonly<Record<Language, string>>
  readonly description: Readonly<Record<Language, string>>
  /** Reading is the default; what changes or deletes things or moves money is shown apart and starts unticked when optional. */
  readonly access: 'read' | 'write' | 'delete' | 'money'
  /** The person may untick it. */
  readonly optional: boolean
}

export type Language = 'en' | 'zh-CN'
export const languages = ['en', 'zh-CN'] as const satisfies readonly Language[]
