/** Tells something above the page: good news goes away by itself, bad news stays until the next. */
export type Notify = (message: string, kind: 'good' | 'bad') => void

/** Tells in this element, which screen readers read aloud. */
export function notices(place: HTMLElement): Notify {
  let leaving: ReturnType<typeof setTimeout> | undefined
  return (message, kind) => {
    clearTimeout(leaving)
    place.textContent = message
    place.dataset['kind'] = kind
    place.hidden = false
    if (kind === 'good') {
      leaving = setTimeout(() => {
        place.hidden = true
      }, 4000)
    }
  }
}

/** Copies a text; `what` begins the sentence that tells of it. */
export async function copyText(text: string, what: string, tell: Notify): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    tell(`${what} is in the clipboard.`, 'good')
  } catch {
    tell(
      `The browser doesn’t allow copying. ${what === 'The link' ? 'The link is in the address bar.' : ''}`.trim(),
      'bad',
    )
  }
}
