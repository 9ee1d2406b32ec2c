declare const markup: unique symbol
declare const attributeList: unique symbol

/** Finished markup. Only `html` makes it, so nothing in it is unescaped text of somebody else. */
export interface Html {
  readonly [markup]: true
}

/** Attributes for the inside of a tag, made by `attributes`. */
export interface Attributes {
  readonly [attributeList]: true
}

/** What may stand between tags: text (escaped), markup, a list of these, or nothing. */
export type Piece = Html | string | number | false | undefined | readonly Piece[]

const finished = new WeakMap<object, string>()
const finishedAttributes = new WeakMap<object, string>()
const scanned = new WeakMap<TemplateStringsArray, readonly Slot[]>()

/**
 * Builds markup from a template. Text and attribute values are escaped; a URL attribute never gets a scheme that
 * runs script. A template that would put a value where escaping does not help (an unquoted attribute, a script, a
 * style, a comment, an event handler) throws at its first use, whatever the value.
 */
export function html(strings: TemplateStringsArray, ...values: readonly (Piece | Attributes)[]): Html {
  const slots = scanned.get(strings) ?? scan(strings)
  scanned.set(strings, slots)
  const parts = values.map((value, index) => fill(slots[index]!, value) + strings[index + 1]!)

  return finish(strings[0]! + parts.join(''))
}

/** Attributes by name: `true` writes the bare name, `false` and `undefined` write nothing. Names are ours, never data. */
export function attributes(values: Readonly<Record<string, string | boolean | undefined>>): Attributes {
  const written = Object.entries(values).map(([name, value]) => {
    if (!attributeName.test(name) || isActive(name) || urlAttributes.has(name))
      throw new TypeError(`attribute ${name} is not for attributes()`)
    if (value === undefined || value === false) return ''

    return value === true ? name : `${name}="${escapeValue(value)}"`
  })
  const result = {} as Attributes
  finishedAttributes.set(result, written.filter((each) => each !== '').join(' '))

  return result
}

/** The text of markup, for the body of an answer. */
export function render(page: Html): string {
  const text = finished.get(page)
  if (text === undefined) throw new TypeError('not markup')

  return text
}

type Slot = 'text' | 'attributes' | 'value' | 'url'

const attributeName = /^[a-z][a-z0-9-]*$/
const urlAttributes = new Set(['href', 'src', 'action', 'formaction'])
const isActive = (name: string) => name.startsWith('on') || name === 'style' || name === 'srcdoc'

function finish(text: string): Html {
  const result = {} as Html
  finished.set(result, text)

  return result
}

function fill(slot: Slot, value: Piece | Attributes): string {
  if (slot === 'text') return writeText(value as Piece)
  if (slot === 'attributes') {
    if (value === false || value === undefined) return ''
    const text = typeof value === 'object' ? finishedAttributes.get(value) : undefined
    if (text === undefined) throw new TypeError('only attributes() may stand inside a tag')

    return text
  }
  if (typeof value !== 'string' && typeof value !== 'number') throw new TypeError('an attribute value is text')

  return escapeValue(slot === 'url' ? safeUrl(String(value)) : String(value))
}

function writeText(value: Piece): string {
  if (typeof value === 'string') return escapeText(value)
  if (typeof value === 'number') return String(value)
  if (value === false || value === undefined) return ''
  if (Array.isArray(value)) return value.map(writeText).join('')

  return render(value as Html)
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
}

/** Control characters are shown as U+FFFD: some end a line, some end a string in a parser that is not ours. */
// oxlint-disable-next-line no-control-regex
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]/g
/** Characters that reorder what stands around them (attack row RG-03). */
const reordering = /[\u202a-\u202e\u2066-\u2069]/g

const escapeValue = (text: string) =>
  text
    .toWellFormed()
    .replace(controls, '\ufffd')
    .replace(/[&<>"'`]/g, (each) => entities[each]!)

const escapeText = (text: string) => escapeValue(text.replace(reordering, ''))

/**
 * Own paths, http, https and private-use schemes (a reversed domain name, RFC 8252 section 7.1); nothing else is a
 * link. White space and controls are in none of them, and browsers would skip some.
 */
const safeUrl = (url: string) =>
  /^(?!.*[\s\p{Cc}])(?:\/(?![/\\])|[?#]|https?:\/\/|[a-z][a-z0-9+-]*\.[a-z0-9+.-]*:)/isu.test(url)
    ? url
    : 'about:invalid'

/** Finds out where each value of a template stands. Runs once for each template, over our own text only. */
function scan(strings: TemplateStringsArray): readonly Slot[] {
  const slots: Slot[] = []
  let state: 'text' | 'tag' | 'value' = 'text'
  let tag = ''
  let name = ''
  let before = ''

  for (const [index, chunk] of strings.entries()) {
    let at = 0
    before = state === 'value' ? `${before}\0` : ''
    while (at < chunk.length) {
      if (state === 'text') {
        const opened = /<([!/]?[a-z0-9-]*)/gi
        opened.lastIndex = at
        const found = opened.exec(chunk)
        if (found === null) break
        tag = found[1]!.toLowerCase()
        if (tag.startsWith('!-')) throw new TypeError('a template has no comments')
        at = opened.lastIndex
        state = 'tag'
      } else if (state === 'tag') {
        const found = /["'>]/.exec(chunk.slice(at))
        if (found === null) break
        const end = at + found.index
        if (found[0] === "'") throw new TypeError('attribute values stand in double quotes')
        if (found[0] === '"') {
          name = /([^\s"'<>/=]+)=$/.exec(chunk.slice(0, end))?.[1]?.toLowerCase() ?? ''
          if (name === '' || isActive(name)) throw new TypeError(`attribute ${name} is refused`)
          before = ''
          state = 'value'
        } else {
          if ((tag === 'script' || tag === 'style') && !chunk.startsWith(`</${tag}>`, end + 1))
            throw new TypeError(`${tag} is never written into a page`)
          state = 'text'
        }
        at = end + 1
      } else {
        const end = chunk.indexOf('"', at)
        before += chunk.slice(at, end === -1 ? undefined : end)
        if (end === -1) break
        state = 'tag'
        at = end + 1
      }
    }
    if (index < strings.length - 1) slots.push(slotFor(state, chunk, name, before))
  }
  if (state !== 'text') throw new TypeError('a template ends outside of tags')

  return slots
}

function slotFor(state: 'text' | 'tag' | 'value', chunk: string, name: string, before: string): Slot {
  if (state === 'text') return 'text'
  if (state === 'tag') {
    if (!/\s$/.test(chunk)) throw new TypeError('a value inside a tag stands in double quotes')

    return 'attributes'
  }

  return (urlAttributes.has(name) && before === '') || before.endsWith('url=') ? 'url' : 'value'
}
