import assert from 'node:assert/strict'
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import { sealAll } from '../../../audit/sealer.ts'
import { fromBase64Url } from '../../../base/encoding.ts'
import { machineClock } from '../../../server/compose.ts'
import { deriveKey, loadOrCreateSecret, secretFile } from '../../../server/secret.ts'
import { openSqlite } from '../../../store/sqlite/index.ts'
import { aClient, anEvent } from '../../../testing/index.ts'
import { run } from '../../program.ts'

const folder = mkdtempSync(join(tmpdir(), 'hufu-db-'))
after(() => rmSync(folder, { recursive: true, force: true }))

let folders = 0

/** A data folder with a database in it. */
async function aDataFolder(): Promise<string> {
  const data = mkdtempSync(join(folder, `${folders++}-`))
  const store = openSqlite({ file: join(data, 'hufu.db') })
  await store.saveClient(aClient(), anEvent())
  await store.close()

  return data
}

async function db(...args: string[]) {
  let [out, err] = ['', '']
  const streams = { out: (text: string) => void (out += text), err: (text: string) => void (err += text) }
  const exit = await run(['db', ...args], {}, streams)

  return { exit, out, err }
}

const json = async (...args: string[]) => {
  const ran = await db(...args, '--json')
  assert.equal(ran.exit, 0, ran.err)

  return JSON.parse(ran.out) as Record<string, unknown>
}

test('db status tells what there is and changes nothing', async () => {
  const data = await aDataFolder()

  const text = await db('status', '--data', data)
  const status = await json('status', '--data', data)

  assert.equal(text.exit, 0, text.err)
  assert.match(text.out, /Engine +sqlite 3\./)
  assert.match(text.out, /clients +1 +0/)
  assert.equal(status['engine'], 'sqlite')
  assert.equal(status['backed_up_at'], null)
  assert.deepEqual(status['instances'], [])
})

test('[UX-7.4] db migrate of what is up to date plans and does nothing', async () => {
  const data = await aDataFolder()

  assert.equal((await db('migrate', '--plan', '--data', data)).out, 'the schema is up to date\n')
  assert.deepEqual(await json('migrate', '--plan', '--data', data), { items: [], next: null })
  assert.deepEqual(await json('migrate', '--data', data), { applied: [], waiting: [] })
})

test('a backup is written, known to status, and restored elsewhere', async () => {
  const [data, empty] = [await aDataFolder(), mkdtempSync(join(folder, 'empty-'))]
  const backup = join(folder, 'one.backup')

  const made = await json('backup', backup, '--data', data)
  const put = await json('restore', backup, '--end', 'all', '--data', empty)

  assert.match(String(made['sha256']), /^[0-9a-f]{64}$/)
  assert.deepEqual(made['rows'], { ...(made['rows'] as object), clients: 1 })
  assert.notEqual((await json('status', '--data', data))['backed_up_at'], null)
  const status = await json('status', '--data', empty)
  assert.equal(status['restored_at'], put['ended_before'])
  assert.equal((await db('backup', backup, '--data', data)).exit, 6)
})

test('a restore has to say what becomes of what was given before; without that word nothing is done', async () => {
  const [data, empty] = [await aDataFolder(), mkdtempSync(join(folder, 'empty-'))]
  const backup = join(folder, 'two.backup')
  await json('backup', backup, '--data', data)

  const unsaid = await db('restore', backup, '--data', empty)
  const inPlace = await db('restore', '--in-place', '--data', data)

  assert.deepEqual([unsaid.exit, inPlace.exit], [8, 8])
  assert.match(unsaid.err, /HF-DB-0807/)
  assert.deepEqual(readdirSync(empty), [])
})

