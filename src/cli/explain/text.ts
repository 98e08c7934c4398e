import { styleText } from 'node:util'
import { describeChange } from '../../compare/words.ts'
import type { StringMap } from '../../json.ts'
import { printable } from '../io.ts'
import type { Call } from './calls.ts'
import { section, wrap } from './lines.ts'
import { placeText, type RemedyLine } from './remedy-lines.ts'
import type { Running } from './running.ts'
import { provenanceLines } from './sections.ts'
import type { Remedy, Story } from './story.ts'

/** A story for people, in lines of 80 columns but for those that are to be copied. */
export function storyText(story: Story, colour: boolean): string {
  const { injected, decision, running, changes } = story
  const lines = [
    ...wrap(heading(story), 0, 2),
    ...wrap(capital(story.summary), 0, 2),
    ...story.assumed.flatMap((text) => wrap(`Assumed: ${text}.`, 0, 2)),
    ...story.notes.flatMap((text) => wrap(`Note: ${text}.`, 0, 2)),
    ...section('Who is called', callLines(story)),
    ...section('What the injector decides', decisionLines(story)),
    ...(running === null ? [] : section('The pod that runs', runningLines(running, story))),
    ...(decision.result === 'injected' || story.ignored.length > 0 ? provenanceLines(story) : []),
    ...section(injected ? 'To keep it out' : 'To get it injected', changes.flatMap(remedyLines)),
  ]
  const text = printable(`${lines.join('\n')}\n`)
  return colour ? coloured(text, injected) : text
}

/** `Deployment shop/web (web.yaml:3)`, `Pod shop/web-1, of Deployment web (the cluster)`. */
function heading({ pod, running }: Story): string {
  const [kind = '', name = ''] = pod.workload.split('/')
  const title = `${kind} ${pod.namespace}/${name || '(no name)'}`
  const isOwned = running !== null && kind !== 'Pod'
  return `${isOwned ? `Pod ${pod.namespace}/${pod.name}, of ${kind} ${name}` : title} (${pod.source})`
}

function callLines(story: Story): readonly string[] {
  const { pod, webhooks, problems } = story
  const called = webhooks.filter((one) => one.called)
  const injectors = webhooks.filter((one) => one.injector && !one.called)
  const others = webhooks.filter((one) => !one.injector && !one.called).length
  const isCalled = (name: string) => called.some(({ configuration }) => configuration === name)
  return [
    ...wrap(`namespace ${pod.namespace}: ${labelsText(pod.namespaceLabels)}`, 2),
    ...wrap(`pod: ${labelsText(pod.labels)}`, 2),
    ...problems.flatMap((problem) => wrap(`Problem: ${problem}.`, 2)),
    ...called.flatMap(calledLines),
    ...(called.some((one) => one.injector) ? [] : ['  no injector is called:']),
    ...(called.some((one) => one.injector)
      ? byConfiguration(injectors).flatMap(([name, some]) => (isCalled(name) ? [] : passedOverLines(name, some)))
      : byConfiguration(injectors).flatMap(([name, some]) => notCalledLines(name, some))),
    ...(others === 0 ? [] : [`  not called, and no injectors: ${others} more`]),
  ]
}

function calledLines(call: Call, index: number): readonly string[] {
  const { webhook, configuration, injector, server, failurePolicy, reinvocationPolicy, timeoutSeconds } = call
  const again = reinvocationPolicy === 'IfNeeded' ? ', and again where a later one changes the pod' : ''
  return [
    ...wrap(`${index + 1}. ${webhook} of ${configuration}${injector ? ` (${standing(call)})` : ''}`, 2, 5),
    ...wrap(`calls ${server}${again}; failurePolicy ${failurePolicy}, ${timeoutSeconds} s`, 5),
    ...(call.matchConditions.length === 0
      ? []
      : wrap(`if its matchConditions hold, which are not evaluated here: ${call.matchConditions.join(', ')}`, 5)),
  ]
}

function standing({ revision, tag }: Call): string {
  const of = revision === null ? 'an injector without a revision' : `revision ${revision}`
  return tag === null ? of : `tag ${tag}, ${of}`
}

