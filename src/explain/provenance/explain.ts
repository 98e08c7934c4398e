import { inject } from '../../injection/inject.ts'
import type { ClusterFacts } from '../../injection/model/facts.ts'
import { type Injection, type InjectionRequest, namespaceOf } from '../../injection/model/injection.ts'
import type { Prepared } from '../../injection/model/prepared.ts'
import type { Snapshot } from '../../injection/model/snapshot.ts'
import type { Source } from '../../injection/model/source.ts'
import type { StepName, TakenStep } from '../../injection/steps.ts'
import { checkPod } from '../../kubernetes/pod/check.ts'
import type { Pod } from '../../kubernetes/pod/types.ts'
import { type FieldStep, followFields } from './fields.ts'
import { ignoredAnnotations } from './ignored.ts'
import { keysOf } from './keyed.ts'
import { portOrigins } from './ports.ts'
import { probeOrigins } from './probe-origins.ts'
import { decisionOrigin, settingOrigins } from './settings.ts'
import type { Inputs } from './sources.ts'
import { originOfStep } from './steps.ts'
import { ofTemplates } from './template-annotations.ts'
import { traceTemplate } from './template-fields.ts'
import type { FieldOrigin, Provenance, SettingOrigin } from './types.ts'

/** An injection and its provenance. */
export interface ExplainedInjection {
  readonly injection: Injection
  readonly provenance: Provenance
}

interface Observed {
  readonly step: TakenStep
  readonly pod: Pod
}

/**
 * Injects a pod like `inject` and reports where each field of the result comes from. Pure; about fifty times slower than
 * `inject`, since templates are rendered again with tracing, and the pod is injected again without each annotation.
 */
export function explainInjection(
  request: InjectionRequest,
  snapshot: Snapshot,
  facts: ClusterFacts,
): ExplainedInjection {
  const observed: Observed[] = []
  const injection = inject(request, snapshot, facts, (step, pod) => observed.push({ step, pod }))
  const checked = checkPod(request.pod)
  if ('faults' in checked) return { injection, provenance: nothing }
  const { pod } = checked
  const decision = decisionOrigin({ pod, namespace: namespaceOf(pod, request), snapshot }, injection)
  const again = (other: Pod) => inject({ ...request, pod: other }, snapshot, facts)
  const [first] = observed
  if (injection.decision.result !== 'injected' || first?.step.name !== 'prepare') {
    const ignored =
      injection.decision.result === 'denied'
        ? []
        : ignoredAnnotations({ pod, injection, inject: again, fields: [], settings: [decision], read: [] })
    return { injection, provenance: { ...nothing, settings: [decision], ignored } }
  }

  const { inputs, read, followed } = followSteps(request, observed, first.step.prepared)
  const { settings, fields } = ofTemplates([decision, ...settingOrigins(inputs)], followed.fields)
  const all = [...settings, ...readSettings(fields)]
  const [before, after] = [inputs.takenBy('probes'), inputs.takenBy('stamp')]
  const settingNamed = (name: string) => settings.find(({ setting }) => setting === name)
  return {
    injection,
    provenance: {
      fields,
      removed: followed.removed,
      settings: all,
      probes: probeOrigins(before, after, settingNamed('rewrite probes'), settingNamed('agent port')),
      ports: portOrigins(injection.pod, fields),
      ignored: ignoredAnnotations({ pod, injection, inject: again, fields, settings: all, read }),
    },
  }
}

/** The fields of a pod that an injection gave before it was denied, because Kubernetes would refuse the result. */
export function fieldsOfAttempt(
  request: InjectionRequest,
  snapshot: Snapshot,
  facts: ClusterFacts,
): { readonly pod: Pod; readonly fields: readonly FieldOrigin[] } | undefined {
  const observed: Observed[] = []
  inject(request, snapshot, facts, (step, pod) => observed.push({ step, pod }))
  const [first, last] = [observed[0], observed.at(-1)]
  if (last === undefined || first?.step.name !== 'prepare') return undefined
  return { pod: last.pod, fields: followSteps(request, observed, first.step.prepared).followed.fields }
}

function followSteps(request: InjectionRequest, observed: readonly Observed[], prepared: Prepared) {
  const read: Source[] = []
  const inputs: Inputs = {
    subject: prepared.subject,
    prepared,
    takenBy: (name) => podTakenBy(name, observed, prepared.base),
    reads: (source) => read.some(({ kind, name }) => kind === source.kind && name === source.name),
  }
  const followed = followFields(
    request.pod,
    observed.map((one) => taken(one, inputs, read)),
  )
  return { inputs, read, followed }
}

const nothing: Provenance = { fields: [], removed: [], settings: [], probes: [], ports: [], ignored: [] }

/** The input of a step: the output of the previous one. */
function podTakenBy(name: StepName, observed: readonly Observed[], base: Pod): Pod {
  const index = observed.findIndex(({ step }) => step.name === name)
  return observed[index - 1]?.pod ?? base
}

/** A step with the origins of its fields; sources that a template reads are added to `read`. */
function taken({ step, pod }: Observed, inputs: Inputs, read: Source[]): FieldStep {
  switch (step.name) {
    case 'prepare':
    case 'own-proxy':
      return { pod, originOf: () => ofPod, remover: { kind: 'step', step: step.name, why: step.why } }
    case 'template': {
      const rendered = traceTemplate(step.rendered, inputs)
      read.push(...rendered.read)
      return {
        pod,
        originOf: (path) => rendered.fields.get(path) ?? ofPod,
        remover: { kind: 'template', template: step.rendered.template.name },
        ...(inputs.prepared.earlier.injected ? { confirms: rendered.fields } : {}),
      }
    }
    default: {
      const { name, why } = step
      return {
        pod,
        originOf: (path) => ({ when: [], unset: [], ...originOfStep(name, keysOf(path), inputs) }),
        remover: { kind: 'step', step: name, why },
      }
    }
  }
}

const ofPod: Omit<FieldOrigin, 'path' | 'value'> = {
  by: { kind: 'pod', why: 'its own field, which moved with its container to another list' },
  from: [],
  when: [],
  lost: [],
  unset: [],
}

/** The annotations and labels from which templates rendered fields, with the sources that they override. */
function readSettings(fields: readonly FieldOrigin[]): readonly SettingOrigin[] {
  const found = new Map<string, SettingOrigin>()
  for (const { from, lost, by } of fields) {
    if (by.kind !== 'template') continue
    for (const source of from) {
      if (source.kind !== 'annotation' || source.field !== undefined || source.value === undefined) continue
      const before = found.get(source.name)
      const overridden = [...(before?.lost ?? []), ...lost.filter(({ kind }) => kind !== 'template' && kind !== 'pod')]
      const distinct = [...new Map(overridden.map((one) => [`${one.kind} ${one.name}`, one])).values()]
      found.set(source.name, { setting: source.name, value: source.value, from: source, lost: distinct, unset: [] })
    }
  }
  return [...found.values()]
}
