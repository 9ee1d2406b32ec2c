/*
 * Loaded before Hufu, with `--import`: makes it a newer one, which knows further steps of the schema. One adds to tables
 * that every request uses; with HUFU_TEST_STEPS=2 a second one takes away, which older servers cannot live with.
 */
import type { Migration } from '../../src/store/migration.ts'
import { migrations as ofPostgres } from '../../src/store/postgres/schema.ts'
import { migrations as ofSqlite } from '../../src/store/sqlite/schema.ts'

const wanted = Number(process.env['HUFU_TEST_STEPS'] ?? 1)

for (const migrations of [ofPostgres, ofSqlite] as Migration[][]) {
  const number = migrations.length + 1
  const adds = ['clients', 'authorizations', 'codes', 'audit'].map(
    (table) => `ALTER TABLE ${table} ADD COLUMN note text;`,
  )
  const steps: readonly Migration[] = [
    { number, name: 'notes', sql: adds.join('\n') },
    { number: number + 1, name: 'no notes', requires: number + 1, sql: 'ALTER TABLE clients DROP COLUMN note' },
  ]
  migrations.push(...steps.slice(0, wanted))
}
