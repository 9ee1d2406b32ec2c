import { servers } from '../targets.ts'
import type { Server, Target } from '../targets.ts'
import { person } from '../world.ts'
import { walk } from './browser.ts'
import { startServer } from './server-process.ts'

/** Starts a server with its data in the folder. The error says what to do if a package is missing. */
export async function openTarget(server: Server, arguments_: readonly string[]): Promise<Target> {
  try {
    const child = await startServer(server.file, arguments_)
    const { places } = child
    let cookie: Promise<string> | undefined

    return {
      ...server,
      process: child,
      places,
      cookie: () =>
        (cookie ??= walk(places.port, server.signIn(places), {
          username: person.username,
          password: person.password,
          decision: 'allow',
        })),
    }
  } catch (error) {
    throw new Error(
      `${server.name} did not start. If ${server.package ?? 'a package'} is missing, npm ci brings it; --servers leaves it out.`,
      { cause: error },
    )
  }
}

/** @param database an address of PostgreSQL; a file in the folder without it */
export const openHufu = (folder: string, database?: string, issuer?: string): Promise<Target> =>
  openTarget(
    servers.find(({ name }) => name === 'hufu')!,
    [folder, database ?? '', issuer ?? ''],
  )
