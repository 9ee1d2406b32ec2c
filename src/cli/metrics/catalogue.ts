/** What a metric is called, what it means, and which labels it has. */
export interface MetricRow {
  readonly name: `hufu_${string}`
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  readonly labels: readonly string[]
}

const row = (name: MetricRow['name'], type: MetricRow['type'], help: string, ...labels: string[]): MetricRow => ({
  name,
  type,
  help,
  labels,
})

/**
 * Names and meanings are stable; labels hold route templates and words of our own, never an id (attack row LG-06).
 * The reference and the dashboard are compared with this.
 */
export const metrics = {
  build: row('hufu_build_info', 'gauge', 'Always 1; what runs here', 'version', 'node'),
  ready: row('hufu_ready', 'gauge', '1 if requests may be sent here'),

  requests: row('hufu_requests_total', 'counter', 'Requests that were answered', 'method', 'route', 'status'),
  requestSeconds: row('hufu_request_seconds', 'histogram', 'Seconds until a request is answered', 'route'),
  underWay: row('hufu_requests_under_way', 'gauge', 'Requests that are worked on'),
  shed: row('hufu_shed_total', 'counter', 'Refused since there was too much to do already', 'reason'),
  limits: row('hufu_limit_refusals_total', 'counter', 'Refused since it went beyond a limit', 'limit'),

  storeCalls: row('hufu_store_calls_total', 'counter', 'Calls of the database', 'call', 'outcome'),
  storeSeconds: row('hufu_store_seconds', 'histogram', 'Seconds of a call of the database', 'call'),
  commitWrites: row('hufu_commit_writes', 'histogram', 'Writes that shared one commit'),
  commitSeconds: row('hufu_commit_seconds', 'histogram', 'Seconds of a commit'),
  poolConnections: row('hufu_pool_connections', 'gauge', 'Connections to PostgreSQL', 'state'),
  poolWaiting: row('hufu_pool_waiting', 'gauge', 'Calls that wait for a connection to PostgreSQL'),
  poolSeconds: row('hufu_pool_wait_seconds', 'histogram', 'Seconds until a call had a connection to PostgreSQL'),
  poolMade: row('hufu_pool_connects_total', 'counter', 'Connections to PostgreSQL that were made'),
  poolLost: row('hufu_pool_losses_total', 'counter', 'How often connections to PostgreSQL were lost'),

  events: row(
    'hufu_events_total',
    'counter',
    'Security decisions as in the audit: tokens by grant, refusals by reason',
    'type',
    'outcome',
    'reason',
    'grant',
  ),
  unsealed: row('hufu_audit_unsealed_seconds', 'gauge', 'How long the oldest audit event without a seal has waited'),

  keyAge: row('hufu_signing_key_age_seconds', 'gauge', 'For how long the key has been signing', 'alg'),
  keyNext: row('hufu_signing_key_next_seconds', 'gauge', 'Seconds until the next key signs', 'alg'),
  hashes: row('hufu_password_hashes', 'gauge', 'Passwords that are hashed, or wait for it', 'state'),
  feedWaiting: row('hufu_feed_waiting', 'gauge', 'Guards that wait at the revocation feed'),
  feedLag: row('hufu_feed_lag_seconds', 'gauge', 'Seconds since the list was read for the guards that wait'),

  taskLast: row('hufu_task_last_success_timestamp_seconds', 'gauge', 'When it was last done, since 1970', 'task'),
  taskSeconds: row('hufu_task_seconds', 'histogram', 'Seconds that it took', 'task'),
  taskFailures: row('hufu_task_failures_total', 'counter', 'How often it failed', 'task'),
  removed: row('hufu_removed_rows_total', 'counter', 'Rows that left since their time had passed'),
} as const satisfies Readonly<Record<string, MetricRow>>

export type MetricName = keyof typeof metrics
