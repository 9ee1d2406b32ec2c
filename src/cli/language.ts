import type { Language } from '../protocol/resource.ts'

/**
 * The language of the command line: `--lang`, else what the terminal is set to, else English. `undefined` for a
 * `--lang` nobody speaks here.
 */
export function chooseLanguage(
  wish: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Language | undefined {
  if (wish !== undefined) return languageOf(wish)
  // POSIX: an empty variable counts as unset.
  const locale = [env['LC_ALL'], env['LC_MESSAGES'], env['LANG']].find((each) => each !== undefined && each !== '')

  return languageOf(locale ?? '') ?? 'en'
}

/** `--lang` is needed before the commands are built, since their help is in that language. */
export function findLanguageWish(args: readonly string[]): string | undefined {
  const at = args.findIndex((each) => each === '--lang' || each.startsWith('--lang='))
  if (at < 0) return undefined

  return args[at] === '--lang' ? (args[at + 1] ?? '') : args[at]!.slice('--lang='.length)
}

function languageOf(tag: string): Language | undefined {
  const primary = tag.toLowerCase().split(/[-_.@]/, 1)[0]
  if (primary === 'zh') return 'zh-CN'

  return primary === 'en' ? 'en' : undefined
}
