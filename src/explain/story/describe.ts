import type { StringMap } from '../../lang/json.ts'
import { describeChange } from '../compare/words.ts'
import type { Call } from './calls.ts'
import { type StoryLine, type StorySection, section } from './lines.ts'
import type { Running } from './running.ts'
import { provenanceSections } from './sections.ts'
import type { Story } from './story.ts'

/** The sections of a story, without its headline and suggested changes. */
export function storySections(story: Story): readonly StorySection[] {
  const { decision, running } = story
  return [
    ...section('Webhooks', ofCalls(story)),
    ...section('Decision', ofDecision(story)),
    ...(running === null ? [] : section('Running pod', ofRunning(running, story))),
    ...(decision.result === 'injected' || story.ignored.length > 0 ? provenanceSections(story) : []),
  ]
}

/** The heading of the suggested changes. */
export function remedyTitle({ injected }: Story): string {
  return injected ? 'To prevent injection' : 'To get it injected'
}

function ofCalls(story: Story): readonly StoryLine[] {
  const { pod, webhooks, problems } = story
  const called = webhooks.filter((one) => one.called)
  const injectors = webhooks.filter((one) => one.injector && !one.called)
  const others = webhooks.filter((one) => !one.injector && !one.called).length
  const isCalled = (name: string) => called.some(({ configuration }) => configuration === name)
  const isInjectorCalled = called.some((one) => one.injector)
  return [
    { text: `namespace ${pod.namespace}: ${labelsText(pod.namespaceLabels)}` },
    { text: `pod: ${labelsText(pod.labels)}` },
    ...problems.map((problem): StoryLine => ({ text: `Problem: ${problem}.`, tone: 'error' })),
    ...called.map(ofCalled),
    ...(isInjectorCalled ? [] : [{ text: 'no injector is called:', tone: 'error' } as const]),
    ...byConfiguration(injectors).flatMap(([name, some]) =>
      isInjectorCalled ? (isCalled(name) ? [] : ofOthers(name, some)) : ofNotCalled(name, some),
    ),
    ...(others === 0
      ? []
      : [{ text: `not called: ${others} other ${others === 1 ? 'webhook' : 'webhooks'}, not for injection` }]),
  ]
}

function ofCalled(call: Call, index: number): StoryLine {
  const { webhook, configuration, injector, server, failurePolicy, reinvocationPolicy, timeoutSeconds } = call
  const again = reinvocationPolicy === 'IfNeeded' ? ', and again if a later webhook changes the pod' : ''
  const conditions = call.matchConditions.join(', ')
  return {
    text: `${index + 1}. ${webhook} of ${configuration}${injector ? ` (${standing(call)})` : ''}`,
    details: [
      `calls ${server}${again}; failurePolicy ${failurePolicy}, ${timeoutSeconds} s`,
      ...(conditions === '' ? [] : [`only if its matchConditions match, which are not evaluated here: ${conditions}`]),
    ],
    form: 'numbered',
    ...(injector && { tone: 'success' }),
  }
}

function standing({ revision, tag }: Call): string {
  const of = revision === null ? 'an injector without a revision' : `revision ${revision}`
  return tag === null ? of : `tag ${tag}, ${of}`
}

function ofNotCalled(name: string, calls: readonly Call[]): readonly StoryLine[] {
  const [first] = calls
  if (first === undefined) return []
  const head = `${name} (${standing(first)})`
  if (calls.every(({ deactivated }) => deactivated)) {
    return [{ text: `not called: ${head}, deactivated by the tag default` }]
  }
  const details = calls.map(
    ({ webhook, failures }) =>
      `${webhook.replace(/\.?sidecar-injector\.istio\.io$/, '') || webhook}: ${failures.join('; ')}`,
  )
  return [{ text: `not called: ${head}`, details, form: 'group' }]
}

/** If another injector is called: the webhook of each configuration that came closest to matching. */
function ofOthers(name: string, calls: readonly Call[]): readonly StoryLine[] {
  const [nearest] = calls.toSorted((one, other) => one.failures.length - other.failures.length)
  if (nearest === undefined) return []
  if (nearest.deactivated) return ofNotCalled(name, calls)
  return [{ text: `not called: ${name} (${standing(nearest)}): ${nearest.failures[0] ?? ''}` }]
}

function byConfiguration(calls: readonly Call[]): readonly (readonly [string, readonly Call[]])[] {
  const names = [...new Set(calls.map(({ configuration }) => configuration))]
  return names.map((name) => [name, calls.filter(({ configuration }) => configuration === name)])
}

function labelsText(labels: StringMap): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`)
  return pairs.length === 0 ? 'no labels' : pairs.join(', ')
}

function ofDecision({ decision, webhooks }: Story): readonly StoryLine[] {
  const { result, reason, message, templates, revision, configuration, path, warnings } = decision
  const called = webhooks.some(({ injector, called: isCalled }) => injector && isCalled)
  const [first = '', ...rest] = message.split('\n')
  return [
    {
      text: `${called ? '' : 'would be '}${result} (${reason}): ${first}`,
      details: rest,
      form: 'group',
      tone: result === 'injected' ? 'success' : 'error',
    },
    ...(templates.length === 0 ? [] : [{ text: `templates: ${templates.join(', ')}` }]),
    { text: `revision ${revision}, by ${configuration}${path === '/inject' ? '' : `, at ${path}`}` },
    ...warnings.map((text): StoryLine => ({ text: `Warning: ${text}.`, tone: 'note' })),
  ]
}

function ofRunning(running: Running, { decision }: Story): readonly StoryLine[] {
  const { name, createdAt, injected, revision, configHash, containers, changes } = running
  const made = `${name}${createdAt === '' ? '' : `, created at ${createdAt}`}`
  if (!injected) return [{ text: `${made}: no sidecar` }]
  const by = revision === null ? 'an injector without a revision' : `revision ${revision}`
  return [
    { text: `${made}: injected by ${by} with ${containers.join(', ') || 'no container'}` },
    ...(configHash === null ? [] : [{ text: hashText(configHash, decision.configHash) }]),
    ...(decision.result !== 'injected'
      ? []
      : changes.length === 0
        ? [{ text: 'if it were created now: no changes' }]
        : [
            {
              text: 'if it were created now:',
              details: changes.map((change) => `${change.subject}: ${describeChange(change, 60)}`),
              form: 'group',
            } as const,
          ]),
  ]
}

function hashText(recorded: string, now: string): string {
  const short = (hash: string) => hash.slice(0, 12)
  return recorded === now
    ? `with the current configuration (${short(now)})`
    : `with an older configuration (${short(recorded)}; current: ${short(now)})`
}
