import { attributes, html, type Html } from '../../pages/html.ts'
import { assetPath } from '../assets.ts'
import { addressOf, type PageModel } from './page-model.ts'
import { afterPanel } from './after-panel.ts'
import { drillMenu, drillResult } from './drill-menu.ts'
import { flowList } from './flow-list.ts'
import { messagePanel } from './message-panel.ts'
import { partyRow } from './party-row.ts'
import { startPanel } from './start-panel.ts'
import { stepColumn } from './step-column.ts'
import { whyPanel } from './why-panel.ts'

/**
 * The whole page. It is complete without a script; with one, each `data-region` is replaced when it changes.
 *
 * @see UX section 2
 */
export function inspectorPage(model: PageModel): Html {
  const { t, selection } = model

  return html`<!doctype html>
    <html lang="${t.lang}" dir="ltr">
      <head>
        <meta charset="utf-8" />
        <title>${t.title} · ${model.productName}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" type="image/svg+xml" href="${assetPath('tally.svg')}" />
        <link rel="stylesheet" href="${assetPath('inspector.css')}" />
        <script src="${assetPath('inspector.js')}" defer></script>
      </head>
      <body
        data-version="${model.version}"
        data-live="${t.live}"
        data-lost="${t.lost}"
        data-copied="${t.controls.copied}"
        data-running="${t.drills.running}"
        data-stop="${t.controls.stop}"
      >
        <a class="skip" href="#steps">${t.skip}</a>
        <header class="top">
          <img src="${assetPath('tally.svg')}" alt="" width="44" height="44" />
          <div class="title">
            <h1>${t.title}</h1>
            <p>${t.lead}</p>
          </div>
          <p class="live" id="live" data-state="off">
            <span class="dot" aria-hidden="true"></span><span>${t.liveOff}</span>
          </p>
          ${languageLinks(model)}
        </header>
        <nav class="tabs" aria-label="${t.tabs}" data-region="tabs">
          <ul>
            ${(['person', 'machine'] as const).map(
              (kind) =>
                html`<li>
                  <a
                    data-swap
                    href="${addressOf(selection, { kind, flowId: undefined, letter: undefined, messageId: undefined })}"
                    ${attributes({ 'aria-current': selection.kind === kind && 'page' })}
                    ><strong>${t[kind].name}</strong> <span>${t[kind].detail}</span></a
                  >
                </li>`,
            )}
          </ul>
        </nav>
        <main>
          ${drillResult(model)} ${partyRow(model)} ${startPanel(model)}
          <div class="columns">${stepColumn(model)} ${messagePanel(model)} ${whyPanel(model)}</div>
          ${afterPanel(model)} ${drillMenu(model)} ${flowList(model)}
        </main>
        <p class="unseen" id="said" role="status"></p>
      </body>
    </html> `
}

function languageLinks({ t, selection }: PageModel): Html {
  const languages = [
    ['en', 'English'],
    ['zh-CN', '中文'],
  ] as const

  return html`<nav class="languages" aria-label="${t.language}">
    <ul>
      ${languages.map(
        ([code, name]) =>
          html`<li>
            <a
              href="${`${addressOf(selection, {})}&lang=${code}`}"
              lang="${code}"
              hreflang="${code}"
              ${attributes({ 'aria-current': t.lang === code && 'true' })}
              >${name}</a
            >
          </li>`,
      )}
    </ul>
  </nav>`
}
