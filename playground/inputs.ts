import type {
  ConfigurationEditor,
  Diagnostic,
  EditorName,
  NameHint,
  PlaygroundConfiguration,
  PlaygroundState,
} from '../src/playground/types.ts'
import { button, counted, element } from './dom.ts'
import { type Editor, editor, type Mark } from './editor.ts'
import type { EmbeddedDocuments, Hello } from './evaluator.ts'
import { type NamesOf, nameCompletion } from './name-completion.ts'
import { type SettingsForm, settingsForm } from './settings-form.ts'
import { tabs } from './tabs.ts'

export interface Inputs {
  readonly element: HTMLElement
  readonly state: () => PlaygroundState
  readonly load: (state: PlaygroundState) => void
  /** Shows or hides the second configuration, which starts as a copy of the first. */
  readonly setCompare: (compared: boolean) => void
  /** Offers embedded documents in empty editors, and completion of names. */
  readonly offer: (greeting: Hello) => void
  readonly setProblems: (problems: readonly Diagnostic[]) => void
  readonly goTo: (editor: EditorName, line: number, column: number) => void
}

type TextEditor = Exclude<EditorName, 'namespace.name' | 'settings' | 'compare.settings'>

/** A tab and its editors; those of the second configuration follow those of the first. */
interface Group {
  readonly id: string
  readonly label: string
  readonly editors: readonly EditorEntry[]
}

interface EditorEntry {
  readonly name: TextEditor
  readonly label: string
  /** Its description, in a line above it. */
  readonly about?: string
  /** The placeholder. */
  readonly hint?: string
  readonly names?: NamesOf
}

const whenEmpty = 'Empty: the embedded one.'

/** Editors that can start from an embedded document: a values document replaces the embedded one as a whole. */
const embeddedOf: Partial<Record<EditorName, { readonly key: keyof EmbeddedDocuments; readonly words: string }>> = {
  values: { key: 'values', words: 'values' },
  'compare.values': { key: 'values', words: 'values' },
  config: { key: 'config', words: 'configuration' },
  'compare.config': { key: 'config', words: 'configuration' },
}

const groups: readonly Group[] = [
  {
    id: 'workload',
    label: 'Workload',
    editors: [{ name: 'workload', label: 'Workload', hint: 'Paste a workload of any kind', names: 'pods' }],
  },
  {
    id: 'namespace',
    label: 'Namespace',
    editors: [
      {
        ...{ name: 'namespace.labels', label: 'Labels of the namespace', hint: 'istio-injection: enabled' },
        names: 'namespace label',
      },
      {
        ...{ name: 'namespace.annotations', label: 'Annotations of the namespace', hint: 'name: value' },
        names: 'namespace annotation',
      },
    ],
  },
  {
    id: 'cluster',
    label: 'Cluster',
    editors: [
      {
        name: 'cluster',
        label: 'Cluster',
        about:
          'Webhook configurations (revisions and tags), Namespaces, Nodes, ProxyConfigs. Empty: a default cluster.',
      },
    ],
  },
  configurationGroup('values', 'Values', `Values of the installation. ${whenEmpty}`),
  configurationGroup('mesh', 'Mesh', `MeshConfig. ${whenEmpty}`),
  configurationGroup('config', 'Injector', `Injector configuration and templates. ${whenEmpty}`),
]

function configurationGroup(id: Exclude<ConfigurationEditor, 'settings'>, label: string, about: string): Group {
  return {
    id,
    label,
    editors: [
      { name: id, label, about },
      { name: `compare.${id}`, label: `${label} of the second configuration`, about },
    ],
  }
}

