import type { Command } from 'commander'
import type { FilterOptions } from './commands/audit/filter.ts'
import type { Context } from './context.ts'
import type { StoreOptions } from './open-store.ts'
import type { Outcome } from './outcome.ts'

export const auditExamples: Readonly<Record<string, readonly string[]>> = {
  audit: ['hufu audit search --type sign_in --outcome refused', 'hufu audit verify'],
  'audit search': [
    'hufu audit search --client shop-analytics',
    'hufu audit search --since 15m --outcome refused --json',
  ],
  'audit tail': ['hufu audit tail', 'hufu audit tail --config hufu.config.json --type authorization_revoked'],
  'audit verify': ['hufu audit verify', 'hufu audit verify --config hufu.config.json --json'],
  'audit export': ['hufu audit export --since 2027-03-01 --until 2027-04-01', 'hufu audit export --since 7d --csv'],
}

type Add = (parent: Command, name: string, summary: string) => Command

/** `hufu audit …`: each command is loaded when it is called. */
export function addAuditCommands(
  program: Command,
  add: Add,
  context: Context,
  settle: (outcome: Outcome) => void,
  parseCount: (option: string, raw: string) => number,
): void {
  const words = context.words.audit
  const audit = add(program, 'audit', words.summary)
  const on = (name: string, summary: string) =>
    add(audit, name, summary).option('--data <folder>', words.data).option('--config <file>', words.config)
  const reading = (name: string, summary: string) =>
    on(name, summary)
      .option('--since <time>', words.since)
      .option('--until <time>', words.until)
      .option('--type <type>', words.type)
      .option('--outcome <outcome>', words.outcome)
      .option('--client <id>', words.client)
      .option('--subject <sub>', words.subject)
      .option('--authorization <id>', words.authorization)

  reading('search', words.search)
    .option('--limit <number>', words.limit)
    .action(async ({ limit = '100', ...options }: FilterOptions & { limit?: string }) => {
      const wanted = { ...options, limit: parseCount('--limit', limit) }
      settle(await (await import('./commands/audit/read.ts')).searchAudit(wanted, context))
    })
  reading('tail', words.tail).action(async (options: FilterOptions) =>
    settle(await (await import('./commands/audit/read.ts')).tailAudit(options, context)),
  )
  on('verify', words.verify)
    .option('--head <head>', words.remembered)
    .action(async (options: StoreOptions & { head?: string }) =>
      settle(await (await import('./commands/audit/verify.ts')).verify(options, context)),
    )
  reading('export', words.export)
    .option('--csv', words.csv)
    .action(async (options: FilterOptions & { csv?: boolean }) =>
      settle(await (await import('./commands/audit/read.ts')).exportAudit(options, context)),
    )
}
