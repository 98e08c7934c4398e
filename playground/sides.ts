/** The two sides of the page, of which a narrow one shows one at a time. */
export type Side = 'input' | 'output'

/** Makes the buttons of a bar switch between the sides; gives what shows one of them. A wide page shows both, and has no bar. */
export function sides(bar: HTMLElement): (side: Side) => void {
  const buttons = [...bar.querySelectorAll<HTMLButtonElement>('button[data-side]')]
  const show = (side: Side): void => {
    document.body.dataset['side'] = side
    for (const button of buttons) button.setAttribute('aria-pressed', String(button.dataset['side'] === side))
  }
  for (const button of buttons) {
    button.addEventListener('click', () => show(button.dataset['side'] === 'output' ? 'output' : 'input'))
  }
  return show
}
