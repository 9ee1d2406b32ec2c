import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { emptySeed, readSeed } from '../../server/seed.ts'
import { parseSettings } from '../../server/settings.ts'
import { openServer } from '../open-server.ts'
import { done, failed, printable } from '../outcome.ts'
import type { Fault, Outcome } from '../outcome.ts'
import type { Context } from '../context.ts'
import { exitSoon, untilStopped } from '../shutdown.ts'
import { describeThrown } from '../thrown.ts'
import { developmentMark } from '../unsafe.ts'

const host = '127.0.0.1'

/** On here unless the seed says otherwise or names a profile: each still needs a client that is registered for it. */
const developmentFeatures = { deviceGrant: true, tokenExchange: true, clientIdMetadataDocuments: true }

/**
 * A plain server for development and for tests by foreign clients (DECISIONS 19): this machine only, http, no demo
 * parties; on the PostgreSQL database that `HUFU_DATABASE` names, if it does. One line on stdout, `ready http://127.0.0.1:N`, when it can be used; it runs until it is told to stop.
 */
export async function dev(
  { port, data, seed: seedFile }: { readonly port: number; readonly data?: string; readonly seed?: string },
  { words, out, err, env }: Context,
): Promise<Outcome> {
  const folder = resolve(data ?? '.hufu/dev')
  const seed = seedFile === undefined ? { ok: true as const, value: emptySeed } : await readSeed(seedFile, true)
  if (!seed.ok) return failed({ code: 'HF-CONF-0712', cause: seed.error })
  const { resources, scopes, settings: chosen } = seed.value
  const settings = (taken: number) => ({
    issuer: `http://${host}:${taken}`,
    development: true,
    resources,
    scopes,
    ...chosen,
    features: { ...(chosen.profile === undefined && developmentFeatures), ...chosen.features },
    log: {
      fault: (thrown: unknown, where: string) => {
        const { type, message, stack } = describeThrown(thrown)
        err(`fault ${printable(`${where} ${type}: ${message} ${stack.replaceAll(/\n? {4}at /g, ' < ')}`)}\n`)
      },
    },
  })
  const checked = parseSettings(settings(port))
  if (!checked.ok) return failed({ code: 'HF-CONF-0712', cause: checked.error })

  const foreign = await markFolder(folder)
  if (foreign !== undefined) return failed(foreign)
  const stopped = untilStopped()
  const server = await openServer({
    folder,
    // Keys of a server with another secret do not open, so that a real one's database is not taken by mistake.
    database: env['HUFU_DATABASE'],
    host,
    port,
    // For tests of what balancers see; whoever develops does not wait.
    shutdownDelay: Number(env['HUFU_SHUTDOWN_DELAY'] ?? 0),
    seed: seed.value,
    settings,
  })
  if (!server.ok) return failed(server.error)
  err(`${words.dev.warning(folder)}\n`)
  out(`ready ${server.value.url}\n`)
  const fault = await Promise.race([stopped, server.value.over])
  if ((await server.value.close()).length > 0) exitSoon()
  err(`${words.dev.stopped}\n`)

  return fault === undefined ? done : failed(fault)
}

/** Marks the folder, so that `hufu start` never takes its weak secrets over; and keeps off the data of a real server. */
async function markFolder(folder: string): Promise<Fault | undefined> {
  const mark = join(folder, developmentMark)
  if (existsSync(join(folder, 'hufu.db')) && !existsSync(mark))
    return { code: 'HF-CONF-0709', cause: `${join(folder, 'hufu.db')} is there, and ${mark} is not` }
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await writeFile(mark, 'This folder is for development: `hufu start` refuses it.\n')
  } catch (error) {
    return { code: 'HF-DB-0801', cause: (error as Error).message }
  }

  return undefined
}
