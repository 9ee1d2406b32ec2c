/** A request as plain values. */
export interface GuardedRequest {
  readonly method: string
  /**
   * Path and query, or absolute. The query is never read: a token in it counts for nothing. Of an absolute one only the
   * path counts. With `dpop` it is the whole path that the client asked for, not what a router left of it.
   */
  readonly url: string
  /** The value of a header by its lower-case name. */
  readonly header: (name: string) => string | undefined
  /** True if a header came more than once. Needed where `header` shows only one of them. */
  readonly repeated?: (name: string) => boolean
}
