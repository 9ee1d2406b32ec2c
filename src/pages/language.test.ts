import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { chooseLanguage, messagesIn, parseLanguage } from './language.ts'

test('a click comes before ui_locales, that before the cookie, that before Accept-Language, that before the default', () => {
  const wishes = { chosen: 'zh-CN', uiLocales: 'en', cookie: 'zh-CN', acceptLanguage: 'en' }

  assert.equal(chooseLanguage(wishes), 'zh-CN')
  assert.equal(chooseLanguage({ ...wishes, chosen: undefined }), 'en')
  assert.equal(chooseLanguage({ ...wishes, chosen: undefined, uiLocales: undefined }), 'zh-CN')
  assert.equal(chooseLanguage({ acceptLanguage: 'zh' }), 'zh-CN')
  assert.equal(chooseLanguage({}), 'en')
  assert.equal(chooseLanguage({}, 'zh-CN'), 'zh-CN')
})

test('a wish that cannot be met is passed over', () => {
  assert.equal(chooseLanguage({ uiLocales: 'fr de zh-Hant-TW en' }), 'zh-CN')
  assert.equal(chooseLanguage({ uiLocales: 'fr', cookie: 'xx', acceptLanguage: 'de, zh;q=0.3' }), 'zh-CN')
  assert.equal(chooseLanguage({ acceptLanguage: '*' }, 'zh-CN'), 'zh-CN')
})

test('Accept-Language is read by quality, and a quality of 0 is a refusal', () => {
  assert.equal(chooseLanguage({ acceptLanguage: 'en;q=0.5, zh-CN;q=0.9' }), 'zh-CN')
  assert.equal(chooseLanguage({ acceptLanguage: 'zh-CN;q=0, en;q=0.1' }, 'zh-CN'), 'en')
  assert.equal(chooseLanguage({ acceptLanguage: 'en-GB,en;q=0.9,zh;q=0.8' }, 'zh-CN'), 'en')
  assert.equal(chooseLanguage({ acceptLanguage: 'zh;q=nonsense, en' }), 'en')
})

test('[HT-07] whatever stands in the wishes, the answer is a language we speak', () => {
  const evil = [
    'a-'.repeat(25_000),
    ','.repeat(50_000),
    ';q='.repeat(17_000),
    ' '.repeat(50_000),
    'en;q=1,'.repeat(7000),
  ]
  const text = fc.oneof(fc.string(), fc.constantFrom(...evil))

  fc.assert(
    fc.property(text, text, text, (uiLocales, cookie, acceptLanguage) => {
      assert.ok(['en', 'zh-CN'].includes(chooseLanguage({ uiLocales, cookie, acceptLanguage })))
    }),
  )
})

test('only an exact tag is read as a language', () => {
  assert.equal(parseLanguage('zh-CN'), 'zh-CN')
  assert.equal(parseLanguage('zh'), undefined)
  assert.equal(parseLanguage('en\r\nset-cookie: a=b'), undefined)
  assert.equal(parseLanguage(undefined), undefined)
})

test('[UX-9.3] the catalogues of all languages have the same keys, and none is empty', () => {
  const keysOf = (value: unknown, path = ''): string[] =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, each]) => keysOf(each, `${path}.${key}`))
      : [`${path}: ${typeof value}`]
  // How many causes and steps there are may differ; which there are at all may not.
  const shape = (language: 'en' | 'zh-CN') =>
    [...new Set(keysOf(messagesIn(language)).map((each) => each.replace(/\.\d+:/, '.n:')))].toSorted()
  const textsOf = (value: unknown): unknown[] =>
    typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [value]

  assert.deepEqual(shape('zh-CN'), shape('en'))
  for (const language of ['en', 'zh-CN'] as const) assert.ok(textsOf(messagesIn(language)).every((each) => each !== ''))
})

test('[UX-9.3] the Chinese catalogue is Chinese, and the English one has none', () => {
  const texts = (value: unknown): string[] => {
    if (typeof value === 'string') return [value]

    return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : []
  }
  const { lang: _zh, dir: _zhDir, ...chinese } = messagesIn('zh-CN')

  assert.deepEqual(
    texts(chinese).filter((each) => !/\p{Script=Han}/u.test(each)),
    [],
  )
  assert.deepEqual(
    texts(messagesIn('en')).filter((each) => /\p{Script=Han}/u.test(each)),
    [],
  )
})

test('lengths of time are said in one unit, by the rules of the language', () => {
  const { signIn, consent } = messagesIn('en')

  assert.match(signIn.throttled(1), /1 minute,/)
  assert.match(signIn.throttled(5), /5 minutes,/)
  assert.equal(consent.untilOver(86_400), 'For 1 day')
  assert.equal(consent.untilOver(86_400 * 30), 'For 30 days')
  assert.equal(consent.untilOver(86_400 * 365), 'For 1 year')
  assert.equal(consent.untilOver(90), 'For 90 seconds')
  assert.equal(consent.untilOver(130), 'For 2 minutes')
  assert.equal(messagesIn('zh-CN').consent.untilOver(86_400 * 30), '30天')
})
