import { exitCodes, reasonOf, shorten } from './command.ts'
import { isAlive, order } from './control.ts'
import type { DataFolder } from './data-folder.ts'
import { flowUrl } from './flow-url.ts'
import { words } from './words.ts'
import type { Language } from './words.ts'

/** The job as a program of its own: all it shares with the demo is its key and the addresses. */
export async function runJobBeside(folder: DataFolder, language: Language): Promise<number> {
  const say = words[language]
  const running = folder.findRunning()
  const key = folder.findJobKey()
  if (running === undefined || key === undefined || !(await isAlive(running))) {
    console.error(say.noDemo(shorten(folder.path)))
    return exitCodes.unreachable
  }

  try {
    const { runJob } = await import('./job.ts')
    const run = await runJob(running, key, language)
    const found = (await order(running.control, 'GET', `/flow?request=${run.requestId ?? ''}`)) as { flow?: string }
    console.log([...run.lines, `  ${say.watch(flowUrl(running.inspector, found.flow))}`].join('\n'))
    return run.ok ? 0 : exitCodes.failed
  } catch (error) {
    console.error(say.jobFailed(reasonOf(error)))
    return exitCodes.failed
  }
}

/** Puts the demo back to its first start, whether it runs or not. */
export async function resetDemo(folder: DataFolder, language: Language): Promise<number> {
  const running = folder.findRunning()
  if (running !== undefined && (await isAlive(running))) {
    await order(running.control, 'POST', '/reset')
    console.log(`  ${words[language].didReset}`)
    return 0
  }

  folder.clear()
  folder.forgetRunning()
  console.log(`  ${words[language].didResetFiles}`)
  return 0
}
