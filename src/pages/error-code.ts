import { errorExamples } from './error-examples.ts'
import type { ErrorId } from './error-ids.ts'
import { wireForms } from './error-ids.ts'
import type { Html } from './html.ts'
import { html } from './html.ts'
import type { PageContext } from './layout.ts'
import { layout } from './layout.ts'
import type { Messages } from './locales/en.ts'

export interface ErrorCodeModel extends PageContext {
  readonly id: ErrorId
}

/** The page behind `error_uri`: meaning, causes, fix, and what it should look like (UX section 8.1). */
export function errorCodePage({ id, ...context }: ErrorCodeModel, t: Messages): Html {
  const text = t.errors[id]
  const forms = wireForms.get(id) ?? []

  return layout(context, t, {
    title: t.errorCode.title(id),
    wide: true,
    body: html`
      <p class="lead"><code>${id}</code></p>
      <h1>${text.title}</h1>
      <h2>${t.errorCode.meaning}</h2>
      <p>${text.meaning}</p>
      <h2>${t.errorCode.causes}</h2>
      <ol>
        ${text.causes.map((cause) => html`<li>${cause}</li>`)}
      </ol>
      <h2>${t.errorCode.fix}</h2>
      <ul>
        ${text.fix.map((step) => html`<li>${step}</li>`)}
      </ul>
      <h2>${t.errorCode.example}</h2>
      <pre lang="en" dir="ltr" tabindex="0" aria-label="${t.errorCode.example}"><code>${errorExamples[id]}</code></pre>
      <h2>${t.errorCode.wire}</h2>
      ${forms.map(wireForm)} ${forms.every((form) => form.code === undefined) && html`<p>${t.errorCode.wireNone}</p>`}
    `,
  })
}

const wireForm = (form: { readonly code: string | undefined; readonly description: string | undefined }) =>
  form.code !== undefined && html`<p lang="en" dir="ltr"><code>${form.code}</code> ${form.description}</p>`
