import type { Migration } from '../migration.ts'

/*
 * Ids are BLOBs of 16 octets that rise with time (UUID of version 7), so that rows are added at the end; hashes are
 * BLOBs of 32. Times are milliseconds since 1970, NULL stands for "never" and "not yet". Lists of words (scope,
 * resources) are text with single spaces. `particulars` is a JSON document, NULL where there is nothing in it.
 *
 * `authorizations.prune_at` is when `prune` looks at the row next. It is not moved by a rotation, so that a rotation
 * touches no index: a row that turns out to live longer is then filed anew under its `ends_at`.
 *
 * `audit.number` rises with each commit, since SQLite has one writer at a time, and is never given again: a seal is of those from the one after the
 * `last` of the seal before to its own. `refusals` counts those that are alike; `beyond` are not in `audit` yet.
 *
 * `clients.prune_at` is never before the end of anything that was issued to the client, NULL for an operator's: each use
 * moves it, by a day or more. `clients.name_skeleton` is of reviewed clients only.
 *
 * `changes.dead_before` is NULL for "all". A position is never given twice, though its row has left.
 */
export const migrations: readonly Migration[] = [
  {
    number: 1,
    name: 'the tables',
    sql: `
      CREATE TABLE clients (
        id TEXT PRIMARY KEY,
        document TEXT NOT NULL
      ) STRICT;

      CREATE TABLE accounts (
        subject TEXT PRIMARY KEY,
        canonical_username TEXT NOT NULL UNIQUE,
        username TEXT NOT NULL,
        name TEXT NOT NULL,
        email TEXT,
        password_hash TEXT,
        roles TEXT NOT NULL,
        valid_after INTEGER NOT NULL,
        disabled_at INTEGER
      ) STRICT;

      CREATE TABLE sessions (
        id BLOB PRIMARY KEY,
        begun_as BLOB NOT NULL,
        subject TEXT NOT NULL,
        authenticated_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX sessions_by_expiry ON sessions (expires_at);
      CREATE INDEX sessions_by_beginning ON sessions (begun_as);

      CREATE TABLE transactions (
        id BLOB PRIMARY KEY,
        browser_hash TEXT NOT NULL,
        request TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL,
        answered_at INTEGER
      ) STRICT;
      CREATE INDEX transactions_by_expiry ON transactions (expires_at);

      CREATE TABLE consents (
        subject TEXT NOT NULL,
        client_id TEXT NOT NULL,
        scope TEXT NOT NULL,
        resources TEXT NOT NULL,
        given_at INTEGER NOT NULL,
        PRIMARY KEY (subject, client_id)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE codes (
        id BLOB PRIMARY KEY,
        secret_hash BLOB NOT NULL,
        client_id TEXT NOT NULL,
        subject TEXT NOT NULL,
        redirect_uri TEXT NOT NULL,
        redirect_uri_was_sent INTEGER NOT NULL,
        challenge TEXT,
        scope TEXT NOT NULL,
        resources TEXT NOT NULL,
        session_id BLOB,
        authenticated_at INTEGER NOT NULL,
        issued_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL,
        authorization_id BLOB,
        redeemed_at INTEGER,
        burned_at INTEGER
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX codes_by_expiry ON codes (expires_at);

      CREATE TABLE authorizations (
        id BLOB PRIMARY KEY,
        client_id TEXT NOT NULL,
        subject TEXT NOT NULL,
        scope TEXT NOT NULL,
        resources TEXT NOT NULL,
        session_id BLOB,
        authenticated_at INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        nonce BLOB,
        generation INTEGER,
        rotated_at INTEGER,
        refresh_expires_at INTEGER,
        refresh_absolute_end INTEGER,
        ends_at INTEGER,
        revoked_at INTEGER,
        revoked_because TEXT,
        prune_at INTEGER
      ) STRICT;
      CREATE INDEX authorizations_by_prune ON authorizations (prune_at) WHERE prune_at IS NOT NULL;

      CREATE TABLE opaque_tokens (
        id BLOB PRIMARY KEY,
        secret_hash BLOB NOT NULL,
        authorization_id BLOB,
        client_id TEXT NOT NULL,
        subject TEXT NOT NULL,
        scope TEXT NOT NULL,
        audience TEXT NOT NULL,
        issued_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX opaque_tokens_by_expiry ON opaque_tokens (expires_at);

      CREATE TABLE revoked_tokens (
        id BLOB PRIMARY KEY,
        expires_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX revoked_tokens_by_expiry ON revoked_tokens (expires_at);

      CREATE TABLE used_once (
        key_hash BLOB PRIMARY KEY,
        expires_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX used_once_by_expiry ON used_once (expires_at);

      CREATE TABLE attempts (
        key_hash BLOB PRIMARY KEY,
        count INTEGER NOT NULL,
        window_end INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX attempts_by_window_end ON attempts (window_end);

      CREATE TABLE signing_keys (
        kid TEXT PRIMARY KEY,
        alg TEXT NOT NULL,
        public_jwk TEXT NOT NULL,
        sealed_private_key TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        active_from INTEGER NOT NULL,
        retire_at INTEGER NOT NULL
      ) STRICT;

      CREATE TABLE audit (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        id BLOB NOT NULL UNIQUE,
        at INTEGER NOT NULL,
        type TEXT NOT NULL,
        outcome TEXT NOT NULL,
        reason TEXT,
        client_id TEXT,
        subject TEXT,
        authorization_id BLOB,
        address TEXT,
        request_id TEXT,
        grant_type TEXT,
        scope TEXT
      ) STRICT;
    `,
  },
  {
    number: 2,
    name: 'the extensions',
    // It rewrites the requests that wait.
    requires: 2,
    sql: `
      ALTER TABLE codes ADD COLUMN particulars TEXT;
      ALTER TABLE authorizations ADD COLUMN particulars TEXT;
      ALTER TABLE opaque_tokens ADD COLUMN particulars TEXT;
      ALTER TABLE consents ADD COLUMN authorization_details TEXT;
      ALTER TABLE audit ADD COLUMN resource TEXT;
      ALTER TABLE audit ADD COLUMN actor TEXT;
      ALTER TABLE sessions ADD COLUMN amr TEXT NOT NULL DEFAULT 'pwd';
      ALTER TABLE accounts ADD COLUMN profile TEXT;

      -- Who was at sign-in or consent meanwhile goes on: where the answer goes is one member now.
      UPDATE transactions SET request = json_set(
        json_remove(request, '$.redirectUri', '$.redirectUriWasSent', '$.state', '$.challenge'),
        '$.answerTo',
        json_object(
          'kind', 'redirect',
          'to', request ->> '$.redirectUri',
          'wasSent', json(request -> '$.redirectUriWasSent'),
          'state', request ->> '$.state',
          'challenge', request ->> '$.challenge'
        )
      );

      CREATE TABLE pushed_requests (
        id BLOB PRIMARY KEY,
        client_id TEXT NOT NULL,
        parameters TEXT NOT NULL,
        confirmation TEXT,
        expires_at INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX pushed_requests_by_expiry ON pushed_requests (expires_at);

      CREATE TABLE devices (
        id BLOB PRIMARY KEY,
        secret_hash BLOB NOT NULL,
        user_code_hash BLOB NOT NULL UNIQUE,
        request TEXT NOT NULL,
        issued_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL,
        interval_s INTEGER NOT NULL,
        polled_at INTEGER,
        claimed_by TEXT,
        outcome TEXT,
        redeemed_at INTEGER
      ) STRICT;
      CREATE INDEX devices_by_expiry ON devices (expires_at);

      CREATE INDEX sessions_by_subject ON sessions (subject);
      -- Of what ends when the person signs out; an authorization without openid is not in it.
      CREATE INDEX authorizations_of_session ON authorizations (session_id) WHERE
        revoked_at IS NULL AND
        instr(' ' || scope || ' ', ' openid ') > 0 AND instr(' ' || scope || ' ', ' offline_access ') = 0;

      CREATE TABLE session_clients (
        session_id BLOB NOT NULL,
        client_id TEXT NOT NULL,
        subject TEXT NOT NULL,
        expires_at INTEGER NOT NULL,
        PRIMARY KEY (session_id, client_id)
      ) STRICT;
      CREATE INDEX session_clients_by_expiry ON session_clients (expires_at);

      CREATE TABLE logout_deliveries (
        session_id BLOB NOT NULL,
        client_id TEXT NOT NULL,
        subject TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        due_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL,
        PRIMARY KEY (session_id, client_id)
      ) STRICT;
      CREATE INDEX logout_deliveries_by_due ON logout_deliveries (due_at);
      CREATE INDEX logout_deliveries_by_expiry ON logout_deliveries (expires_at);
    `,
  },
  {
    number: 3,
    name: 'clients that make themselves known',
    sql: `
      ALTER TABLE clients ADD COLUMN name_skeleton TEXT;
      CREATE INDEX clients_by_skeleton ON clients (name_skeleton) WHERE name_skeleton IS NOT NULL;
      ALTER TABLE clients ADD COLUMN unused_ms INTEGER;
      ALTER TABLE clients ADD COLUMN prune_at INTEGER;
      ALTER TABLE clients ADD COLUMN used_at INTEGER;
      ALTER TABLE clients ADD COLUMN awaited_until INTEGER;
      ALTER TABLE clients ADD COLUMN removed_at INTEGER;
      CREATE INDEX clients_by_prune ON clients (prune_at) WHERE prune_at IS NOT NULL;
      CREATE INDEX clients_never_used ON clients (prune_at) WHERE prune_at IS NOT NULL AND used_at IS NULL;
      CREATE INDEX consents_by_client ON consents (client_id);

      CREATE TABLE registration_tokens (
        id BLOB PRIMARY KEY,
        secret_hash BLOB NOT NULL,
        uses_left INTEGER NOT NULL,
        expires_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX registration_tokens_by_expiry ON registration_tokens (expires_at);

      ALTER TABLE audit ADD COLUMN count INTEGER NOT NULL DEFAULT 1;

      CREATE TABLE audit_seals (
        number INTEGER PRIMARY KEY,
        last INTEGER NOT NULL,
        sealed_at INTEGER NOT NULL,
        marks BLOB NOT NULL,
        events_hash BLOB NOT NULL,
        hash BLOB NOT NULL,
        mac BLOB NOT NULL
      ) STRICT;
      CREATE INDEX audit_seals_by_time ON audit_seals (sealed_at);

      CREATE TABLE refusals (
        key_hash BLOB PRIMARY KEY,
        count INTEGER NOT NULL,
        beyond INTEGER NOT NULL,
        specimen TEXT,
        window_end INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX refusals_by_window_end ON refusals (window_end);

      CREATE TABLE changes (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        dead_before INTEGER,
        expires_at INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX changes_by_expiry ON changes (expires_at);
      CREATE TABLE change_list (epoch TEXT NOT NULL) STRICT;
      INSERT INTO change_list VALUES (lower(hex(randomblob(16))));
    `,
  },
]
