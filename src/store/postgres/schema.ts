import type { Migration } from '../migration.ts'

/*
 * The tables of SQLite, in the types of PostgreSQL. Ids are 16 octets that rise with time (UUID of version 7), so that
 * rows are added at the end; hashes are 32. Times are milliseconds since 1970, NULL stands for "never" and "not yet".
 * Lists of words are text with single spaces. Documents are JSON as text: they are read and written whole.
 *
 * `authorizations.prune_at` is when `prune` looks at the row next. It is not moved by a rotation, so that a rotation
 * touches no index, and with the free space that `fillfactor` leaves on each page stays there (a HOT update).
 *
 * `clients.prune_at` is never before the end of anything that was issued to the client, NULL for an operator's: each use
 * moves it, by a day or more. `clients.name_skeleton` is of reviewed clients only.
 *
 * `session_clients.since` is the id of the event by which the client took part: it rises with time.
 *
 * `audit.seal` is NULL until one is put on it, which happens after the commit: so no request waits for another, and a row
 * that is committed late gets a later seal. `refusals` counts those that are alike; `beyond` are not in `audit` yet.
 *
 * What expires soon and is unique by its id alone is cut into partitions by the time in the ids (see partitions.ts), which
 * are made while the server runs.
 *
 * A row of `changes` gets its `position` when the list is asked for, by whoever holds the row of `change_list`: so positions
 * rise in the order in which rows became visible, however long a transaction took. `dead_before` is NULL for "all". Whoever
 * listens on the channel `hufu_changes` is told when the transaction is committed.
 *
 * Who holds a row of `turns` is the only one to do what it names, until the end of the transaction. That works through
 * PgBouncer too, which gives each transaction another session.
 */
