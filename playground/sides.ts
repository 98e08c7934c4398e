/** The two sides of the page; narrow pages show one at a time. */
export type Side = 'input' | 'output'

/** Makes the buttons of a bar switch between the sides; returns a function that shows one. Wide pages show both without a bar. */
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
