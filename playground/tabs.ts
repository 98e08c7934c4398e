import { element, setAttribute } from './dom.ts'

export interface Tab {
  readonly id: string
  readonly label: string
  readonly panel: HTMLElement
}

export interface Tabs {
  readonly list: HTMLElement
  readonly selected: () => string
  readonly select: (id: string) => void
  /** Shows or hides a tab; if the selected one is hidden, another one is selected. */
  readonly offer: (id: string, offered: boolean) => void
  /** Sets a badge after the label, such as the number of problems, and its text for screen readers. */
  readonly badge: (id: string, text: string, spoken: string, kind?: string) => void
}

/**
 * Tabs by the ARIA Authoring Practices: a single tab stop, arrow keys between the tabs, selection follows focus. The caller
 * places the panels; those that aren't selected are hidden.
 */
export function tabs(label: string, entries: readonly Tab[], onSelect: (id: string) => void): Tabs {
  const list = element('div', { role: 'tablist', 'aria-label': label, class: 'tabs' })
  const parts = new Map(entries.map((entry) => [entry.id, tabOf(entry)]))
  list.append(...[...parts.values()].map(({ tab }) => tab))
  let current = entries[0]?.id ?? ''

  const select = (id: string): void => {
    if (!parts.has(id)) return
    current = id
    for (const [other, { tab, panel }] of parts) {
      const isCurrent = other === id
      tab.setAttribute('aria-selected', String(isCurrent))
      tab.tabIndex = isCurrent ? 0 : -1
      panel.hidden = !isCurrent
    }
    onSelect(id)
  }
  for (const [id, { tab }] of parts) tab.addEventListener('click', () => select(id))
  list.addEventListener('keydown', (event) => {
    const offered = [...parts].filter(([, { tab }]) => !tab.hidden).map(([id]) => id)
    const next = nextTab(event.key, offered, current)
    if (next === undefined) return
    event.preventDefault()
    select(next)
    parts.get(next)?.tab.focus()
  })

  return {
    list,
    selected: () => current,
    select,
    offer: (id, offered) => {
      const part = parts.get(id)
      if (part === undefined) return
      part.tab.hidden = !offered
      const [first] = parts.keys()
      if (!offered && current === id && first !== undefined) select(first)
    },
    badge: (id, text, spoken, kind) => {
      const part = parts.get(id)
      if (part === undefined) return
      part.badge.textContent = text
      part.badge.hidden = text === ''
      setAttribute(part.badge, 'data-kind', kind)
      part.spoken.textContent = spoken === '' ? '' : `, ${spoken}`
    },
  }
}

function tabOf({ id, label, panel }: Tab) {
  const badge = element('span', { class: 'badge', 'aria-hidden': 'true', hidden: true })
  const spoken = element('span', { class: 'spoken' })
  const tab = element('button', { type: 'button', role: 'tab', id: `tab-${id}`, 'aria-controls': `panel-${id}` })
  tab.append(element('span', { class: 'tab-word', 'data-word': label }, label), badge, spoken)
  panel.id = `panel-${id}`
  panel.setAttribute('role', 'tabpanel')
  panel.setAttribute('aria-labelledby', tab.id)
  return { tab, panel, badge, spoken }
}

function nextTab(key: string, ids: readonly string[], current: string): string | undefined {
  const index = ids.indexOf(current)
  switch (key) {
    case 'ArrowRight':
      return ids[(index + 1) % ids.length]
    case 'ArrowLeft':
      return ids.at(index - 1)
    case 'Home':
      return ids[0]
    case 'End':
      return ids.at(-1)
    default:
      return undefined
  }
}
