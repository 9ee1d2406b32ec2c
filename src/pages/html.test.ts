import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Piece } from './html.ts'
import { attributes, html, render } from './html.ts'

/** Text as an attacker would write it: mostly the characters that mean something somewhere. */
const hostile = fc.string({
  unit: fc.constantFrom(
    '<',
    '>',
    '"',
    "'",
    '`',
    '&',
    '=',
    '/',
    ' ',
    '\0',
    '\n',
    '\r',
    '\u2028',
    '\ud800',
    'a',
    ';',
    '-',
    '!',
  ),
  maxLength: 40,
})

test('[AZ-04] no text becomes markup, whatever it holds', () => {
  // req: O21-7.12-01
  fc.assert(
    fc.property(hostile, (text) => {
      const inner = render(html`<p>${text}</p>`).slice('<p>'.length, -'</p>'.length)

      assert.doesNotMatch(inner, /[<>"'`]/)
      assert.doesNotMatch(inner, /&(?!amp;|lt;|gt;|quot;|#39;|#96;)/)
    }),
  )
})

test('[O21-7.12-01] no attribute value leaves its quotes, whatever it holds', () => {
  // req: AZ-04
  fc.assert(
    fc.property(hostile, (text) => {
      const page = render(html`<input value="${text}" ${attributes({ title: text })} />`)

      assert.equal(page.match(/"/g)?.length, 4)
      assert.equal(page.match(/[<>]/g)?.length, 2)
    }),
  )
})

test('[AZ-04] what is escaped reads as it was', () => {
  const text = `<b title="x">it's & \`fine\`</b>`
  const escaped = render(html`${text}`)
  const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#96': '`' }

  assert.equal(
    escaped.replace(/&([a-z]+|#\d+);/g, (_, name: string) => entities[name]!),
    text,
  )
})

test('markup nests, lists are joined, and false and undefined are nothing', () => {
  const page = html`<ul>
    ${['a', 'b'].map((each) => html`<li>${each}</li>`)}${false}${undefined}${3}
  </ul>`

  assert.equal(render(page).replace(/\s+/g, ''), '<ul><li>a</li><li>b</li>3</ul>')
})

test('[O21-7.12-01] nothing but markup made here passes for markup', () => {
  const forged = [{}, { toString: () => '<b>' }, JSON.parse('{"markup":"<b>"}'), new String('<b>'), true, null]

  for (const each of forged) assert.throws(() => html`<p>${each as Piece}</p>`, TypeError)
  assert.throws(() => render({} as never), TypeError)
})

test('[O21-7.12-01] a link or a form goes to http, https, an own path or an app, and never to a script', () => {
  const href = (url: string) => /href="([^"]*)"/.exec(render(html`<a href="${url}">x</a>`))?.[1]
  const good = ['/i/1', '#top', '?lang=en', 'https://a.example/cb', 'http://127.0.0.1:9/cb', 'com.example.app:/cb']
  const bad = [
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    ' javascript:alert(1)',
    'java\nscript:alert(1)',
    '\u0001javascript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'blob:https://a.example/1',
    'file:///etc/passwd',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '',
  ]

  for (const url of good) assert.equal(href(url), url)
  for (const url of bad) assert.equal(href(url), 'about:invalid')
  assert.equal(
    render(html`<meta content="0;url=${'javascript:alert(1)'}" />`),
    '<meta content="0;url=about:invalid" />',
  )
})

test('a path with a value in its middle stays the path that was written', () => {
  assert.equal(
    render(html`<form action="/i/${'1"><b>'}/consent"></form>`),
    '<form action="/i/1&quot;&gt;&lt;b&gt;/consent"></form>',
  )
})

test('[AZ-04] a template that would put a value where escaping does not help throws, whatever the value', () => {
  const around = (before: string, after: string) => () =>
    html(Object.assign([before, after], { raw: [before, after] }), 'harmless')
  const wrong = [
    around('<a href=', '>x</a>'),
    around("<a href='", "'>x</a>"),
    around('<p ', '>x</p>'),
    around('<p onclick="', '">x</p>'),
    around('<p ONCLICK="', '">x</p>'),
    around('<p style="', '">x</p>'),
    around('<iframe srcdoc="', '"></iframe>'),
    around('<script>', '</script>'),
    around('<style>', '</style>'),
    around('<!-- ', ' -->'),
    around('<p title="', ''),
    around('<p', ''),
    () => html`<p ${attributes({ onclick: 'x' })}>x</p>`,
    () => html`<a ${attributes({ href: 'x' })}>x</a>`,
    () => html`<p ${attributes({ 'a b': 'x' })}>x</p>`,
    () => html`<p title="${html`<b>x</b>` as unknown as string}">x</p>`,
  ]

  for (const build of wrong) assert.throws(build, TypeError, String(build))
})

test('[RG-03] characters that turn the direction of what follows are not shown', () => {
  assert.equal(render(html`<p>${'\u202eevil\u2066'}</p>`), '<p>evil</p>')
})

test('attributes write what is true and leave out what is not', () => {
  assert.equal(
    render(html`<input ${attributes({ checked: true, disabled: false, title: undefined, id: 'a' })} />`),
    '<input checked id="a" />',
  )
})
