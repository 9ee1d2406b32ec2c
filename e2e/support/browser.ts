import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser } from 'playwright-core'

export type { Browser, BrowserContext, Page } from 'playwright-core'

/** A browser program, and what its process needs in the environment to start. */
export type BrowserProgram = { readonly path: string; readonly env: Readonly<Record<string, string>> }

const installed = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

/** Debian's names for what headless Chromium links to, for the message to a person. */
const debianPackages: Readonly<Record<string, string>> = {
  'libnss3.so': 'libnss3',
  'libnssutil3.so': 'libnss3',
  'libnspr4.so': 'libnspr4',
  'libplc4.so': 'libnspr4',
  'libplds4.so': 'libnspr4',
  'libexpat.so.1': 'libexpat1',
  'libgcc_s.so.1': 'libgcc-s1',
}

/**
 * Starts a headless Chromium that reaches this machine and nothing else: no name but localhost resolves, no proxy is
 * asked, nothing runs in the background.
 */
export function launchBrowser(): Promise<Browser> {
  const program = findBrowser()
  return chromium.launch({
    executablePath: program.path,
    env: { ...environment(), ...program.env },
    args: [
      '--no-sandbox', // Chromium refuses to run as root with it, and the pages are ours.
      '--no-proxy-server',
      '--no-pings',
      '--disable-domain-reliability',
      '--disable-gpu',
      '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE *.localhost , EXCLUDE 127.0.0.1 , EXCLUDE [::1]',
    ],
  })
}

/**
 * The machine's Chromium or Chrome (`CHROME_PATH` names another), else the one an npm package carries, which is unpacked
 * once into node_modules/.cache.
 */
export function findBrowser(): BrowserProgram {
  const chosen = process.env['CHROME_PATH']
  if (chosen !== undefined && !existsSync(chosen)) throw new Error(`CHROME_PATH is ${chosen}, which does not exist`)

  const path = chosen ?? installed.find((each) => existsSync(each))
  return path === undefined ? packagedBrowser() : { path, env: {} }
}

function packagedBrowser(): BrowserProgram {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error('No browser found. Install Chrome or Chromium, or name one: CHROME_PATH=/path/to/chrome')

  const folder = unpacked()
  const path = join(folder, 'chromium')
  const fonts = { FONTCONFIG_FILE: join(folder, 'fonts.conf') }
  if (missingLibraries(path).length === 0) return { path, env: fonts }

  // The package brings the libraries which a small Debian lacks; the machine's own come first where it has them.
  const libraries = { LD_LIBRARY_PATH: join(folder, 'al2023', 'lib') }
  const missing = missingLibraries(path, libraries)
  if (missing.length === 0) return { path, env: { ...fonts, ...libraries } }

  const packages = [...new Set(missing.map((each) => debianPackages[each] ?? each))].join(' ')
  throw new Error(
    `Chromium cannot start, libraries are missing: ${missing.join(', ')}. On Debian: apt-get install ${packages}`,
  )
}

/** Unpacks into a folder of this process first, so that a second test file sees all of it or nothing. */
function unpacked(): string {
  const entry = fileURLToPath(import.meta.resolve('@sparticuz/chromium'))
  const home = join(dirname(entry), '..')
  const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { version: string }
  const folder = join(home, '..', '..', '.cache', 'hufu', `chromium-${version}`)
  if (existsSync(folder)) return folder

  const staging = `${folder}.${process.pid}`
  mkdirSync(staging, { recursive: true })
  const archives = ['chromium.br', 'al2023.tar.br', 'fonts.tar.br'].map((name) => join(home, 'bin', name))
  const program = `import { inflate } from ${JSON.stringify(import.meta.resolve('@sparticuz/chromium'))}
    await Promise.all(${JSON.stringify(archives)}.map((each) => inflate(each)))`
  try {
    // The package unpacks into the temporary folder of its process and nowhere else.
    execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
      env: { ...environment(), TMPDIR: staging },
    })
    writeFileSync(join(staging, 'fonts.conf'), fontConfiguration(folder))
    renameSync(staging, folder)
  } catch (error) {
    rmSync(staging, { recursive: true, force: true })
    if (!existsSync(folder)) throw error // else another process was first
  }
  return folder
}

/** The machine's fonts where it has any, and the package's one beside them. */
function fontConfiguration(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${folder}/fonts</dir>
</fontconfig>
`
}

function missingLibraries(path: string, env: Readonly<Record<string, string>> = {}): string[] {
  const answer = linkedLibraries(path, env)
  return [...answer.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1] ?? '')
}

function linkedLibraries(path: string, env: Readonly<Record<string, string>>): string {
  try {
    return execFileSync('ldd', [path], { encoding: 'utf8', env: { ...environment(), ...env } })
  } catch {
    return '' // No ldd here: starting it will tell.
  }
}

function environment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((each): each is [string, string] => each[1] !== undefined),
  )
}
