import type { Command } from 'commander'
import type { Context } from './context.ts'
import type { Outcome } from './outcome.ts'
import type { StoreOptions } from './open-store.ts'

export const databaseExamples: Readonly<Record<string, readonly string[]>> = {
  db: ['hufu db status', 'hufu db backup hufu-2027-03-31.backup'],
  'db status': ['hufu db status', 'hufu db status --config hufu.config.json --json'],
  'db migrate': ['hufu db migrate --plan', 'hufu db migrate --config hufu.config.json'],
  'db backup': ['hufu db backup hufu.backup', 'hufu db backup hufu.backup --config hufu.config.json'],
  'db restore': ['hufu db restore hufu.backup --end all', 'hufu db restore --in-place --end all --yes'],
  'db prune': ['hufu db prune', 'hufu db prune --dry-run'],
}

type Add = (parent: Command, name: string, summary: string) => Command

/** `hufu db …`: each command is loaded when it is called. */
export function addDatabaseCommands(
  program: Command,
  add: Add,
  context: Context,
  settle: (outcome: Outcome) => void,
): void {
  const words = context.words.db
  const db = add(program, 'db', words.summary)
  const on = (name: string, summary: string) =>
    add(db, name, summary).option('--data <folder>', words.data).option('--config <file>', words.config)

  on('status', words.status).action(async (options: StoreOptions) =>
    settle(await (await import('./commands/db/status.ts')).databaseStatus(options, context)),
  )
  on('migrate', words.migrate)
    .option('--plan', words.plan)
    .action(async (options: StoreOptions & { plan?: boolean }) =>
      settle(await (await import('./commands/db/migrate.ts')).migrateDatabase(options, context)),
    )
  on('backup', words.backup)
    .argument('<file>', words.backupFile)
    .action(async (file: string, options: StoreOptions) =>
      settle(await (await import('./commands/db/backup.ts')).backUpDatabase(file, options, context)),
    )
  on('restore', words.restore)
    .argument('[file]', words.restoreFile)
    .option('--end <what>', words.end)
    .option('--in-place', words.inPlace)
    .option('--replace', words.replace)
    .option('--yes', words.yes)
    .action(async (file: string | undefined, options) =>
      settle(await (await import('./commands/db/restore.ts')).restoreDatabase(file, options, context)),
    )
  on('prune', words.prune)
    .option('--dry-run', words.dryRun)
    .action(async (options: StoreOptions & { dryRun?: boolean }) =>
      settle(await (await import('./commands/db/prune.ts')).pruneDatabase(options, context)),
    )
}
