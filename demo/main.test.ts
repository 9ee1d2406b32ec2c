import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'

const program = join(import.meta.dirname, 'main.ts')

test('[UX-1.6] a demo that others on the network could reach is refused as unsafe, and nothing is begun', async (t) => {
  const folder = join(temporary(t), 'data')

  for (const host of ['0.0.0.0', '::', '192.168.1.20', 'example.com', '']) {
    const { code, stdout, stderr } = await run(['--host', host, '--data', folder])
    assert.equal(code, 8, host)
    assert.equal(stdout, '')
    assert.match(stderr, /^Refused: --host/)
  }
  assert.equal(existsSync(folder), false)
})

test('[UX-1.5] without a terminal the lines are plain, tell what is where, and there is no key help', async (t) => {
  // req: UX-1.1
  const data = join(temporary(t), 'data')
  const demo = await startProgram(t, data)

  assert.match(demo.text, /HUFU \d+\.\d+\.\d+ {3}demo ready in \d+ ms\n/)
  assert.match(demo.text, /Flow inspector +http:\/\/localhost:\d+\/inspector\n/)
  assert.match(demo.text, /Authorization server +http:\/\/localhost:\d+\n/)
  assert.match(demo.text, /Order API +http:\/\/127\.0\.0\.1:\d+ +resource server\n/)
  assert.match(demo.text, /Shop Analytics +http:\/\/127\.0\.0\.1:\d+ +third-party app: code \+ PKCE\n/)
  assert.match(demo.text, /Sign in as +li\.wei@example\.com {2}\/ {2}[a-z]+-[a-z]+-\d\d\n/)
  assert.match(demo.text, /loopback only, not for production\n/)
  // oxlint-disable-next-line no-control-regex
  assert.doesNotMatch(demo.text, /\u001b|j run the job|opened in your browser/)
  assert.equal(demo.errors(), '')
})

test('[UX-1.1] the job runs beside the demo, and says how to start one if there is none', async (t) => {
  const data = join(temporary(t), 'data')
  const alone = await run(['job', '--data', data])
  const demo = await startProgram(t, data)
  const beside = await run(['job', '--data', data])
  await demo.stop()
  const after = await run(['job', '--data', data])

  assert.equal(alone.code, 7)
  assert.match(alone.stderr, /No demo is running .* Start one with "npm start"/)
  assert.equal(beside.code, 0, beside.stderr)
  assert.match(
    beside.stdout,
    /^ {2}C [^]*\n {2}D [^]*\n {2}E [^]*\n {2}F {2}200 [^]*\n {2}A and B [^]*\n {2}Watch it again: http:\/\/localhost:\d+\/inspector\?kind=machine&flow=fl_\w+\n$/,
  )
  assert.equal(after.code, 7)
})

test('[UX-1.6] "demo reset" puts a running demo and a stopped one back to their first start', async (t) => {
  const data = join(temporary(t), 'data')
  const demo = await startProgram(t, data)

  const running = await run(['reset', '--data', data])
  const job = await run(['job', '--data', data])
  await demo.stop()
  const stopped = await run(['reset', '--data', data])

  assert.equal(running.code, 0, running.stderr)
  assert.equal(job.code, 0, job.stderr)
  assert.equal(stopped.code, 0)
  assert.equal(existsSync(join(data, 'demo.db')), false)
})

test('[UX-1.5] a second demo on the same data is refused, and the first goes on', async (t) => {
  const data = join(temporary(t), 'data')
  await startProgram(t, data)

  const second = await run(['--data', data, '--port', '0', '--api-port', '0', '--analytics-port', '0'])

  assert.equal(second.code, 6)
  assert.match(second.stderr, /A demo already runs/)
  assert.equal((await run(['job', '--data', data])).code, 0)
})

test('[UX-1.1] a signal ends the demo cleanly', async (t) => {
  const data = join(temporary(t), 'data')
  const demo = await startProgram(t, data)

  assert.equal(await demo.stop(), 0)
  assert.equal(existsSync(join(data, 'demo.json')), false)
})

test('[UX-1.1] options that are none are explained', async () => {
  for (const wrong of [['--nonsense'], ['job', 'twice'], ['dance'], ['--port', 'many'], ['--port', '70000']]) {
    const { code, stderr } = await run(wrong)
    assert.equal(code, 2, wrong.join(' '))
    assert.match(stderr, /^Usage: npm start/)
  }
})

function temporary(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'hufu-demo-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))

  return path
}

function spawnProgram(parameters: readonly string[]) {
  const environment = { ...process.env, LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' }
  return spawn(process.execPath, [program, ...parameters], { stdio: ['ignore', 'pipe', 'pipe'], env: environment })
}

async function run(parameters: readonly string[]) {
  const child = spawnProgram(parameters)
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => (stdout += chunk))
  child.stderr.on('data', (chunk) => (stderr += chunk))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))

  return { code, stdout, stderr }
}

async function startProgram(t: TestContext, data: string) {
  const child = spawnProgram(['--data', data, '--port', '0', '--api-port', '0', '--analytics-port', '0'])
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const stop = () => {
    child.kill('SIGTERM')
    return ended
  }
  // Before its folder is removed, which is registered earlier and so would run first.
  t.after(stop)
  let text = ''
  let errors = ''
  child.stderr.on('data', (chunk) => (errors += chunk))
  await new Promise<void>((resolve, reject) => {
    child.once('close', () => reject(new Error(`the demo ended: ${errors}`)))
    child.stdout.on('data', (chunk) => {
      text += chunk
      if (text.includes('not for production')) resolve()
    })
  })

  return { text, errors: () => errors, stop }
}