/** The left side of the page: a tab for each document, and one for the settings. */
export function inputs(onChange: () => void): Inputs {
  const editors = new Map<string, Editor>()
  const name = element('input', {
    type: 'text',
    id: 'namespace-name',
    placeholder: 'default',
    autocomplete: 'off',
    spellcheck: 'false',
  })
  const nameFaults = element('p', { class: 'faults', id: 'namespace-faults', hidden: true })
  name.setAttribute('aria-describedby', nameFaults.id)
  name.addEventListener('input', onChange)
  const forms: Readonly<Record<'settings' | 'compare.settings', SettingsForm>> = {
    settings: settingsForm('settings', 'Settings of the injector', onChange),
    'compare.settings': settingsForm('compare-settings', 'Settings of the second configuration', onChange),
  }
  let compared = false
  let embedded: EmbeddedDocuments | undefined
  let names: readonly NameHint[] = []
  const offers: { readonly place: HTMLElement; readonly editor: Editor }[] = []
  const headOf = ({ name, about }: EditorEntry, editor: Editor): readonly HTMLElement[] => {
    if (about === undefined) return []
    const head = element('div', { class: 'about' }, element('p', { class: 'hint' }, about))
    const document = embeddedOf[name]
    if (document === undefined) return [head]
    const start = button(`Start from the embedded ${document.words}`, () => {
      editor.setText(embedded?.[document.key] ?? '')
      showOffers()
      onChange()
      editor.goTo(1, 1)
    })
    start.classList.add('small')
    head.append(start)
    offers.push({ place: start, editor })
    return [head]
  }
  const showOffers = (): void => {
    for (const { place, editor } of offers) place.hidden = embedded === undefined || editor.text() !== ''
  }

  const panels = groups.map((group) => {
    const slots = group.editors.map((entry) => {
      const { name, label, hint = '', names: namesOf } = entry
      const changed = (): void => {
        showOffers()
        onChange()
      }
      const completion = namesOf === undefined ? [] : [nameCompletion(namesOf, () => names)]
      const made = editor(`${label}, YAML`, hint, changed, completion)
      editors.set(name, made)
      const caption = element('h3', { class: 'slot-title' }, label)
      return element('div', { class: 'slot', 'data-editor': name }, caption, ...headOf(entry, made), made.host)
    })
    const head =
      group.id === 'namespace'
        ? [element('div', { class: 'field' }, element('label', { for: name.id }, 'Name'), name, nameFaults)]
        : []
    return { ...group, panel: element('div', { class: 'slots' }, ...head, ...slots) }
  })
  const settingsPanel = element(
    'div',
    { class: 'slots' },
    ...Object.entries(forms).map(([name, { form }]) => element('div', { class: 'slot', 'data-editor': name }, form)),
  )
  const all = [...panels, { id: 'settings', label: 'Settings', panel: settingsPanel }].map((one) => ({
    ...one,
    id: `in-${one.id}`,
  }))
  const tablist = tabs('Workload and configuration', all, () => {})
  tablist.select('in-workload')
  const body = element('div', { class: 'panels' }, ...all.map(({ panel }) => panel))
  const root = element('div', { class: 'inputs' }, tablist.list, body)

  const textOf = (name: TextEditor): string => editors.get(name)?.text() ?? ''
  const setText = (name: TextEditor, text: string): void => editors.get(name)?.setText(text)
  const first = (): PlaygroundConfiguration => ({
    values: textOf('values'),
    mesh: textOf('mesh'),
    config: textOf('config'),
    settings: forms.settings.settings(),
  })
  const second = (): PlaygroundConfiguration => ({
    values: textOf('compare.values'),
    mesh: textOf('compare.mesh'),
    config: textOf('compare.config'),
    settings: forms['compare.settings'].settings(),
  })
  const loadSecond = ({ values, mesh, config, settings }: PlaygroundConfiguration): void => {
    setText('compare.values', values)
    setText('compare.mesh', mesh)
    setText('compare.config', config)
    forms['compare.settings'].load(settings)
  }
  const show = (isCompared: boolean): void => {
    compared = isCompared
    root.toggleAttribute('data-compared', isCompared)
  }

  return {
    element: root,
    state: () => ({
      workload: textOf('workload'),
      namespace: {
        name: name.value.trim(),
        labels: textOf('namespace.labels'),
        annotations: textOf('namespace.annotations'),
      },
      cluster: textOf('cluster'),
      ...first(),
      ...(compared ? { compare: second() } : {}),
    }),
    load: (state) => {
      setText('workload', state.workload)
      name.value = state.namespace.name
      setText('namespace.labels', state.namespace.labels)
      setText('namespace.annotations', state.namespace.annotations)
      setText('cluster', state.cluster)
      setText('values', state.values)
      setText('mesh', state.mesh)
      setText('config', state.config)
      forms.settings.load(state.settings)
      loadSecond(state.compare ?? state)
      show(state.compare !== undefined)
      showOffers()
    },
    setCompare: (isCompared) => {
      if (isCompared && !compared) loadSecond(first())
      show(isCompared)
      showOffers()
    },
    offer: (greeting) => {
      embedded = greeting.embedded
      names = greeting.names
      showOffers()
    },
    setProblems: (problems) => {
      const of = (name: string): readonly Mark[] => problems.filter(({ editor }) => editor === name)
      for (const [name, { setMarks }] of editors) setMarks(of(name))
      for (const [name, { setMarks }] of Object.entries(forms)) setMarks(of(name))
      const nameProblems = of('namespace.name')
      nameFaults.textContent = nameProblems.map(({ message }) => message).join(' ')
      nameFaults.hidden = nameProblems.length === 0
      for (const { id } of all) {
        const own = problems.filter(({ editor }) => tabOf(editor) === id)
        const kind = own.some(({ severity }) => severity === 'error') ? 'error' : 'warning'
        tablist.badge(
          id,
          own.length === 0 ? '' : String(own.length),
          own.length === 0 ? '' : counted(own.length, 'problem'),
          kind,
        )
      }
    },
    goTo: (target, line, column) => {
      tablist.select(tabOf(target))
      if (target === 'namespace.name') name.focus()
      else if (target === 'settings' || target === 'compare.settings') forms[target].focus()
      else editors.get(target)?.goTo(line, column)
    },
  }
}

/** The tab of an editor: `compare.values` is on that of `values`. */
function tabOf(name: EditorName): string {
  const [head = '', ...rest] = name.split('.')
  return `in-${head === 'compare' ? (rest[0] ?? '') : head}`
}
