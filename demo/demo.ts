import { tapFetch } from 'hufu/inspector'
import { createListener } from 'hufu/node'
import { randomBytes } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { demoUser } from './account.ts'
import { usualPorts } from './command.ts'
import type { Ports } from './command.ts'
import { openControl } from './control.ts'
import type { DataFolder } from './data-folder.ts'
import { createDemoClock } from './demo-clock.ts'
import { makeDrillSecrets } from './drill-registrations.ts'
import { createDrills } from './drills.ts'
import { flowUrl } from './flow-url.ts'
import { runJob } from './job.ts'
import type { JobRun } from './job.ts'
import { openParties } from './parties.ts'
import type { Parties } from './parties.ts'
import { makePassword } from './password.ts'
import { openDoor } from './ports.ts'
import type { Door } from './ports.ts'
import type { Addresses } from './registrations.ts'
import { createWatch } from './watch.ts'
import type { Watch } from './watch.ts'
import type { Language } from './words.ts'

export interface DemoOptions {
  readonly folder: DataFolder
  readonly ports?: Partial<Ports>
}

export interface Demo extends Addresses {
  readonly inspector: string
  readonly account: { readonly email: string; readonly password: string }
  /** Ports that were taken, and what was taken instead. */
  readonly moved: readonly { readonly wanted: number; readonly got: number }[]
  /** Set if Shop Analytics is not where it usually is: the redirect URI that was registered. */
  readonly redirectUri: string | undefined
  runJob(language: Language): Promise<JobRun>
  /** Where the inspector shows the flow that holds this request. */
  flowUrl(requestId: string | undefined): string
  /** Back to the state of the first start, with the same addresses and the same password. */
  reset(): Promise<void>
  close(): Promise<void>
}

/**
 * Starts the three parties on this machine: the authorization server on `localhost`, where browsers allow passkeys,
 * the API and the app on `127.0.0.1`, so that they share no cookies with it.
 */
export async function startDemo({ folder, ports }: DemoOptions): Promise<Demo> {
  const wanted = { ...usualPorts, ...ports }
  const opened: Door[] = []
  const closeDoors = () => Promise.all(opened.splice(0).map((each) => each.close()))
  try {
    folder.create()
    // The doors come first, because every address is written into what stands behind them.
    let parties: Promise<Parties> | undefined
    for (const name of ['server', 'api', 'analytics'] as const)
      opened.push(
        await openDoor(
          wanted[name],
          name === 'server',
          listenerOf(name, () => parties),
        ),
      )
    const [server, api, analytics] = opened.map((each) => each.port)
    const taken: Ports = { server: server!, api: api!, analytics: analytics! }
    const addresses = addressesAt(taken)
    const inspector = `${addresses.issuer}/inspector`
    const drillSecrets = makeDrillSecrets()
    const secrets = {
      password: makePassword(),
      clientSecret: randomBytes(32).toString('base64url'),
      drills: drillSecrets,
    }
    const clock = createDemoClock()
    const watchedFetch = tapFetch((exchange) => watch.inspector.recordClientExchange(exchange))
    const drills = createDrills({ addresses, secrets: drillSecrets, clock, fetch: watchedFetch })
    const watch: Watch = createWatch(addresses, drills)
    const openAll = () => openParties(folder, addresses, secrets, watch, clock)
    parties = openAll()
    await parties

    const reset = async () => {
      const before = parties
      parties = (async () => {
        await (await before)?.close()
        folder.clear()
        watch.inspector.clear()
        return openAll()
      })()
      await parties
    }
    const control = await openControl({ reset, findFlow: (requestId) => watch.findFlow(requestId) })
    opened.push(control)
    folder.saveRunning({ ...addresses, inspector, pid: process.pid, control: control.running })

    return {
      ...addresses,
      inspector,
      account: { email: demoUser.email, password: secrets.password },
      moved: Object.entries(taken)
        .map(([name, got]) => ({ wanted: wanted[name as keyof Ports], got }))
        .filter((each) => each.wanted !== 0 && each.wanted !== each.got),
      redirectUri: taken.analytics === usualPorts.analytics ? undefined : `${addresses.analytics}/callback`,
      async runJob(language) {
        const { jobKey } = await parties!
        return runJob(addresses, jobKey, language, (exchange) => watch.inspector.recordClientExchange(exchange))
      },
      flowUrl: (requestId) => flowUrl(inspector, requestId === undefined ? undefined : watch.findFlow(requestId)),
      reset,
      async close() {
        if (opened.length === 0) return
        folder.forgetRunning()
        await closeDoors()
        await (await parties)?.close()
      },
    }
  } catch (error) {
    await closeDoors()
    throw error
  }
}

const addressesAt = ({ server, api, analytics }: Ports): Addresses => ({
  issuer: `http://localhost:${server}`,
  api: `http://127.0.0.1:${api}`,
  analytics: `http://127.0.0.1:${analytics}`,
})

/** Hands a request to the party behind the door, as soon as there is one: a reset takes a moment. */
function listenerOf(name: keyof Ports, find: () => Promise<Parties> | undefined): RequestListener {
  const answer: RequestListener = (request, response) => {
    const refuse = () => void response.writeHead(503, { 'retry-after': '1' }).end()
    const handOn = (parties: Parties | undefined) => {
      if (parties === undefined) refuse()
      else if (name === 'server') createListener(parties.server)(request, response)
      else parties[name](request, response)
    }
    Promise.resolve(find()).then(handOn, refuse)
  }
  return answer
}
