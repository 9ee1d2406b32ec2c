import type { Result } from '../base/result.ts'
import type { Client, ClientId } from '../protocol/client.ts'
import type { OAuthError } from '../protocol/errors.ts'
import type { Caller } from './audit.ts'

/**
 * Finds the client of a request, whoever made it known: the one place that knows of metadata documents. Those of
 * clients in use are in the store, so that what they were given goes on after a restart and while their host is down.
 * A client that an operator disabled is found, disabled; whoever asks looks at that.
 */
export interface ClientFinder {
  /**
   * For a request that goes on with something, or proves who it is from. While the host of a document cannot be
   * reached, the last good one counts; one that its host has taken away or spoiled does not.
   */
  find(id: ClientId, caller: Caller): Promise<Client | undefined>
  /** For a request that begins something: a document must be fresh, or be had now. */
  findToBegin(id: ClientId, caller: Caller): Promise<Result<Client, ClientProblem>>
}

/** Why there is no client to begin with. */
export interface ClientProblem {
  readonly error: OAuthError
  /** Of the document, to be shown to the person. */
  readonly host: string | undefined
  /** What exactly is wrong with it, for its developer: ASCII without quotes. */
  readonly detail: string | undefined
}
