import { readFileSync } from 'node:fs'
import { hasDisplay, openBrowser } from './browser.ts'
import { exitCodes, reasonOf, shorten } from './command.ts'
import type { Command } from './command.ts'
import { isAlive } from './control.ts'
import type { DataFolder } from './data-folder.ts'
import { startDemo } from './demo.ts'
import type { Demo } from './demo.ts'
import { screen } from './screen.ts'
import { words } from './words.ts'
import type { Language } from './words.ts'

/** Starts the demo and stays until it is told to stop. Resolves to the exit code. */
export async function start(folder: DataFolder, language: Language, command: Command): Promise<number> {
  const say = words[language]
  const other = folder.findRunning()
  if (other !== undefined && (await isAlive(other))) {
    console.error(say.alreadyRuns(other.issuer, shorten(folder.path)))
    return exitCodes.conflict
  }

  let demo: Demo
  try {
    demo = await startDemo({ folder, ports: command.ports })
  } catch (error) {
    console.error(say.failed(reasonOf(error)))
    return exitCodes.failed
  }

  const milliseconds = Math.round(performance.now())
  const isTerminal = process.stdin.isTTY && process.stdout.isTTY
  const mayOpen = isTerminal && command.mayOpen && hasDisplay(process.env, process.platform)
  const isOpened = mayOpen && (await openBrowser(demo.inspector))
  const show = (inLanguage: Language) =>
    console.log(
      screen(demo, {
        language: inLanguage,
        version: readVersion(),
        milliseconds,
        database: shorten(folder.database),
        isOpened,
        isTerminal,
      }),
    )
  return untilQuit(demo, language, isTerminal, show)
}

/** Serves until Ctrl-C, `q` or a signal; a second one does not wait for requests under way. */
function untilQuit(
  demo: Demo,
  first: Language,
  isTerminal: boolean,
  show: (language: Language) => void,
): Promise<number> {
  let language = first
  let isStopping = false

  return new Promise((resolveExit) => {
    const quit = async (code: number) => {
      if (isStopping) process.exit(code)
      isStopping = true
      if (isTerminal) process.stdin.setRawMode(false).pause()
      await demo.close().catch((error: unknown) => console.error(reasonOf(error)))
      if (isTerminal) console.log(`  ${words[language].stopped}`)
      resolveExit(code)
    }
    process.on('SIGINT', () => void quit(exitCodes.interrupted))
    process.on('SIGTERM', () => void quit(0))
    // A launcher that was killed can ask no more; the three parties must not keep their ports without it.
    const launcher = process.ppid
    const watch = setInterval(() => {
      if (process.ppid === launcher) return
      clearInterval(watch)
      void quit(0)
    }, 500)
    watch.unref()
    if (process.env['HUFU_STARTED_BY'] !== String(launcher)) clearInterval(watch)
    show(language)
    if (!isTerminal) return

    const actions: Readonly<Record<string, () => unknown>> = {
      i: () => openBrowser(demo.inspector),
      a: () => openBrowser(demo.analytics),
      j: async () => {
        const run = await demo.runJob(language)
        console.log([...run.lines, `  ${words[language].watch(demo.flowUrl(run.requestId))}`].join('\n'))
      },
      r: async () => {
        await demo.reset()
        console.log(`  ${words[language].didReset}`)
      },
      l: () => {
        language = language === 'en' ? 'zh-CN' : 'en'
        show(language)
      },
      h: () => console.log(`\n  ${words[language].help}`),
      q: () => quit(0),
      '\u0003': () => quit(exitCodes.interrupted),
    }
    process.stdin.setRawMode(true).setEncoding('utf8')
    process.stdin.on('data', async (key: string) => {
      try {
        await actions[key.toLowerCase()]?.()
      } catch (error) {
        console.error(`  ${reasonOf(error)}`)
      }
    })
  })
}

const readVersion = () =>
  (JSON.parse(readFileSync(new URL('package.json', import.meta.resolve('hufu')), 'utf8')) as { version: string })
    .version
