/** Displays a notice at the top of the page: successes disappear after a while, errors stay until the next notice. */
export type Notify = (message: string, kind: 'success' | 'error') => void

/** Displays notices in an element that screen readers announce. */
export function notices(place: HTMLElement): Notify {
  let leaving: ReturnType<typeof setTimeout> | undefined
  return (message, kind) => {
    clearTimeout(leaving)
    place.textContent = message
    place.dataset['kind'] = kind
    place.hidden = false
    if (kind === 'success') {
      leaving = setTimeout(() => {
        place.hidden = true
      }, 4000)
    }
  }
}

/** Copies a string; `what` is the start of the notice. */
export async function copyText(text: string, what: string, notify: Notify): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    notify(`${what} was copied to the clipboard.`, 'success')
  } catch {
    notify(
      `The browser doesn’t allow copying. ${what === 'The link' ? 'The link is in the address bar.' : ''}`.trim(),
      'error',
    )
  }
}
