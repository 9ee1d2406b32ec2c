import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { StoreUnavailable } from '../../ports/store.ts'
import { aHash, anEvent, morning } from '../../testing/index.ts'
import { openSqlite } from './index.ts'

/** Longer than a store goes without a look at its file. */
const aWhile = 150

test('[CD-10] a file that was removed or replaced under a store is not written until it is back', async (t) => {
  // req: IN-11
  const folder = mkdtempSync(join(tmpdir(), 'hufu-moved-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const [file, aside] = [join(folder, 'hufu.db'), join(folder, 'aside.db')]
  const store = openSqlite({ file })
  t.after(() => store.close())
  const write = () => store.useOnce(aHash(), morning)
  const refuses = async () => {
    await pause(aWhile)
    for (const ask of [write, () => store.appendAudit(anEvent())])
      await assert.rejects(
        ask,
        (error) => error instanceof StoreUnavailable && /removed or replaced/.test(error.message),
      )
  }
  assert.equal(await write(), true)

  renameSync(file, aside)
  await refuses()
  copyFileSync(aside, file)
  await refuses()
  renameSync(aside, file)
  await pause(aWhile)

  assert.equal(await write(), true)
})
