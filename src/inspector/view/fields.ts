import { html, type Html } from '../../pages/html.ts'
import type { InspectorMessages } from '../locales/en.ts'

type Group = keyof InspectorMessages['fields']

/** Names and values as a list, each with what it is for: read by everybody, not only on hover. */
export function fieldList(
  t: InspectorMessages,
  group: Group,
  entries: readonly (readonly [name: string, value: unknown])[],
): Html {
  const texts: Readonly<Record<string, string>> = t.fields[group]

  return html`<dl class="fields">
    ${entries.map(
      ([name, value]) =>
        html`<div>
          <dt><code>${name}</code></dt>
          <dd>
            <code class="value" dir="ltr" data-field="${name}">${shown(value)}</code>
            ${Object.hasOwn(texts, name) && html`<span class="about">${texts[name]}</span>`}
          </dd>
        </div>`,
    )}
  </dl>`
}

/** A claim's value as text; a time in seconds since 1970 is shown as a date besides. */
export const shown = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))