test('[UX-6.2] each way to be wrong has its exit code, and leaves everything as it was', async () => {
  const data = await aDataFolder()
  const backup = join(folder, 'three.backup')
  await json('backup', backup, '--data', data)
  const nowhere = join(folder, 'nowhere')

  const slips = [
    [['status', '--data', nowhere], 3, /HF-DB-0801/],
    [['backup', join(folder, 'x.backup'), '--data', nowhere], 3, /HF-DB-0801/],
    [['prune', '--data', nowhere], 3, /HF-DB-0801/],
    [['status', '--config', join(nowhere, 'hufu.config.json')], 3, /HF-CONF-0710/],
    [['backup'], 2, /`file` is missing/],
    [['restore', '--end', 'all'], 2, /`file` is missing/],
    [['restore', backup, '--in-place', '--end', 'all'], 2, /takes no file/],
    [['restore', backup, '--end', 'some'], 2, /`--end` is all/],
    [['restore', backup, '--end', 'all', '--data', data], 6, /HF-DB-0805/],
    [['restore', join(folder, 'none'), '--end', 'all', '--data', nowhere], 3, /HF-DB-0803/],
    [['restore', '--in-place', '--end', 'all', '--data', data], 8, /HF-DB-0809/],
    [['restore', backup, '--replace', '--end', 'all', '--data', data], 8, /HF-DB-0809/],
  ] as const
  for (const [args, exit, sentence] of slips) {
    const ran = await db(...args)
    assert.deepEqual([ran.exit, ran.out], [exit, ''], `${args.join(' ')}: ${ran.err}`)
    assert.match(ran.err, sentence)
  }
  assert.equal((await json('status', '--data', data))['restored_at'], null)
  assert.equal(existsSync(nowhere), false)
})

test('with --yes a database is put aside for a backup, or ended where it is', async () => {
  const data = await aDataFolder()
  const backup = join(folder, 'four.backup')
  await json('backup', backup, '--data', data)

  const ended = await json('restore', '--in-place', '--end', 'all', '--yes', '--data', data)
  const replaced = await json('restore', backup, '--replace', '--end', 'all', '--yes', '--data', data)

  assert.ok(String(replaced['ended_before']) >= String(ended['ended_before']))
  assert.equal(readdirSync(data).filter((name) => name.startsWith('hufu.db.replaced-')).length, 1)
})

test('[LG-05] the audit of what was restored is as it was sealed, and one that was changed in the backup is not', async () => {
  const data = await aDataFolder()
  const [backup, changed] = [join(folder, 'seven.backup'), join(folder, 'eight.backup')]
  const key = deriveKey(fromBase64Url(await loadOrCreateSecret(data))!, 'audit seals')
  const store = openSqlite({ file: join(data, 'hufu.db') })
  await sealAll(store, key, machineClock)
  await store.close()
  const verifyRestored = async (file: string) => {
    const fresh = mkdtempSync(join(folder, 'fresh-'))
    copyFileSync(secretFile(data), secretFile(fresh))
    await json('restore', file, '--end', 'all', '--data', fresh)

    return run(['audit', 'verify', '--data', fresh], {}, { out: () => {}, err: () => {} })
  }
  await json('backup', backup, '--data', data)
  const forged = new DatabaseSync(join(data, 'hufu.db'))
  forged.exec(`UPDATE audit SET subject = 'mallory'`)
  forged.close()
  await json('backup', changed, '--data', data)

  assert.equal(await verifyRestored(backup), 0)
  assert.equal(await verifyRestored(changed), 1)
})

test('what was restored can be backed up, copied and restored again', async () => {
  const [data, again] = [await aDataFolder(), mkdtempSync(join(folder, 'empty-'))]
  const [first, second] = [join(folder, 'five.backup'), join(folder, 'six.backup')]
  await json('backup', first, '--data', data)
  await json('restore', first, '--replace', '--end', 'all', '--yes', '--data', data)

  const made = await json('backup', second, '--data', data)
  await json('restore', join(data, 'hufu.db'), '--end', 'all', '--data', again)
  await json('restore', second, '--replace', '--end', 'all', '--yes', '--data', again)

  assert.deepEqual(made['rows'], { ...(made['rows'] as object), clients: 1 })
})

test('db prune tells what is due and removes it', async () => {
  const data = await aDataFolder()
  const store = openSqlite({ file: join(data, 'hufu.db') })
  for (let count = 0; count < 3; count += 1) await store.useOnce(`key ${count}`, 1000 as never)
  await store.close()

  assert.deepEqual((await json('prune', '--dry-run', '--data', data))['items'], [
    { table: 'used_once', due: 3 },
    { table: 'changes', due: 1 },
  ])
  assert.deepEqual(await json('prune', '--data', data), { removed: 4 })
  assert.deepEqual((await json('prune', '--dry-run', '--data', data))['items'], [])
})
