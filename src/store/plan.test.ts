import assert from 'node:assert/strict'
import { test } from 'node:test'
import { locksOf } from './plan.ts'

test('a step locks the tables that were there, each as strongly as its strongest statement', () => {
  const sql = `
    -- ALTER TABLE nothing ADD COLUMN x integer;
    CREATE TABLE fresh (id integer);
    CREATE INDEX fresh_by_id ON fresh (id);
    INSERT INTO fresh VALUES (1);
    UPDATE clients SET document = '{}';
    ALTER TABLE clients ADD COLUMN note text;
    CREATE INDEX CONCURRENTLY accounts_by_name ON accounts (name);
    CREATE UNIQUE INDEX audit_by_at
      ON audit (at);
    DROP TABLE IF EXISTS attempts;
  `

  assert.deepEqual(locksOf(sql), [
    { table: 'clients', lock: 'ACCESS EXCLUSIVE' },
    { table: 'accounts', lock: 'SHARE UPDATE EXCLUSIVE' },
    { table: 'audit', lock: 'SHARE' },
    { table: 'attempts', lock: 'ACCESS EXCLUSIVE' },
  ])
})

test('a step that only makes tables locks none', () => {
  assert.deepEqual(locksOf('CREATE TABLE one (id integer); CREATE INDEX i ON one (id)'), [])
})