function notCalledLines(name: string, calls: readonly Call[]): readonly string[] {
  const [first] = calls
  if (first === undefined) return []
  const head = `${name} (${standing(first)})`
  if (calls.every(({ deactivated }) => deactivated)) {
    return wrap(`not called: ${head}, which a tag default has switched off`, 2)
  }
  const lines = calls.flatMap(({ webhook, failures }) =>
    wrap(`${webhook.replace(/\.?sidecar-injector\.istio\.io$/, '') || webhook}: ${failures.join('; ')}`, 4),
  )
  return [...wrap(`not called: ${head}`, 2), ...lines]
}

/** Where another injector is called: of each configuration the webhook that came nearest. */
function passedOverLines(name: string, calls: readonly Call[]): readonly string[] {
  const [nearest] = calls.toSorted((one, other) => one.failures.length - other.failures.length)
  if (nearest === undefined) return []
  if (nearest.deactivated) return notCalledLines(name, calls)
  return wrap(`not called: ${name} (${standing(nearest)}): ${nearest.failures[0] ?? ''}`, 2)
}

function byConfiguration(calls: readonly Call[]): readonly (readonly [string, readonly Call[]])[] {
  const names = [...new Set(calls.map(({ configuration }) => configuration))]
  return names.map((name) => [name, calls.filter(({ configuration }) => configuration === name)])
}

function labelsText(labels: StringMap): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`)
  return pairs.length === 0 ? 'no labels' : pairs.join(', ')
}

function decisionLines({ decision, webhooks }: Story): readonly string[] {
  const { result, reason, message, templates, revision, configuration, path, warnings } = decision
  const called = webhooks.some(({ injector, called: isCalled }) => injector && isCalled)
  const [first = '', ...rest] = message.split('\n')
  return [
    ...wrap(`${called ? '' : 'would be '}${result} (${reason}): ${first}`, 2),
    ...rest.flatMap((line) => wrap(line, 4)),
    ...(templates.length === 0 ? [] : wrap(`templates: ${templates.join(', ')}`, 2)),
    ...wrap(`revision ${revision}, by ${configuration}${path === '/inject' ? '' : `, at ${path}`}`, 2),
    ...warnings.flatMap((text) => wrap(`Warning: ${text}.`, 2)),
  ]
}

function runningLines(running: Running, { decision }: Story): readonly string[] {
  const { name, createdAt, injected, revision, configHash, containers, changes } = running
  const made = `${name}${createdAt === '' ? '' : `, created at ${createdAt}`}`
  if (!injected) return wrap(`${made}: it has no sidecar`, 2)
  const by = revision === null ? 'an injector that left no revision' : `revision ${revision}`
  return [
    ...wrap(`${made}: injected by ${by} with ${containers.join(', ') || 'no container'}`, 2),
    ...(configHash === null ? [] : wrap(hashText(configHash, decision.configHash), 2)),
    ...(decision.result !== 'injected'
      ? []
      : changes.length === 0
        ? ['  created now, it would get the same']
        : [
            '  created now, it would get:',
            ...changes.flatMap((change) => wrap(`${change.subject}: ${describeChange(change, 60)}`, 4)),
          ]),
  ]
}

function hashText(recorded: string, now: string): string {
  const short = (hash: string) => hash.slice(0, 12)
  return recorded === now
    ? `by the configuration of today (${short(now)})`
    : `by another configuration (${short(recorded)}) than that of today (${short(now)})`
}

function remedyLines({ text, lines }: Remedy, index: number): readonly string[] {
  const head = wrap(`${index === 0 ? '' : 'or '}${text}`, 2)
  return [...head, ...lines.flatMap((line) => lineLines(line))]
}

/** What is to be copied stays in one line. */
function lineLines(line: RemedyLine): readonly string[] {
  if (line.form === 'shell') return [`    $ ${line.line}`]
  const removed = line.value === null
  return [...wrap(`${placeText(line)}${removed ? ', remove' : ''}:`, 4, 6), `      ${line.line}`]
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** The answer in its colour, headings in bold. */
function coloured(text: string, injected: boolean): string {
  return text
    .split('\n')
    .map((line, index, lines) => {
      if (index === 0) return styleText('bold', line, { validateStream: false })
      if (index === 1) return styleText(injected ? 'green' : 'red', line, { validateStream: false })
      if (line !== '' && lines[index - 1] === '') return styleText('bold', line, { validateStream: false })
      return line
    })
    .join('\n')
}
