declare const safe: unique symbol

/** Markup made by `html` only, so that text from elsewhere cannot pass for it. */
export interface Html {
  readonly markup: string
  readonly [safe]: true
}

type Part = Html | string | number | undefined | readonly Html[]

const asHtml = (markup: string) => ({ markup }) as Html

/** A template in which every value is escaped unless it is markup already. An absent value is nothing. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return asHtml(strings.map((each, index) => each + render(parts[index])).join(''))
}

function render(part: Part): string {
  if (part === undefined) return ''
  if (typeof part === 'string' || typeof part === 'number') return escape(String(part))

  return 'markup' in part ? part.markup : part.map((each) => each.markup).join('')
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escape = (text: string) => text.replaceAll(/[&<>"']/g, (each) => entities[each]!)
