import type { PlaygroundSettings } from '../src/playground/types.ts'
import { element } from './dom.ts'
import type { Mark } from './editor.ts'

export interface SettingsForm {
  readonly form: HTMLElement
  readonly settings: () => PlaygroundSettings
  readonly load: (settings: PlaygroundSettings) => void
  readonly setMarks: (marks: readonly Mark[]) => void
  readonly focus: () => void
}

type Control = HTMLInputElement | HTMLSelectElement

/** A form for the settings of an injector. `prefix` makes its element ids unique. */
export function settingsForm(prefix: string, label: string, onChange: () => void): SettingsForm {
  const revision = text('default')
  const nativeSidecars = choice(['', 'auto', 'enabled', 'disabled'], { '': 'by the values' })
  const platform = choice(['', 'openshift'], { '': 'any' })
  const compliancePolicy = text('none')
  const path = text('/inject')
  const faults = element('ul', { class: 'faults', id: `${prefix}-faults`, hidden: true })
  const rows = [
    row(prefix, revision, 'Revision', "istiod's revision (istio.io/rev)."),
    row(
      prefix,
      nativeSidecars,
      'Native sidecars',
      'By the values: as pilot.env says, else as their version of Istio does. auto: by the versions of the nodes.',
    ),
    row(prefix, platform, 'Platform', 'On OpenShift, user IDs come from the namespace.'),
    row(prefix, compliancePolicy, 'Compliance policy', 'The policy for proxies, such as fips-140-3.'),
    row(
      prefix,
      path,
      'Webhook path',
      'Can contain settings: /inject/cluster/c1/net/n1. Empty: the path of the called webhook.',
    ),
  ]
  const form = element(
    'fieldset',
    { class: 'settings', 'aria-describedby': faults.id },
    element('legend', {}, label),
    ...rows,
    faults,
  )
  form.addEventListener('input', onChange)
  return {
    form,
    settings: () => ({
      revision: revision.value.trim(),
      nativeSidecars: nativeSidecars.chosen(),
      platform: platform.chosen(),
      compliancePolicy: compliancePolicy.value.trim(),
      path: path.value.trim(),
    }),
    load: (settings) => {
      revision.value = settings.revision
      nativeSidecars.value = settings.nativeSidecars
      platform.value = settings.platform
      compliancePolicy.value = settings.compliancePolicy
      path.value = settings.path
    },
    setMarks: (marks) => {
      faults.replaceChildren(...marks.map(({ message }) => element('li', {}, message)))
      faults.hidden = marks.length === 0
    },
    focus: () => revision.focus(),
  }
}

function text(placeholder: string): HTMLInputElement {
  return element('input', {
    type: 'text',
    placeholder,
    autocomplete: 'off',
    spellcheck: 'false',
    autocapitalize: 'off',
  })
}

function choice<Option extends string>(
  options: readonly [Option, ...Option[]],
  words: Partial<Record<Option, string>>,
) {
  const select = element(
    'select',
    {},
    ...options.map((option) => element('option', { value: option }, words[option] ?? option)),
  )
  const chosen = (): Option => options.find((option) => option === select.value) ?? options[0]
  return Object.assign(select, { chosen })
}

function row(prefix: string, control: Control, label: string, hint: string): HTMLElement {
  control.id = `${prefix}-${label.toLowerCase().replaceAll(' ', '-')}`
  const hintId = `${control.id}-hint`
  control.setAttribute('aria-describedby', hintId)
  return element(
    'div',
    { class: 'field' },
    element('label', { for: control.id }, label),
    control,
    element('p', { class: 'hint', id: hintId }, hint),
  )
}
