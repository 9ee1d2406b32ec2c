import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'

const launcher = join(import.meta.dirname, 'launch.cjs')

/** Starts a server as `npm run dev` does, and gives its address. */
async function begin(t: TestContext, command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const data = mkdtempSync(join(tmpdir(), 'hufu-orphans-'))
  t.after(() => rmSync(data, { recursive: true, force: true }))
  const child = spawn(command, [...args, launcher, 'dev', '--port', '0', '--data', data], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, ...env },
  })
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]

  return { child, url: line.replace('ready ', '') }
}

/** Asks until nobody answers; a server that stays for ten seconds stays. */
async function isGone(url: string): Promise<boolean> {
  for (let tries = 0; tries < 40; tries++) {
    const answers = await fetch(url).then(
      () => true,
      () => false,
    )
    if (!answers) return true
    await pause(250)
  }

  return false
}

test('a server does not outlive a launcher that is killed', async (t) => {
  const { child, url } = await begin(t, process.execPath, [])

  child.kill('SIGKILL')

  assert.equal(await isGone(url), true)
})

test('a server does not outlive the npm that is killed above its launcher', async (t) => {
  const script = `"${process.execPath}" "$@" & wait`
  const { child, url } = await begin(t, 'sh', ['-c', script, 'npm'], { npm_lifecycle_event: 'dev' })

  child.kill('SIGKILL')

  assert.equal(await isGone(url), true)
})
