import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorCodePage } from '../../pages/error-code.ts'
import { isErrorId, wireForms } from '../../pages/error-ids.ts'
import { render } from '../../pages/html.ts'
import { messagesIn } from '../../pages/language.ts'
import { languages } from '../../protocol/resource.ts'
import type { Language } from '../../protocol/resource.ts'
import { faultTexts } from '../faults.ts'
import type { Context } from '../context.ts'
import { wordsIn } from '../words.ts'
import { explainError, listErrors } from './errors.ts'

test('[UX-8.3] errors explain and the page of an error say the same, in every language', () => {
  for (const language of languages)
    for (const id of [...wireForms.keys()].filter(isErrorId)) {
      const page = textOf(render(errorCodePage({ id, ...frame }, messagesIn(language))))
      const { stdout } = print(language, false, (context) => explainError(id, context))
      for (const line of stdout.split('\n')) {
        const words = squeeze(line.replace(/^\s*(?:\d+\. |- )?/, '').replace(`${id}  `, ''))
        assert.ok(page.includes(words), `${language} ${id}: ${words}`)
      }
    }
})

test('every code is listed once, those of the command line too, and each can be explained', () => {
  const { stdout } = print('en', true, listErrors)
  const { items } = JSON.parse(stdout) as { items: { code: string; title: string }[] }
  const codes = items.map(({ code }) => code)

  assert.equal(new Set(codes).size, codes.length)
  for (const code of [...wireForms.keys(), ...Object.keys(faultTexts)]) assert.ok(codes.includes(code), code)
  for (const { code, title } of items) {
    assert.notEqual(title, '')
    assert.equal(print('zh-CN', false, (context) => explainError(code, context)).outcome.kind, 'done', code)
  }
})

test('a code is found in small letters, and one that does not exist ends with 4', () => {
  const small = print('en', false, (context) => explainError('hf-token-0204', context))
  const unknown = print('en', false, (context) => explainError('HF-TOKEN-0299', context))

  assert.equal(small.outcome.kind, 'done')
  assert.deepEqual(unknown.outcome, { kind: 'failed', exit: 4, faults: [] })
  assert.equal(unknown.stdout, '')
})

const frame = { productName: 'Hufu', base: '', development: false, path: undefined }

const squeeze = (text: string) => text.replaceAll(/\s+/g, ' ').trim()

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }

/** The text of a page as it is read. */
const textOf = (markup: string) =>
  squeeze(markup.replaceAll(/<[^>]*>/g, ' ').replaceAll(/&(#?\w+);/g, (whole, name: string) => entities[name] ?? whole))

function print<Value>(language: Language, asJson: boolean, command: (context: Context) => Value) {
  let stdout = ''
  const out = (text: string) => void (stdout += text)
  const outcome = command({ language, words: wordsIn(language), asJson, env: {}, out, err: () => {} })

  return { outcome, stdout }
}
