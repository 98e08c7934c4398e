const themes = ['system', 'light', 'dark'] as const
type Theme = (typeof themes)[number]

const key = 'outrigger-theme'

/** Makes a select switch between system, light and dark colours; the choice is stored if the browser allows it. */
export function themeSwitch(select: HTMLSelectElement): void {
  const set = (theme: Theme): void => {
    document.documentElement.dataset['theme'] = theme
    select.value = theme
  }
  set(kept())
  select.addEventListener('change', () => {
    const theme = themes.find((one) => one === select.value) ?? 'system'
    set(theme)
    keep(theme)
  })
}

function kept(): Theme {
  try {
    return themes.find((one) => one === localStorage.getItem(key)) ?? 'system'
  } catch {
    // Storage may be forbidden; the page works without.
    return 'system'
  }
}

function keep(theme: Theme): void {
  try {
    localStorage.setItem(key, theme)
  } catch {
    // As above: the theme holds until the page is closed.
  }
}
