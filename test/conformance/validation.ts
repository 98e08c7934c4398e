import { join } from 'node:path'
import { comparePods, formatDifferences } from '../../src/explain/compare/pods.ts'
import { checkPod } from '../../src/kubernetes/pod/check.ts'
import { describePodFault, fieldPath } from '../../src/kubernetes/pod/fault.ts'
import type { JsonObject } from '../../src/lang/json.ts'
import { scenarioInjector, valuesFor } from '../../src/testing/check-scenario.ts'
import { readScenarios, type Scenario } from '../../src/testing/scenarios.ts'
import { deviations } from './deviations.ts'
import { readLines, type Suite, suiteOf } from './suite.ts'

/** What an API server says of a pod. */
interface Answer {
  readonly result: 'valid' | 'invalid' | 'unknown fields' | 'undecodable'
  readonly reasons?: readonly string[]
}

/** A line of conformance/validation/pods.jsonl; the README of conformance/ describes the fields. */
interface PodCase {
  readonly name: string
  readonly pod: JsonObject
  readonly refuses?: string
  readonly stricter?: string
  readonly kubernetes: Answer
}

/** A line of conformance/validation/generated.jsonl. */
interface GeneratedCase {
  readonly name: string
  readonly input: Answer
  readonly injected?: Answer
}

/** What `checkPod` refuses, Kubernetes refuses, too. */
export function refusedPods(folder: string): Suite {
  return suiteOf(readLines<PodCase>(join(folder, 'pods.jsonl')), checkRefusal)
}

/** Where Kubernetes accepts a pod, it accepts what the injection makes of it. */
export function injectedPods(folder: string, generatedFolder: string): Suite {
  const answers = new Map(readLines<GeneratedCase>(join(folder, 'generated.jsonl')).map((line) => [line.name, line]))
  const values = valuesFor(generatedFolder)
  return suiteOf(readScenarios(generatedFolder), (scenario) =>
    checkInjected(scenario, values, answers.get(scenario.name)),
  )
}

function checkRefusal({ pod, refuses, stricter, kubernetes }: PodCase): string | undefined {
  const checked = checkPod(pod)
  const faults = 'faults' in checked ? checked.faults : []
  if (refuses === undefined)
    return faults.length === 0 ? undefined : `checkPod refuses it: ${faults.map(describePodFault).join('; ')}`
  const [fault, ...others] = faults
  if (fault === undefined || others.length > 0 || fieldPath(fault.path) !== refuses)
    return `checkPod should refuse ${refuses} and nothing else, but found ${JSON.stringify(faults)}`
  if (kubernetes.result === 'valid' && stricter === undefined)
    return `checkPod refuses what Kubernetes accepts: ${describePodFault(fault)}`
  if (kubernetes.result !== 'valid' && stricter !== undefined)
    return `marked as stricter than Kubernetes, which refuses it, too: ${kubernetes.reasons?.join('; ')}`
  return undefined
}

function checkInjected(scenario: Scenario, values: JsonObject, answer: GeneratedCase | undefined): string | undefined {
  if (answer === undefined) return 'without an answer of Kubernetes: npm run conformance:refresh'
  const [pod] = scenario.input
  const [validated] = scenario.expected ?? []
  if (pod === undefined) return 'input.yaml holds no pod'
  const { decision, pod: injected } = scenarioInjector(scenario, { values })(pod, scenario.namespace)
  if (decision.reason === 'invalid-injected-pod' && answer.injected?.result === 'invalid') return undefined
  if (decision.result !== 'injected')
    return answer.injected === undefined ? undefined : `${decision.result}, but Kubernetes was asked about the result`
  if (validated === undefined || answer.injected === undefined) return 'Kubernetes was not asked about the injected pod'
  // Kubernetes was asked about Istio's pod.
  if (deviations.has(scenario.name)) return undefined
  const differences = formatDifferences(comparePods(validated, injected))
  if (differences !== '') return `not the pod that Kubernetes was asked about\n${differences}`
  if (answer.input.result !== 'valid') return undefined
  const { result, reasons = [] } = answer.injected
  if (result !== 'valid')
    return `Kubernetes accepts the pod, but not the injected one, which is ${result}\n${reasons.join('\n')}`
  const checked = checkPod(injected)
  return 'faults' in checked
    ? `checkPod refuses the injected pod: ${checked.faults.map(describePodFault).join('; ')}`
    : undefined
}
