// Comfort only: every page works without it.

// A second click while an answer is on its way would throw away what comes back for the first.
const onItsWay = 5_000
let sentAt = -onItsWay
document.addEventListener('submit', (event) => {
  if (event.timeStamp - sentAt < onItsWay) event.preventDefault()
  else sentAt = event.timeStamp
})
window.addEventListener('pageshow', () => {
  sentAt = -onItsWay
})

// The answer to an app, where a form carries it.
document.querySelector('form[data-send]')?.requestSubmit()

// The button that shows what is typed into a password field.
for (const field of document.querySelectorAll('input[data-show]')) {
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'show'
  button.textContent = field.dataset.show
  button.setAttribute('aria-controls', field.id)
  button.addEventListener('click', () => {
    const shown = field.type === 'text'
    field.type = shown ? 'password' : 'text'
    button.textContent = shown ? field.dataset.show : field.dataset.hide
    field.focus()
  })
  field.form.addEventListener('submit', () => {
    field.type = 'password'
  })
  field.after(button)
}