export const migrations: readonly Migration[] = [
  {
    number: 1,
    name: 'the tables',
    sql: `
      CREATE TABLE clients (
        id text COLLATE "C" PRIMARY KEY,
        document text NOT NULL,
        name_skeleton text COLLATE "C",
        disabled_at bigint,
        unused_ms bigint,
        prune_at bigint,
        used_at bigint,
        awaited_until bigint,
        removed_at bigint
      );
      CREATE INDEX clients_by_skeleton ON clients (name_skeleton) WHERE name_skeleton IS NOT NULL;
      CREATE INDEX clients_by_prune ON clients (prune_at) WHERE prune_at IS NOT NULL;
      CREATE INDEX clients_never_used ON clients (prune_at) WHERE prune_at IS NOT NULL AND used_at IS NULL;

      CREATE TABLE accounts (
        subject text COLLATE "C" PRIMARY KEY,
        canonical_username text COLLATE "C" NOT NULL CONSTRAINT accounts_username UNIQUE,
        username text NOT NULL,
        name text NOT NULL,
        email text,
        password_hash text,
        roles text NOT NULL,
        valid_after bigint NOT NULL,
        disabled_at bigint,
        profile text
      );

      CREATE TABLE sessions (
        id bytea PRIMARY KEY,
        begun_as bytea NOT NULL,
        subject text NOT NULL,
        authenticated_at bigint NOT NULL,
        amr text NOT NULL,
        expires_at bigint NOT NULL
      );
      CREATE INDEX sessions_by_expiry ON sessions (expires_at);
      CREATE INDEX sessions_by_beginning ON sessions (begun_as);
      CREATE INDEX sessions_by_subject ON sessions (subject);

      CREATE TABLE session_clients (
        session_id bytea NOT NULL,
        client_id text COLLATE "C" NOT NULL,
        subject text NOT NULL,
        since bytea NOT NULL,
        expires_at bigint NOT NULL,
        PRIMARY KEY (session_id, client_id)
      );
      CREATE INDEX session_clients_by_expiry ON session_clients (expires_at);

      CREATE TABLE logout_deliveries (
        session_id bytea NOT NULL,
        client_id text COLLATE "C" NOT NULL,
        subject text NOT NULL,
        attempts integer NOT NULL,
        due_at bigint NOT NULL,
        expires_at bigint NOT NULL,
        PRIMARY KEY (session_id, client_id)
      );
      CREATE INDEX logout_deliveries_by_due ON logout_deliveries (due_at);
      CREATE INDEX logout_deliveries_by_expiry ON logout_deliveries (expires_at);

      CREATE TABLE transactions (
        id bytea PRIMARY KEY,
        browser_hash text NOT NULL,
        request text NOT NULL,
        created_at bigint NOT NULL,
        expires_at bigint NOT NULL,
        answered_at bigint
      ) PARTITION BY RANGE (id);
      CREATE TABLE transactions_rest PARTITION OF transactions DEFAULT WITH (fillfactor = 60);
      CREATE INDEX transactions_by_expiry ON transactions (expires_at);

      CREATE TABLE consents (
        subject text COLLATE "C" NOT NULL,
        client_id text COLLATE "C" NOT NULL,
        scope text NOT NULL,
        resources text NOT NULL,
        authorization_details text,
        given_at bigint NOT NULL,
        PRIMARY KEY (subject, client_id)
      );
      CREATE INDEX consents_by_client ON consents (client_id);

      CREATE TABLE codes (
        id bytea PRIMARY KEY,
        secret_hash bytea NOT NULL,
        client_id text NOT NULL,
        subject text NOT NULL,
        redirect_uri text NOT NULL,
        redirect_uri_was_sent boolean NOT NULL,
        challenge text,
        scope text NOT NULL,
        resources text NOT NULL,
        session_id bytea,
        authenticated_at bigint NOT NULL,
        issued_at bigint NOT NULL,
        expires_at bigint NOT NULL,
        authorization_id bytea,
        redeemed_at bigint,
        burned_at bigint,
        particulars text
      ) PARTITION BY RANGE (id);
      CREATE TABLE codes_rest PARTITION OF codes DEFAULT WITH (fillfactor = 60);
      CREATE INDEX codes_by_expiry ON codes (expires_at);

      CREATE TABLE authorizations (
        id bytea PRIMARY KEY,
        client_id text NOT NULL,
        subject text NOT NULL,
        scope text NOT NULL,
        resources text NOT NULL,
        session_id bytea,
        authenticated_at bigint NOT NULL,
        created_at bigint NOT NULL,
        nonce bytea,
        generation integer,
        rotated_at bigint,
        refresh_expires_at bigint,
        refresh_absolute_end bigint,
        ends_at bigint,
        revoked_at bigint,
        revoked_because text,
        prune_at bigint,
        particulars text
      ) WITH (fillfactor = 60);
      CREATE INDEX authorizations_by_prune ON authorizations (prune_at) WHERE prune_at IS NOT NULL;
      -- Of what ends when the person signs out; an authorization without openid is not in it.
      CREATE INDEX authorizations_of_session ON authorizations (session_id) WHERE
        revoked_at IS NULL AND
        strpos(' ' || scope || ' ', ' openid ') > 0 AND strpos(' ' || scope || ' ', ' offline_access ') = 0;

      CREATE TABLE opaque_tokens (
        id bytea PRIMARY KEY,
        secret_hash bytea NOT NULL,
        authorization_id bytea,
        client_id text NOT NULL,
        subject text NOT NULL,
        scope text NOT NULL,
        audience text NOT NULL,
        issued_at bigint NOT NULL,
        expires_at bigint NOT NULL,
        particulars text
      ) PARTITION BY RANGE (id);
      CREATE TABLE opaque_tokens_rest PARTITION OF opaque_tokens DEFAULT;
      CREATE INDEX opaque_tokens_by_expiry ON opaque_tokens (expires_at);

      CREATE TABLE revoked_tokens (
        id bytea PRIMARY KEY,
        expires_at bigint NOT NULL
      ) PARTITION BY RANGE (id);
      CREATE TABLE revoked_tokens_rest PARTITION OF revoked_tokens DEFAULT;
      CREATE INDEX revoked_tokens_by_expiry ON revoked_tokens (expires_at);

      CREATE TABLE used_once (
        key_hash bytea PRIMARY KEY,
        expires_at bigint NOT NULL
      );
      CREATE INDEX used_once_by_expiry ON used_once (expires_at);

      CREATE TABLE attempts (
        key_hash bytea PRIMARY KEY,
        count integer NOT NULL,
        window_end bigint NOT NULL
      ) WITH (fillfactor = 60);
      CREATE INDEX attempts_by_window_end ON attempts (window_end);

      CREATE TABLE pushed_requests (
        id bytea PRIMARY KEY,
        client_id text NOT NULL,
        parameters text NOT NULL,
        confirmation text,
        expires_at bigint NOT NULL
      ) PARTITION BY RANGE (id);
      CREATE TABLE pushed_requests_rest PARTITION OF pushed_requests DEFAULT;
      CREATE INDEX pushed_requests_by_expiry ON pushed_requests (expires_at);

      CREATE TABLE devices (
        id bytea PRIMARY KEY,
        secret_hash bytea NOT NULL,
        user_code_hash bytea NOT NULL UNIQUE,
        request text NOT NULL,
        issued_at bigint NOT NULL,
        expires_at bigint NOT NULL,
        interval_s integer NOT NULL,
        polled_at bigint,
        claimed_by text,
        outcome text,
        redeemed_at bigint
      ) WITH (fillfactor = 60);
      CREATE INDEX devices_by_expiry ON devices (expires_at);

      CREATE TABLE registration_tokens (
        id bytea PRIMARY KEY,
        secret_hash bytea NOT NULL,
        uses_left integer NOT NULL,
        expires_at bigint NOT NULL
      );
      CREATE INDEX registration_tokens_by_expiry ON registration_tokens (expires_at);

      CREATE TABLE signing_keys (
        kid text COLLATE "C" PRIMARY KEY,
        alg text NOT NULL,
        public_jwk text NOT NULL,
        sealed_private_key text NOT NULL,
        created_at bigint NOT NULL,
        active_from bigint NOT NULL,
        retire_at bigint NOT NULL
      );

      CREATE TABLE audit (
        id bytea PRIMARY KEY,
        at bigint NOT NULL,
        type text NOT NULL,
        outcome text NOT NULL,
        reason text,
        client_id text,
        subject text,
        authorization_id bytea,
        address text,
        request_id text,
        grant_type text,
        scope text,
        resource text,
        actor text,
        count integer NOT NULL,
        seal bigint
      );
      CREATE INDEX audit_by_seal ON audit (seal, id);

      CREATE TABLE audit_seals (
        number bigint PRIMARY KEY,
        sealed_at bigint NOT NULL,
        marks bytea NOT NULL,
        events_hash bytea NOT NULL,
        hash bytea NOT NULL,
        mac bytea NOT NULL
      );
      CREATE INDEX audit_seals_by_time ON audit_seals (sealed_at);

      CREATE TABLE refusals (
        key_hash bytea PRIMARY KEY,
        count integer NOT NULL,
        beyond integer NOT NULL,
        specimen text,
        window_end bigint NOT NULL
      ) WITH (fillfactor = 60);
      CREATE INDEX refusals_by_window_end ON refusals (window_end);

      CREATE TABLE turns (
        name text COLLATE "C" PRIMARY KEY
      );
      INSERT INTO turns VALUES ('registration'), ('signing_keys'), ('audit'), ('partitions');

      CREATE TABLE changes (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        position bigint,
        kind text NOT NULL,
        name text NOT NULL,
        dead_before bigint,
        expires_at bigint NOT NULL
      );
      CREATE UNIQUE INDEX changes_by_position ON changes (position) WHERE position IS NOT NULL;
      CREATE INDEX changes_without_position ON changes (id) WHERE position IS NULL;
      CREATE INDEX changes_by_expiry ON changes (expires_at);
      CREATE TABLE change_list (
        epoch text NOT NULL,
        last bigint NOT NULL
      );
      INSERT INTO change_list VALUES (replace(gen_random_uuid()::text, '-', ''), 0);

      CREATE FUNCTION tell_changes() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          PERFORM pg_notify('hufu_changes', '');
          RETURN NULL;
        END
      $$;
      CREATE TRIGGER changes_are_told AFTER INSERT ON changes FOR EACH ROW EXECUTE FUNCTION tell_changes();
    `,
  },
]
