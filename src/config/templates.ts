import { samplePod, type TemplateTrial, tryTemplates } from '../injection/check/trial.ts'
import { inject } from '../injection/inject.ts'
import { noFacts } from '../injection/model/facts.ts'
import type { Snapshot } from '../injection/model/snapshot.ts'
import { neededTemplates } from '../injection/prepare/templates.ts'
import { own } from '../lang/json.ts'
import { type FaultCollector, placeOfTemplate } from './collect.ts'
import { defaultConfig } from './defaults.ts'
import type { FoundDocument } from './documents.ts'
import type { Problem } from './faults.ts'
import { type ConfigWarning, configWarning } from './warning.ts'

export interface TemplateDocuments {
  readonly config: FoundDocument | undefined
  readonly values: FoundDocument | undefined
}

export interface TemplateReading {
  /** The snapshot, with the templates that can't be used. */
  readonly snapshot: Snapshot
  readonly warnings: readonly ConfigWarning[]
}

/**
 * Checks the templates of a snapshot; `compilation` is the result for those that don't compile. What pods get by default has to
 * work: its faults are collected. Any other template may be for something else than pods, as those that Istio's charts install
 * for its gateway controller are, and each release may bring more: one that can't be rendered causes a warning.
 */
export function checkTemplates(
  snapshot: Snapshot,
  compilation: readonly TemplateTrial[],
  documents: TemplateDocuments,
  faults: FaultCollector,
): TemplateReading {
  const needed = neededTemplates(snapshot)
  const valuesReplaced = (template: string) => documents.values !== undefined && isEmbedded(template, snapshot)
  const collect = (trials: readonly TemplateTrial[]) => {
    for (const { template, faults: found } of trials) {
      if (!needed.has(template)) continue
      const problems = found.map((fault) => ({ ...fault, valuesReplaced: valuesReplaced(template) }))
      faults.addTemplates(documents.config, problems)
    }
  }
  collect(compilation)
  // With invalid documents, a template may fail through no fault of its own.
  if (!faults.none()) return { snapshot, warnings: [] }
  const trials = tryTemplates(snapshot)
  collect(trials)
  if (faults.none()) faults.addFrom(documents.config ?? documents.values, refusedPods(snapshot))
  const unusable = [...compilation, ...trials].filter(({ template }) => !needed.has(template))
  const faulty = unusable.filter(({ always }) => always)
  return {
    snapshot: { ...snapshot, faultyTemplates: new Map(faulty.map((trial) => [trial.template, linesOf(trial).detail])) },
    warnings: unusable.map((trial) => warningOf(trial, documents.config, valuesReplaced(trial.template))),
  }
}

/** Whether an ordinary pod is denied because of what every pod gets, in each of the ways in which the proxy may run. */
function refusedPods(snapshot: Snapshot): readonly Problem[] {
  const modes = snapshot.nativeSidecars === 'auto' ? (['enabled', 'disabled'] as const) : [snapshot.nativeSidecars]
  return modes.flatMap((nativeSidecars): readonly Problem[] => {
    const request = { pod: samplePod, namespace: 'default', path: '/inject' }
    const { decision } = inject(request, { ...snapshot, policy: 'enabled', nativeSidecars }, noFacts)
    const isRefused = decision.reason === 'invalid-injected-pod' || decision.reason === 'unusable-template'
    if (!isRefused) return []
    return [
      {
        code: 'refused-pods',
        path: ['defaultTemplates'],
        detail: decision.message,
        native: nativeSidecars === 'enabled',
      },
    ]
  })
}

/** An embedded template compiles: one that doesn't is the document's own, whatever its name. */
function isEmbedded(template: string, { templates }: Snapshot): boolean {
  const text = templates.get(template)?.text
  return text !== undefined && text === own(defaultConfig.templates, template)
}

function warningOf(trial: TemplateTrial, config: FoundDocument | undefined, valuesReplaced: boolean): ConfigWarning {
  const [first, ...others] = trial.faults
  const { document, path, position } = placeOfTemplate(config, first)
  const { detail, excerpt } = linesOf(trial)
  const { always } = trial
  const problem = { code: 'unusable-template', path, detail, others: others.length, always, valuesReplaced } as const
  return configWarning(document, { ...problem, excerpt }, position)
}

/** The first fault, and the excerpt of the template below it. */
function linesOf({ faults: [{ message }] }: TemplateTrial) {
  const [detail = '', ...excerpt] = message.split('\n')
  return { detail, excerpt: excerpt.length === 0 ? undefined : excerpt.join('\n') }
}
