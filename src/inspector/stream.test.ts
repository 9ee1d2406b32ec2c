import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aWalk, thePassword, walkIssuer } from '../testing/exchanges.ts'
import { createRecorder } from './recorder.ts'
import { createStreams, maxReaders } from './stream.ts'

function start() {
  const recorder = createRecorder({ issuer: walkIssuer })

  return { recorder, streams: createStreams(recorder) }
}

async function read(stream: AsyncIterator<string>): Promise<string> {
  const { value } = (await stream.next()) as { value: string }

  return value
}

test('a reader is told which flow changed and how far it is, and never what it holds', async () => {
  const { recorder, streams } = start()
  const walk = aWalk()
  const reader = streams.open(0)![Symbol.asyncIterator]()
  await read(reader)

  const told = read(reader)
  for (const each of [walk.authorize, walk.signIn, walk.consent, walk.token]) recorder.observe(each)

  assert.match(await told, /^id: 4\nevent: flow\ndata: \{"id":"fl_1","kind":"person","steps":\{"A":"done"/)
})

test('[UX-2.5] no secret and no password is in the stream', async () => {
  const { recorder, streams } = start()
  const walk = aWalk()
  for (const each of [walk.authorize, walk.signIn, walk.consent, walk.token]) recorder.observe(each)

  const text = await read(streams.open(0)![Symbol.asyncIterator]())

  for (const secret of [thePassword, walk.code, walk.accessToken, walk.verifier]) assert.ok(!text.includes(secret))
})

test('a reader that comes back gets what it missed, once for each flow', async () => {
  const { recorder, streams } = start()
  recorder.observe(aWalk(1).token)
  const last = recorder.version()
  recorder.observe(aWalk(2).authorize)
  recorder.observe(aWalk(2).consent)

  const text = await read(streams.open(last)![Symbol.asyncIterator]())

  assert.deepEqual(text.match(/"id":"fl_\d"/g), ['"id":"fl_2"'])
})

test('a reader from before a restart gets everything there is', async () => {
  const { recorder, streams } = start()
  recorder.observe(aWalk(1).token)

  const text = await read(streams.open(999)![Symbol.asyncIterator]())

  assert.match(text, /"id":"fl_1"/)
})

test('a slow reader gets the newest state of a flow, however often it changed', async () => {
  const { recorder, streams } = start()
  const reader = streams.open(0)![Symbol.asyncIterator]()
  await read(reader)

  for (let number = 0; number < 50; number++) recorder.observe(aWalk(1).token)

  assert.equal((await read(reader)).match(/event: flow/g)?.length, 1)
})

test('readers are bounded, and one that leaves makes room at once', () => {
  const { streams } = start()
  const readers = Array.from({ length: maxReaders }, () => streams.open(0)![Symbol.asyncIterator]())

  assert.equal(streams.open(0), undefined)
  void readers[0]!.return!()
  void readers[0]!.return!()

  assert.equal(streams.readers(), maxReaders - 1)
  assert.notEqual(streams.open(0), undefined)
  for (const reader of readers) void reader.return!()
})
