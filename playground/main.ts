import { examples } from '../src/playground/examples.ts'
import { fromFragment, linkTo } from '../src/playground/fragment.ts'
import { emptyState, readState } from '../src/playground/state.ts'
import type { PlaygroundState } from '../src/playground/types.ts'
import { byId, element } from './dom.ts'
import { evaluator } from './evaluator.ts'
import { inputs } from './inputs.ts'
import { copyText, notices } from './notices.ts'
import { outputs } from './outputs.ts'
import { sides } from './sides.ts'
import { themeSwitch } from './theme.ts'
import type { GoTo } from './views/view.ts'

const exampleSelect = select('example')
const compareBox = checkbox('compare')
const first = examples[0]?.state ?? emptyState
const notify = notices(byId('notice'))

const left = inputs(() => {
  exampleSelect.value = ''
  ask(left.state())
})
const showSide = sides(byId('sides'))
const goTo: GoTo = (editor, line, column) => {
  showSide('input')
  left.goTo(editor, line, column)
}
const right = outputs(goTo, (text, what) => copyText(text, what, notify))
const ask = evaluator(() => new Worker(new URL('./worker.js', import.meta.url), { type: 'module' }), {
  onAnswer: (evaluation, took) => {
    left.setProblems(evaluation.problems)
    right.show(evaluation, took)
  },
  onFailure: right.fail,
  onHello: left.offer,
  onBusy: (busy) => byId('output').setAttribute('aria-busy', String(busy)),
})

function show(state: PlaygroundState): void {
  left.load(state)
  compareBox.checked = state.compare !== undefined
  right.setCompare(state.compare !== undefined)
  ask(left.state())
}

/** The state of the link, of the server, or the first example. An invalid link causes a notice. */
async function start(): Promise<void> {
  const linked = await fromLink()
  show(linked ?? (await fromServer()) ?? first)
}

async function fromLink(): Promise<PlaygroundState | undefined> {
  if (!location.hash.startsWith('#v1=')) return undefined
  const read = await fromFragment(location.hash)
  if ('state' in read) return read.state
  notify(read.problem, 'error')
  return undefined
}

async function fromServer(): Promise<PlaygroundState | undefined> {
  try {
    const response = await fetch('initial.json')
    const read = response.ok ? readState(await response.json()) : undefined
    if (read === undefined || 'problem' in read) return undefined
    // Show an example if the server has no workload.
    return read.state.workload === '' ? { ...read.state, workload: first.workload } : read.state
  } catch {
    // The page also works on hosts without this file.
    return undefined
  }
}

async function share(): Promise<void> {
  const link = await linkTo(left.state())
  if ('problem' in link) {
    notify(link.problem, 'error')
    return
  }
  history.replaceState(null, '', link.fragment)
  await copyText(location.href, 'The link', notify)
}

byId('input').append(left.element)
byId('output').append(right.element)
themeSwitch(select('theme'))
exampleSelect.append(...examples.map(({ id, title }) => element('option', { value: id }, title)))
exampleSelect.addEventListener('change', () => {
  const example = examples.find(({ id }) => id === exampleSelect.value)
  if (example !== undefined) show(example.state)
})
compareBox.addEventListener('change', () => {
  left.setCompare(compareBox.checked)
  right.setCompare(compareBox.checked)
  ask(left.state())
})
byId('share').addEventListener('click', () => share())
byId('skip').addEventListener('click', () => {
  showSide('output')
  byId('output').focus()
})
window.addEventListener('hashchange', async () => {
  const linked = await fromLink()
  if (linked !== undefined) show(linked)
})
start()

function select(id: string): HTMLSelectElement {
  const found = byId(id)
  if (!(found instanceof HTMLSelectElement)) throw new Error(`#${id} is not a select`)
  return found
}

function checkbox(id: string): HTMLInputElement {
  const found = byId(id)
  if (!(found instanceof HTMLInputElement)) throw new Error(`#${id} is not a checkbox`)
  return found
}
