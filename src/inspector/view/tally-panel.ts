import { html, type Html } from '../../pages/html.ts'
import type { PageModel } from './page-model.ts'

/** The two halves: drawn, written out and compared. The drawing says nothing the text does not. */
export function tallyPanel({ t, view, step }: PageModel): Html {
  const tally = view!.tally
  // Step A happens before the left half is shown.
  const state = step?.letter === 'A' && tally.challenge !== undefined ? 'challenge_only' : tally.state

  return html`<div class="tally" data-state="${state}">
    <h3>${t.tally.title}</h3>
    ${state !== 'none' && drawing(state)}
    <p class="verdict-line">
      <span class="verdict" data-good="${String(state === 'match')}" data-state="${state}" id="tally-verdict"
        >${t.tally[state]}</span
      >
    </p>
    <dl class="halves">
      ${
        state !== 'challenge_only' &&
        tally.verifier !== undefined &&
        html`<div>
            <dt>${t.tally.left}</dt>
            <dd><code class="value" dir="ltr" data-tally="verifier">${tally.verifier}</code></dd>
          </div>
          <div>
            <dt>${t.tally.computed} <code>${t.tally.computedLabel}</code></dt>
            <dd><code class="value" dir="ltr" data-tally="computed">${tally.computed ?? ''}</code></dd>
          </div>`
      }
      ${
        tally.challenge !== undefined &&
        html`<div>
          <dt>${t.tally.right}</dt>
          <dd><code class="value" dir="ltr" data-tally="challenge">${tally.challenge}</code></dd>
        </div>`
      }
      ${
        tally.method !== undefined &&
        html`<div>
          <dt>${t.tally.method}</dt>
          <dd><code dir="ltr">${tally.method}</code></dd>
        </div>`
      }
    </dl>
    <p class="quiet">${t.tally.explain}</p>
  </div>`
}

/** A bronze tiger, cut through the middle. A left half that does not fit has its teeth elsewhere. */
function drawing(state: string): Html {
  return html`<svg class="tiger" viewBox="-24 0 368 132" aria-hidden="true" focusable="false">
    <g class="left">
      ${
        state === 'mismatch'
          ? html`<path
              class="bronze"
              d="M166 30 150 37 168 49 148 60 168 78 150 90 164 98H120Q112 98 110 108L108 120H82Q79 120 80 114L85 96Q60 96 46 86 22 82 20 68 18 54 30 46L27 28Q38 26 47 36 72 25 100 26 132 28 166 30Z"
            />`
          : html`<path
              class="bronze"
              d="M160 30 150 42 168 56 150 72 168 86 158 98H120Q112 98 110 108L108 120H82Q79 120 80 114L85 96Q60 96 46 86 22 82 20 68 18 54 30 46L27 28Q38 26 47 36 72 25 100 26 132 28 160 30Z"
            />`
      }
      <path
        class="gold"
        d="M66 36Q72 52 64 66M86 32Q92 52 84 70M107 32Q113 54 105 74M128 34Q134 54 126 72M24 70Q34 74 44 70M96 112H84"
      />
      <circle class="eye" cx="40" cy="54" r="3.500" />
    </g>
    <g class="right">
      <path class="gold tail" d="M266 50Q300 50 306 28 309 12 296 10" />
      <path
        class="bronze"
        d="M160 30 150 42 168 56 150 72 168 86 158 98H238Q244 100 246 110L249 120H276Q279 120 278 114L272 94Q284 82 280 64 274 42 244 34 204 24 160 30Z"
      />
      <path
        class="gold"
        d="M182 34Q190 54 182 74M203 33Q211 54 203 76M224 36Q232 56 224 78M246 44Q254 60 246 80M264 112H274"
      />
    </g>
  </svg>`
}
