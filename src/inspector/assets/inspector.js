// The page is complete without this. It listens for changes, fetches the same page again as a document (which needs no
// string to be made into markup, so Trusted Types hold) and swaps the regions that differ.

const live = document.querySelector('#live')
const said = document.querySelector('#said')
const texts = document.body.dataset
/** Each region as the server wrote it, by its name. */
const sources = new Map()
let replayTimer = 0
let loading = false
let waiting = false

listen()
dress()

document.addEventListener('click', (event) => {
  const link = event.target.closest('a[data-swap]')
  if (link !== null && event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey) {
    event.preventDefault()
    stopReplay()
    go(link.href)
    return
  }
  const button = event.target.closest('button')
  if (button?.dataset.copy !== undefined) void copy(button)
  if (button?.dataset.replay === undefined) return
  if (replayTimer === 0) replay()
  else stopReplay()
})

document.addEventListener('submit', (event) => {
  const button = event.target.querySelector('button')
  button.textContent = texts.running
  // A disabled button before the form is sent would stop nothing else, but would take the focus.
  button.setAttribute('aria-disabled', 'true')
})

addEventListener('popstate', () => refresh())

function listen() {
  const source = new EventSource(`/inspector/events?since=${texts.version}`)
  source.addEventListener('open', () => tell('on', texts.live))
  source.addEventListener('error', () => tell('lost', texts.lost))
  source.addEventListener('flow', () => refresh())
}

function tell(state, text) {
  live.dataset.state = state
  live.lastElementChild.textContent = text
}

function go(address) {
  history.pushState(null, '', address)
  refresh()
}

/** One request at a time; what changes meanwhile is fetched once, after it. */
function refresh() {
  if (loading) {
    waiting = true
    return
  }
  loading = true
  const request = new XMLHttpRequest()
  request.responseType = 'document'
  request.open('GET', location.pathname + location.search)
  request.addEventListener('loadend', () => {
    loading = false
    if (request.status === 200 && request.response !== null) swap(request.response)
    if (waiting) {
      waiting = false
      refresh()
    }
  })
  request.send()
}

function swap(next) {
  const before = doneSteps(document)
  for (const fresh of next.querySelectorAll('[data-region]')) {
    const old = document.querySelector(`[data-region="${fresh.dataset.region}"]`)
    if (old === null || sources.get(fresh.dataset.region) === sourceOf(fresh)) continue
    const open = new Map([...old.querySelectorAll('details[data-key]')].map((each) => [each.dataset.key, each.open]))
    const focused = old.contains(document.activeElement) ? pathTo(document.activeElement, old) : undefined
    const imported = document.importNode(fresh, true)
    for (const each of imported.querySelectorAll('details[data-key]'))
      if (open.has(each.dataset.key)) each.open = open.get(each.dataset.key)
    old.replaceWith(imported)
    sources.delete(fresh.dataset.region)
    if (focused !== undefined) elementAt(focused, imported)?.focus({ preventScroll: true })
  }
  dress()
  for (const [letter, text] of doneSteps(document)) {
    if (before.has(letter)) continue
    document.querySelector(`.step[data-step="${letter}"]`)?.classList.add('fresh')
    said.textContent = text
  }
}

function sourceOf(element) {
  return new XMLSerializer().serializeToString(element)
}

function doneSteps(root) {
  const steps = root.querySelectorAll('.step[data-status="done"], .step[data-status="refused"]')
  return new Map([...steps].map((each) => [each.dataset.step, each.textContent.replace(/\s+/g, ' ').trim()]))
}

function pathTo(element, root) {
  if (element === root) return []
  const path = []
  for (let at = element; at !== root; at = at.parentElement) path.unshift([...at.parentElement.children].indexOf(at))
  return path
}

function elementAt(path, root) {
  return path.reduce((at, index) => at?.children[index], root)
}

/** Shows the buttons that work with a script only. Remembers what each region was before, so that only news count. */
function dress() {
  for (const region of document.querySelectorAll('[data-region]'))
    if (!sources.has(region.dataset.region)) sources.set(region.dataset.region, sourceOf(region))
  for (const button of document.querySelectorAll('button[data-copy], button[data-replay]')) button.hidden = false
  const button = document.querySelector('button[data-replay]')
  if (replayTimer !== 0 && button !== null) button.textContent = texts.stop
}

async function copy(button) {
  const text = button.closest('details').querySelector('pre').textContent
  await navigator.clipboard.writeText(text)
  said.textContent = texts.copied
  const label = button.textContent
  button.textContent = texts.copied
  setTimeout(() => (button.textContent = label), 1500)
}

function replay() {
  const steps = [...document.querySelectorAll('.step a')]
  const from = steps.findIndex((each) => each.getAttribute('aria-current') === 'step')
  // From the last step there is nothing to replay but the whole.
  const addresses = steps.slice(from === steps.length - 1 ? 0 : Math.max(from, 0)).map((each) => each.href)
  const step = () => {
    const address = addresses.shift()
    if (address === undefined) return stopReplay()
    go(address)
    replayTimer = setTimeout(step, 2500)
  }
  step()
}

function stopReplay() {
  if (replayTimer === 0) return
  clearTimeout(replayTimer)
  replayTimer = 0
  refresh()
}
