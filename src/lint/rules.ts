import type { Rule } from './rule.ts'
import { annotationRules } from './rules/annotations.ts'
import { besideIstiodRules } from './rules/beside-istiod.ts'
import { exclusionRules } from './rules/exclusions.ts'
import { ignoredValueRules } from './rules/ignored-values.ts'
import { lifetimeRules } from './rules/lifetime.ts'
import { namespaceRules } from './rules/namespaces.ts'
import { nodeRules } from './rules/nodes.ts'
import { portRules } from './rules/ports.ts'
import { probeRules } from './rules/probes.ts'
import { proxyRules } from './rules/proxy.ts'
import { runningPodRules } from './rules/running.ts'
import { serviceEntryRules } from './rules/service-entries.ts'
import { versionRules } from './rules/versions.ts'
import { webhookRules } from './rules/webhooks.ts'
import { workloadRules } from './rules/workloads.ts'

/** Every rule, in the order of their codes. A new rule is a new entry in one of the files of `rules/`. */
export const rules: readonly Rule[] = [
  ...namespaceRules,
  ...annotationRules,
  ...portRules,
  ...probeRules,
  ...webhookRules,
  ...workloadRules,
  ...lifetimeRules,
  ...runningPodRules,
  ...proxyRules,
  ...exclusionRules,
  ...ignoredValueRules,
  ...serviceEntryRules,
  ...nodeRules,
  ...versionRules,
  ...besideIstiodRules,
].toSorted((one, other) => (one.code < other.code ? -1 : 1))

const byCode: ReadonlyMap<string, Rule> = new Map(rules.map((rule) => [rule.code, rule]))

/** The rule of a code. */
export function findRule(code: string): Rule | undefined {
  return byCode.get(code)
}
