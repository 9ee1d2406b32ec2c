import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { trustProxies } from '../http/forwarded.ts'
import type { Config } from '../server/config.ts'
import type { Seed } from '../server/seed.ts'
import { parseSettings } from '../server/settings.ts'
import type { Fault } from './outcome.ts'

/** What must not go into production; all of it is told at once, and no port is opened (UX section 7). */
export async function findUnsafe(config: Config, seed: Seed): Promise<readonly Fault[]> {
  return [
    ...findBadSettings(config, seed),
    ...findPlainHttp(config),
    ...findBadProxies(config),
    ...(await findOpenSeed(config, seed)),
    ...findSamples(seed),
    ...findPathOfInspector(config),
    ...findForeignData(config),
  ]
}

/** The name of the file by which a data folder is known to be for development. */
export const developmentMark = 'development'

/** The settings of the file and those of the seed are one; in both the file comes first. */
export const settingsOf = ({ issuer, settings }: Config, seed: Seed) => ({
  ...settings,
  issuer,
  resources: [...settings.resources, ...seed.resources],
  scopes: [...settings.scopes, ...seed.scopes],
})

function findBadSettings(config: Config, seed: Seed): readonly Fault[] {
  const options = settingsOf(config, seed)
  const checked = parseSettings(options)
  if (checked.ok) return []
  if (!checked.error.startsWith('issuer:')) return [{ code: 'HF-CONF-0711', cause: checked.error }]
  // The issuer is looked at first; what else is wrong shall be told as well.
  const others = parseSettings({ ...options, issuer: 'https://issuer.example' })

  return [
    { code: 'HF-CONF-0701', cause: checked.error },
    ...(others.ok ? [] : [{ code: 'HF-CONF-0711', cause: others.error } as const]),
  ]
}

function findPlainHttp({ host, behindTlsProxy }: Config): readonly Fault[] {
  const isLoopback = host === 'localhost' || (isIP(host) === 4 && host.startsWith('127.')) || host === '::1'

  return isLoopback || behindTlsProxy ? [] : [{ code: 'HF-CONF-0702', cause: `listen.host is ${host}` }]
}

/** Its links begin at the root of the host. */
function findPathOfInspector({ inspector, issuer }: Config): readonly Fault[] {
  return inspector && (URL.parse(issuer)?.pathname ?? '/') !== '/'
    ? [{ code: 'HF-CONF-0711', cause: 'inspector.enabled: only for an issuer without a path' }]
    : []
}

function findBadProxies({ trustedProxies }: Config): readonly Fault[] {
  const trusted = trustProxies(trustedProxies)

  return trusted.ok ? [] : [{ code: 'HF-CONF-0711', cause: trusted.error }]
}

async function findOpenSeed({ seed: file }: Config, seed: Seed): Promise<readonly Fault[]> {
  const holdsSecrets = seed.users.length > 0 || seed.clients.some((each) => each['client_secret'] !== undefined)

  return file !== undefined && holdsSecrets ? findOpen(file) : []
}

/** @param file the configuration itself, which holds the password of the database if its address does */
export const findOpenConfig = async (file: string, { database }: Config): Promise<readonly Fault[]> =>
  database !== undefined && URL.parse(database)?.password !== '' ? findOpen(file) : []

async function findOpen(file: string): Promise<readonly Fault[]> {
  if (process.platform === 'win32') return []
  const { mode } = await stat(file)

  return (mode & 0o077) === 0 ? [] : [{ code: 'HF-CONF-0704', cause: `${file} has mode ${(mode & 0o777).toString(8)}` }]
}

/** Names that are reserved for examples (RFC 2606, RFC 6761) belong to nobody (attack row AD-07). */
const sample = /@(?:.+\.)?(?:example(?:\.(?:com|net|org))?|test|invalid|localhost)$/i

function findSamples({ users }: Seed): readonly Fault[] {
  return users.flatMap(({ username, email }, at): Fault[] =>
    sample.test(username) || sample.test(email ?? '')
      ? [{ code: 'HF-CONF-0705', cause: `users[${at}] is of a domain for examples` }]
      : [],
  )
}

function findForeignData({ data }: Config): readonly Fault[] {
  const found = [developmentMark, 'demo.db', 'demo.json'].find((each) => existsSync(join(data, each)))

  return found === undefined ? [] : [{ code: 'HF-CONF-0707', cause: `${join(data, found)} is there` }]
}
