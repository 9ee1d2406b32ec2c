import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { promisify } from 'node:util'
import { approve } from '../support/approve.ts'

/*
 * Runs the commands of the tutorials as they stand there, in a shell at the root of the repository. Replaced are ports,
 * so that nothing on the machine is in the way, and folders, so that nothing is left behind.
 */

const root = join(import.meta.dirname, '../..')
const run = promisify(execFile)

test('[UX-10.1] the tutorial "Protect your first API" does what it says, command by command', async (t) => {
  await follow(t, 'protect-your-first-api', ['seed.json', 'first-api.ts'])
})

test('[UX-10.1] the tutorial "Embed the server" does what it says, in 25 lines', async (t) => {
  await follow(t, 'embed', ['embed.ts'])

  assert.ok(example('embed.ts').trimEnd().split('\n').length <= 25)
})

test('[UX-10.1] the tutorial "An MCP server" does what it says, with a client that nobody has registered', async (t) => {
  // req: MCP-AS-2-01, O21-8.2-01
  await follow(t, 'mcp-server', [])
})

test('[UX-10.1] the drills of the tutorial "Run the flow" are those of the demo, with their codes', async () => {
  const explain = /^npm exec -- hufu errors explain (\S+)$/m.exec(page('run-the-flow'))
  const { stdout } = await run('bash', ['-ec', explain?.[0] ?? 'false'], { cwd: root })
  assert.ok(stdout.includes(`${explain?.[1]}  `))

  const drills = Array.from(
    readFileSync(join(root, 'demo/drills.ts'), 'utf8').matchAll(/name: '[a-z-]+',\s+code: '(HF-[A-Z]+-\d{4})'/g),
    ([, code = '']) => code,
  )
  const listed = Array.from(page('run-the-flow').matchAll(/^\| .*\[(HF-[A-Z]+-\d{4})\]/gm), ([, code = '']) => code)

  assert.equal(drills.length, 11)
  assert.deepEqual(listed.toSorted(), drills.toSorted())
})

/** Shows that the page has these example files as they are, and that every command prints what stands below it. */
async function follow(t: TestContext, name: string, examples: readonly string[]): Promise<void> {
  const blocks = Array.from(page(name).matchAll(/^```(\w+)\n(.*?)^```$/gms), ([, kind = '', text = '']) => ({
    kind,
    text,
  }))
  const files = blocks.filter(({ kind }) => kind === 'ts' || kind === 'json').map(({ text }) => text)
  assert.deepEqual(files, examples.map(example))

  const place = await preparePlace(t, examples)
  const steps = blocks.flatMap(({ kind, text }, at) =>
    kind === 'sh' ? [{ command: text, after: blocks[at + 1] }] : [],
  )
  assert.ok(steps.length >= 2)
  for (const { command, after } of steps) {
    assert.equal(after?.kind, 'text', command)
    const printed = await execute(t, place.replace(command), place.env)
    for (const line of place
      .replace(after?.text ?? '')
      .trimEnd()
      .split('\n'))
      assert.ok(printed.includes(line), `${command}\nprinted\n${printed}\nwithout\n${line}`)
  }
}

/** What says `ready` goes on running, as in a terminal of its own; everything else ends. */
async function execute(t: TestContext, command: string, env: NodeJS.ProcessEnv): Promise<string> {
  if (command.includes('/notes.ts')) return executeWithPerson(command)
  if (!/^npm (?:run dev|run demo:mcp|exec -- node)/.test(command)) {
    const { stdout } = await run('bash', ['-ec', command], { cwd: root })
    return stdout
  }
  const child = spawn('bash', ['-ec', command], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  t.after(() => end(child))
  let complaints = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text))

  return new Promise((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => line.startsWith('ready ') && resolve(`${line}\n`))
    child.once('exit', (status) => reject(new Error(`${command} ended with ${status}\n${complaints}`)))
  })
}

/** A program that sends its person to the browser: whatever address it prints is opened there, and allowed. */
async function executeWithPerson(command: string): Promise<string> {
  const child = spawn('bash', ['-ec', command], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  let printed = ''
  for await (const line of createInterface(child.stdout)) {
    printed += `${line}\n`
    const url = /^open (.+)$/.exec(line)?.[1]
    if (url !== undefined) await fetch(await approve(url, { username: 'mei', password: 'plum-blossom-17' }))
  }
  assert.deepEqual((await ended)[0], 0)

  return printed
}

/** The shell and all it started. */
async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null) return
  const ended = once(child, 'exit')
  process.kill(-child.pid, 'SIGTERM')
  await ended
}

async function preparePlace(t: TestContext, examples: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'hufu-tutorial-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const [server, api] = [await findFreePort(), await findFreePort()]
  const replace = (text: string) =>
    text
      .replaceAll('9110', String(server))
      .replaceAll('9120', String(api))
      .replaceAll('examples/first-steps/', `${folder}/`)
      .replaceAll(/\.hufu\/[a-z-]+/g, `${folder}/data`)
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  for (const name of examples) writeFileSync(join(folder, name), replace(example(name)))

  return { replace, env: { ...process.env, ISSUER_PORT: String(server), PORT: String(api) } }
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')

  return port
}

const example = (name: string) => readFileSync(join(root, 'examples/first-steps', name), 'utf8')

const page = (name: string) => readFileSync(join(root, `docs/en/tutorial/${name}.md`), 'utf8')
