import type { Result } from '../base/result.ts'
import type { Instant } from '../base/time.ts'
import type { Ports } from '../ports/ports.ts'
import type { Client } from '../protocol/client.ts'
import { oauthError } from '../protocol/errors.ts'
import type { OAuthError, Reason } from '../protocol/errors.ts'
import type { Parameters } from '../protocol/parameters.ts'
import type { Confirmation } from '../protocol/particulars.ts'
import type { Consequence, TokenPlan, TokenRefusal } from '../protocol/plan.ts'
import type { Settings } from '../protocol/settings.ts'

/** What a decision may look at besides its facts. */
export interface GrantContext {
  readonly client: Client
  readonly settings: Settings
  readonly now: Instant
  /** The key whose possession the request proved; the token is then bound to it, whatever the grant says. */
  readonly confirmation?: Confirmation | undefined
}

/**
 * One `grant_type` at the token endpoint: text to a typed request, reads, and a pure decision. A company's own grant
 * is written exactly like ours.
 */
export interface GrantDefinition<Request, Facts> {
  /** The value of `grant_type`; an extension's is an absolute URI (OAuth 2.1 section 4.4). */
  readonly type: string
  /** Refuses what can be refused without looking anything up. */
  readonly parse: (form: Parameters, client: Client, settings: Settings) => Result<Request, OAuthError>
  /** Reads, never writes. Called again when another request was faster. */
  readonly load: (request: Request, client: Client, ports: Ports) => Promise<Facts>
  /** Sees neither clock nor store. */
  readonly decide: (request: Request, facts: Facts, context: GrantContext) => Result<TokenPlan, TokenRefusal>
}

/** A grant as the token endpoint sees it, its types closed over. */
export interface Grant {
  readonly type: string
  readonly plan: (
    form: Parameters,
    client: Client,
    ports: Ports,
    confirmation?: Confirmation,
  ) => Promise<Result<TokenPlan, TokenRefusal>>
}

export function defineGrant<Request, Facts>(
  definition: GrantDefinition<Request, Facts>,
): Grant & GrantDefinition<Request, Facts> {
  return {
    ...definition,
    plan: async (form, client, ports, confirmation) => {
      const request = definition.parse(form, client, ports.settings)
      if (!request.ok) return { ok: false, error: { error: request.error, consequence: undefined } }
      const facts = await definition.load(request.value, client, ports)

      return definition.decide(request.value, facts, {
        client,
        settings: ports.settings,
        now: ports.now(),
        confirmation,
      })
    },
  }
}

/**
 * A decision's refusal, with what else follows from the attempt. A grant of one's own that has no better reason says
 * `'grant_refused'`.
 */
export const refuseToken = (reason: Reason, consequence?: Consequence) =>
  ({ ok: false, error: { error: oauthError(reason), consequence } as TokenRefusal }) as const
