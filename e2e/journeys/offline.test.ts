import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { freePorts, launcher, startDemoProcess } from '../support/demo-process.ts'

const recorder = new URL('../support/record-connections.ts', import.meta.url).href

test('[UX-1.4] the demo and the job reach this machine and try no other', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'hufu-offline-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'connections')
  const watched = { NODE_OPTIONS: `--import=${recorder}`, HUFU_CONNECTIONS: file }
  const demo = await startDemoProcess(watched)
  t.after(demo.stop)
  const env = { ...process.env, ...watched }

  for (const each of [demo.inspector, demo.issuer, demo.api, demo.analytics])
    assert.equal((await fetch(each)).status, 200)
  const job = spawnSync(process.execPath, [launcher, 'demo', 'job', '--data', demo.data], { env, encoding: 'utf8' })
  const seen = readFileSync(file, 'utf8').trim().split('\n')
  const proof = spawnSync(process.execPath, ['--eval', 'fetch("http://192.0.2.1/").catch(() => {})'], { env })

  assert.equal(job.status, 0, job.stderr)
  assert.match(job.stdout, /^ {2}F {2}200 /m)
  assert.deepEqual(
    seen.filter((line) => !line.startsWith('here ')),
    [],
  )
  assert.ok(seen.length >= 3, 'the job asks for a token and calls the API')
  assert.equal(proof.status, 0)
  assert.match(
    readFileSync(file, 'utf8'),
    /^away connect 192\.0\.2\.1$/m,
    'a connection elsewhere would have been seen',
  )
})

test('[UX-1.4] both commands succeed where there is no network at all', { skip: withoutNamespaces() }, (t) => {
  const data = mkdtempSync(join(tmpdir(), 'hufu-offline-'))
  t.after(() => rmSync(data, { recursive: true, force: true }))
  const script = `
    ip link set lo up || exit 90
    "$@" > "$0/out" 2> "$0/errors" & demo=$!
    until grep -q 'not for production' "$0/out"; do kill -0 $demo || exit 91; sleep 0.1; done
    "$1" "$2" demo job --data "$0"; code=$?
    kill $demo; wait $demo
    exit $code`
  const command = [process.execPath, launcher, 'demo', '--data', data, ...freePorts]

  const run = spawnSync('unshare', ['--map-root-user', '--net', '--kill-child', 'sh', '-c', script, data, ...command], {
    encoding: 'utf8',
    timeout: 60_000,
  })

  assert.equal(run.status, 0, run.stderr)
  assert.match(run.stdout, /^ {2}F {2}200 /m)
})

/** Why not, on a machine where a program cannot be put into a network of its own. */
function withoutNamespaces(): string | false {
  const { status } = spawnSync('unshare', ['--map-root-user', '--net', 'ip', 'link', 'set', 'lo', 'up'])

  return status === 0 ? false : 'needs unshare and ip of Linux, and the right to use them'
}
