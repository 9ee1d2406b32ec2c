import { resolve } from 'node:path'
import { exitCodes, isLoopback, readCommand } from './command.ts'
import { openDataFolder } from './data-folder.ts'
import { languageOf, words } from './words.ts'

process.exitCode = await main(process.argv.slice(2))

async function main(parameters: readonly string[]): Promise<number> {
  const command = readCommand(parameters)
  const language = languageOf(command?.lang, process.env)
  if (command === undefined) {
    console.error(words[language].usage)
    return exitCodes.usage
  }
  if (command.host !== undefined && !isLoopback(command.host)) {
    console.error(words[language].hostRefused(command.host))
    return exitCodes.unsafe
  }

  // What is not needed is not loaded: a refusal, and a job that finds no demo, come at once.
  const folder = openDataFolder(resolve(command.data))
  if (command.task === 'start') return (await import('./start.ts')).start(folder, language, command)

  const { resetDemo, runJobBeside } = await import('./beside.ts')
  return command.task === 'job' ? runJobBeside(folder, language) : resetDemo(folder, language)
}
