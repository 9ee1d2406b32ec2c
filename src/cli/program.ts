import { Command, CommanderError, Option } from 'commander'
import { nearest } from '../base/nearest.ts'
import { addAuditCommands, auditExamples } from './audit-program.ts'
import type { Context } from './context.ts'
import type { StoreOptions } from './open-store.ts'
import { chooseLanguage, findLanguageWish } from './language.ts'
import { describeFault, exits, printable } from './outcome.ts'
import type { Outcome } from './outcome.ts'
import { addDatabaseCommands, databaseExamples } from './db-program.ts'
import { hufuVersion } from '../server/package.ts'
import { widthOf } from './table.ts'
import { wordsIn } from './words.ts'
import type { Words } from './words.ts'

const terminal: Pick<Context, 'out' | 'err'> = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
}

/** Two examples for each command; they are run by its test. */
export const examples: Readonly<Record<string, readonly string[]>> = {
  '': ['hufu demo', 'hufu dev --seed seed.json'],
  demo: ['hufu demo', 'hufu demo job'],
  dev: ['hufu dev', 'hufu dev --port 0 --data .hufu/dev --seed seed.json'],
  start: ['hufu start --config hufu.config.json', 'hufu start --config hufu.config.json --lang zh-CN'],
  ...databaseExamples,
  'registration-token': ['hufu registration-token', 'hufu registration-token --uses 20 --days 7'],
  ...auditExamples,
  errors: ['hufu errors list', 'hufu errors explain HF-TOKEN-0204'],
  'errors list': ['hufu errors list', 'hufu errors list --json'],
  'errors explain': ['hufu errors explain HF-TOKEN-0204', 'hufu errors explain HF-AUTHZ-0104 --lang zh-CN'],
  version: ['hufu version', 'hufu version --json'],
}

/**
 * Runs one command. Data goes to stdout, everything else to stderr; each command is loaded when it is called, so that
 * `--help` stays fast (UX-6.1).
 *
 * @returns the exit code (UX section 6)
 */
export async function run(
  args: readonly string[],
  env: Context['env'],
  { out, err }: Pick<Context, 'out' | 'err'> = terminal,
): Promise<number> {
  const chosen = chooseLanguage(findLanguageWish(args), env)
  const language = chosen ?? 'en'
  const words = wordsIn(language)
  const asJson = args.includes('--json')
  const context: Context = { language, words, asJson, env, out, err }
  const complain = (problem: string, command: string) => {
    err(`hufu: ${problem}\n${words.problems.seeHelp(command)}\n`)
    return exits.usage
  }
  if (chosen === undefined) return complain(words.problems.badLanguage, 'hufu')

  let exit: number = exits.ok
  const settle = (outcome: Outcome) => {
    if (outcome.kind === 'done') return
    for (const fault of outcome.faults) err(`${describeFault(fault, language, asJson)}\n`)
    exit = outcome.exit
  }
  const program = build(context, settle)
  try {
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) {
      err(`hufu: ${words.problems.fault(printable((error as Error).message))}\n`)
      return exits.failed
    }
    // Help and version end this way too.
    if (error.exitCode === 0) return exits.ok
    const problem = explain(error, program, args, words)
    return problem === undefined ? exits.usage : complain(problem.text, problem.command)
  }

  return exit
}

