import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { asset, assetAddress } from '../src/pages/assets.ts'
import { render } from '../src/pages/html.ts'
import { messagesIn } from '../src/pages/language.ts'
import { languages } from '../src/protocol/resource.ts'
import { bracketed } from './support/pseudo-locales.ts'
import { samplePages } from './support/sample-pages.ts'

const maxCompressed = 8 * 1024

/** What the samples themselves say, in no language of ours: names, addresses, numbers. */
const data =
  /Shop Analytics|Hufu|WDJB-MJHT|Lumen Data Ltd|li\.wei@example\.com|See your orders|See your refunds|Change delivery notes|Place or cancel orders|Order number, items, price and date of the last 12 months\.|What was sent back, and how much was paid back\.|The text the courier reads\./g

/** The text of a page as it is seen or read aloud; code is not language, and neither are the languages' own names. */
function visibleText(page: string): string {
  const spoken = [...page.matchAll(/ (?:aria-label|alt|title|placeholder|data-show|data-hide)="([^"]*)"/g)].map(
    (found) => found[1],
  )
  const shown = page
    .replace(/<(code|pre|mark)\b[\s\S]*?<\/\1>/g, ' ')
    .replace(/<p lang="en"[\s\S]*?<\/p>/g, ' ')
    .replace(/<span class="half[^>]*>[^<]*<\/span>/g, ' ')
    .replace(/<a [^>]*hreflang[\s\S]*?<\/a>/g, ' ')
    .replace(/<bdi>[^<]*<\/bdi>/g, ' ')
    .replace(/<[^>]*>/g, ' ')

  return [shown, ...spoken].join(' ').replace(data, ' ')
}

function withoutBrackets(text: string): string {
  const inner = text.replace(/⟦[^⟦⟧]*⟧/g, ' ')

  return inner === text ? text : withoutBrackets(inner)
}

for (const sample of samplePages) {
  test(`[UX-9.3] ${sample.name}: every word comes from the catalogue`, () => {
    const text = withoutBrackets(visibleText(render(sample.show(bracketed))))

    assert.equal(text.replace(/[\s·()]+/g, ''), '')
  })

  for (const language of languages) {
    test(`[UX-9.2] ${sample.name} in ${language} is at most 8 KB compressed, from this host, in at most 4 requests`, () => {
      const page = render(sample.show(messagesIn(language)))
      const loaded = new Set(
        [...page.matchAll(/<(?:link|script|img)\b[^>]*?(?:href|src)="([^"]+)"/g)].map((found) => found[1]!),
      )

      assert.ok(gzipSync(page).length <= maxCompressed)
      assert.ok(1 + loaded.size <= 4)
      assert.ok([...loaded].every((address) => asset(address) !== undefined))
    })
  }
}

test('[UX-9.2] style and script are at most 8 KB compressed each', () => {
  for (const name of ['hufu.css', 'hufu.js', 'mark.svg'] as const)
    assert.ok(gzipSync(asset(assetAddress(name))!.body).length <= maxCompressed, name)
})

test('[UX-9.3] the scan sees a word that is not from the catalogue', () => {
  assert.equal(withoutBrackets(visibleText('<p>⟦a ⟦b⟧⟧ stray</p>')).trim(), 'stray')
  assert.equal(withoutBrackets(visibleText('<img alt="stray">')).trim(), 'stray')
})
