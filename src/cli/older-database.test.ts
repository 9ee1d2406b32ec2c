import assert from 'node:assert/strict'
import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { aFolder, runHufu, startHufu } from '../testing/hufu-process.ts'

const words = ['dev', '--port', '0', '--data', 'data']

test('[RT-06] a copy of the database that was put back is refused with 8 until what it gave has ended, and nothing else is', async (context) => {
  const folder = await aFolder(context, {})
  const [file, copy] = [join(folder, 'data/hufu.db'), join(folder, 'copy.db')]
  const runOnce = async () => assert.equal(await (await startHufu(context, words, folder)).stop('SIGTERM'), 0)
  await runOnce()
  await copyFile(file, copy)
  await runOnce()

  await copyFile(copy, file)
  const refused = [await runHufu(words, folder), await runHufu(words, folder)]
  const ended = await runHufu(['db', 'restore', '--in-place', '--end', 'all', '--yes', '--data', 'data'], folder)

  for (const { exit, stdout, stderr } of refused) {
    assert.deepEqual([exit, stdout], [8, ''], stderr)
    assert.match(
      stderr,
      /HF-DB-0802 .*\n.*was seen at mark \d+\n.*right database.*hufu db restore --in-place --end all/,
    )
  }
  assert.equal(ended.exit, 0, ended.stderr)
  await runOnce()
})

test('a server that was killed starts again on what it left, each time; a memory that is not ours is told', async (context) => {
  const folder = await aFolder(context, {})
  for (let kills = 0; kills < 3; kills += 1) await (await startHufu(context, words, folder)).stop('SIGKILL')
  assert.equal(await (await startHufu(context, words, folder)).stop('SIGTERM'), 0)
  await writeFile(join(folder, 'data/seen.json'), 'half a fi')

  const refused = await runHufu(words, folder)

  assert.deepEqual([refused.exit, refused.stdout], [3, ''])
  assert.match(refused.stderr, /HF-CONF-0716/)
})