function build(context: Context, settle: (outcome: Outcome) => void): Command {
  const { words } = context
  const program = prepare(new Command('hufu'), context).description(words.program)
  withExamples(program, '', words).version(hufuVersion(), '-V, --version', words.showVersion)
  const add = (parent: Command, name: string, summary: string) => {
    const command = prepare(new Command(name), context).description(summary).summary(summary)
    parent.addCommand(command)
    const path = parent === program ? name : `${parent.name()} ${name}`
    return withExamples(command, path, words)
  }

  add(program, 'demo', words.demo.summary)
    .argument('[task...]', words.demo.task)
    // Its options are its own: they are handed on as they are.
    .allowUnknownOption()
    .action(async (_task, _options, command: Command) =>
      settle(await (await import('./commands/demo.ts')).demo(command.args, context)),
    )
  add(program, 'dev', words.dev.summary)
    .option('--port <number>', words.dev.port)
    .option('--data <folder>', words.dev.data)
    .option('--seed <file>', words.dev.seed)
    .action(async (options: { port?: string; data?: string; seed?: string }) =>
      settle(await (await import('./commands/dev.ts')).dev({ ...options, port: parsePort(options.port) }, context)),
    )
  add(program, 'start', words.start.summary)
    .option('--config <file>', words.start.config)
    .action(async ({ config }: { config?: string }) =>
      settle(await (await import('./commands/start.ts')).start(config, context)),
    )
  add(program, 'registration-token', words.registrationToken.summary)
    .option('--data <folder>', words.registrationToken.data)
    .option('--config <file>', words.registrationToken.config)
    .option('--uses <number>', words.registrationToken.uses)
    .option('--days <number>', words.registrationToken.days)
    .action(async ({ uses, days, ...where }: StoreOptions & { uses?: string; days?: string }) => {
      const wanted = { ...where, uses: parseCount('--uses', uses), days: parseCount('--days', days) }
      const { registrationToken } = await import('./commands/registration-token.ts')
      settle(await registrationToken(wanted, context))
    })
  addAuditCommands(program, add, context, settle, parseCount)
  addDatabaseCommands(program, add, context, settle)
  const errors = add(program, 'errors', words.errors.summary)
  add(errors, 'list', words.errors.list).action(async () =>
    settle((await import('./commands/errors.ts')).listErrors(context)),
  )
  add(errors, 'explain', words.errors.explain)
    .argument('<code>', words.errors.code)
    .action(async (code: string) => settle((await import('./commands/errors.ts')).explainError(code, context)))
  add(program, 'version', words.version).action(async () =>
    settle((await import('./commands/version.ts')).version(context)),
  )

  return program
}

const withExamples = (command: Command, path: string, words: Words) =>
  command.addHelpText('after', `\n${words.examples}\n  ${(examples[path] ?? []).join('\n  ')}`)

/** Every command alike: no exit of its own, errors in our words, titles in the language. */
function prepare(command: Command, { words, out, err }: Context): Command {
  return command
    .exitOverride()
    .helpOption('-h, --help', words.help)
    .helpCommand(false)
    .addOption(new Option('--lang <tag>', words.lang))
    .addOption(new Option('--json', words.json))
    .configureOutput({ outputError: () => {}, writeOut: out, writeErr: err })
    .configureHelp({
      styleTitle: (title) => words.titles[title as keyof Words['titles']] ?? title,
      displayWidth: widthOf,
    })
}

function parsePort(raw: string | undefined): number {
  if (raw === undefined) return 9110
  const port = Number(raw)
  if (!/^\d{1,5}$/.test(raw) || port > 65535) throw new CommanderError(exits.usage, 'hufu.badPort', raw)

  return port
}

function parseCount(option: string, raw = '1'): number {
  if (!/^[1-9]\d{0,5}$/.test(raw)) throw new CommanderError(exits.usage, 'hufu.badNumber', `'${option}'`)

  return Number(raw)
}

/** Commander's complaint in our words; `undefined` where it has shown the help instead. */
function explain(
  error: CommanderError,
  program: Command,
  args: readonly string[],
  { problems }: Words,
): { readonly text: string; readonly command: string } | undefined {
  const command = deepest(program, args)
  const word = printable(/'([^']*)'/.exec(error.message)?.[1] ?? '').slice(0, 80)
  const meant = (candidates: readonly string[]) => {
    const found = nearest(word, candidates)
    return found === undefined ? '' : problems.meant(found)
  }
  const commands = command.commands.map((each) => each.name())
  const options = command.options.map((each) => each.long ?? '')
  const texts: Readonly<Record<string, string>> = {
    'commander.help': problems.noCommand,
    'commander.unknownCommand': problems.unknownCommand(word) + meant(commands),
    'commander.unknownOption': problems.unknownOption(word) + meant(options),
    'commander.missingArgument': problems.missingArgument(word),
    'commander.optionMissingArgument': problems.missingValue(word),
    'commander.missingMandatoryOptionValue': problems.missingOption(word),
    'commander.excessArguments': problems.tooMany,
    'hufu.badPort': problems.badPort,
    'hufu.contrary': problems.contrary,
    'hufu.badEnd': problems.badEnd,
    'hufu.badNumber': problems.badNumber(word),
  }

  return error.code === 'commander.help'
    ? undefined
    : { text: texts[error.code] ?? error.message, command: pathOf(command) }
}

function deepest(command: Command, args: readonly string[]): Command {
  const [next] = args.flatMap((each) => command.commands.filter((inner) => inner.name() === each))

  return next === undefined ? command : deepest(next, args.slice(args.indexOf(next.name()) + 1))
}

function pathOf(command: Command): string {
  const { parent } = command
  return parent === null ? command.name() : `${pathOf(parent)} ${command.name()}`
}
