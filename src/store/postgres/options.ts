/** How `openPostgres` reaches its database. */
export interface PostgresOptions {
  /**
   * `postgres://user:password@host:port/database`, with what `pg` knows besides (`?sslmode=verify-full`). A secret. Several
   * hosts, `host1,host2:5433`, are nodes of one database: the one that takes writes is used.
   */
  readonly connectionString: string
  /**
   * Connections that this process holds at once.
   *
   * @default 10
   */
  readonly maxConnections?: number
  /**
   * How long a call waits for PostgreSQL in all before it is refused with `StoreUnavailable`, in milliseconds. What came
   * of a write that was under way then is not known.
   *
   * @default 2500
   */
  readonly timeoutMs?: number
  /**
   * How many calls may wait for a connection; more are refused.
   *
   * @default 10_000
   */
  readonly maxWaitingCalls?: number
  /**
   * Statements are parsed and planned once for each connection. Off for a proxy that gives each transaction another
   * session and does not keep statements (PgBouncer before 1.21, or with `max_prepared_statements = 0`).
   *
   * @default true
   */
  readonly namedStatements?: boolean
}
