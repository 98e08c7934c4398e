import { annotationFaults } from '../istio/annotations/validate.ts'
import { diffPod } from '../kubernetes/patch/diff.ts'
import { annotationsOf, labelsOf } from '../kubernetes/pod/access.ts'
import { checkPod } from '../kubernetes/pod/check.ts'
import type { SizeFault } from '../kubernetes/pod/fault.ts'
import { outlineOf, sizeFault, tooManyValues } from '../kubernetes/pod/size.ts'
import type { Pod } from '../kubernetes/pod/types.ts'
import type { JsonObject } from '../lang/json.ts'
import { refusedFaults } from './check/refused/refused.ts'
import { risksOf } from './check/risks.ts'
import { decide } from './decide/decide.ts'
import type { ClusterFacts } from './model/facts.ts'
import { type Injection, type InjectionRequest, namespaceOf, type Warning } from './model/injection.ts'
import { type Reason, reasons } from './model/reasons.ts'
import type { Snapshot } from './model/snapshot.ts'
import { UserFault } from './model/user-fault.ts'
import { fitTemplates } from './overlay/fit-templates.ts'
import { injectedBy } from './overlay/merge-templates.ts'
import { refuseSharedNames } from './overlay/shared-names.ts'
import { applyAnnotationPolicy } from './policy/annotation-policy.ts'
import { describePolicyFault } from './policy/fault.ts'
import { untypedImages } from './prepare/images.ts'
import { prepare } from './prepare/prepare.ts'
import { proxyConfigReaderOf } from './prepare/proxy-configs.ts'
import { chooseTemplates } from './prepare/templates.ts'
import { hidesContainers, reinvocationOf } from './reinvocation/reinvocation.ts'
import { TemplateFailure } from './render/blame.ts'
import { renderTemplate } from './render/render.ts'
import { unreadableJson } from './render/user-json.ts'
import { type Observe, takeSteps } from './steps.ts'

/**
 * Decides about one pod and injects it: a pure function of its three arguments, and the one place that shows the whole
 * pipeline. Faults that the pod author must fix result in a denial; faults of the configuration or the injector itself are
 * thrown. `observe` is called after every step: see explain/provenance.
 */
export function inject(
  request: InjectionRequest,
  snapshot: Snapshot,
  facts: ClusterFacts,
  observe?: Observe,
): Injection {
  const injection = pass(request, snapshot, facts, observe)
  if (!hidesContainers(request.pod, injection.pod)) return injection
  // Templates haven't seen the containers that a status of other origin listed: the own one doesn't list them.
  const { decision, pod } = pass({ ...request, pod: injection.pod }, snapshot, facts)
  return decision.result === 'injected' ? { ...injection, pod, patch: diffPod(request.pod, pod) } : injection
}

/** One pass over a pod. */
function pass(request: InjectionRequest, snapshot: Snapshot, facts: ClusterFacts, observe?: Observe): Injection {
  const warnings: Warning[] = []
  try {
    const tooMany = tooManyValues(request.pod)
    const pod = acceptPod(tooMany === undefined ? request.pod : outlineOf(request.pod))
    const namespace = namespaceOf(pod, request)
    const { reason, warning } = decide(pod, namespace, snapshot)
    if (warning !== undefined) warnings.push({ code: 'inject-value-ignored', text: warning })
    if (reasons[reason].result === 'skipped') return skipped(request, reason, warnings)

    refuseLarge(tooMany ?? sizeFault(pod))
    checkAnnotations(pod, namespace, snapshot, facts, warnings)
    const templates = chooseTemplates(pod, snapshot)
    const prepared = prepare(pod, namespace, request.path, snapshot, facts)
    const written = templates.map((chosen) => renderTemplate(chosen, prepared.inputs))
    const { rendered, warnings: unfitting } = fitTemplates(written, prepared)
    const injected = injectedBy(rendered)
    refuseSharedNames(prepared.base, injected)
    const reinvocation = reinvocationOf(prepared, injected, snapshot, (first) =>
      firstPass(first, request, snapshot, facts),
    )
    const finished = takeSteps(rendered, { prepared, injected, snapshot, reinvocation }, observe)
    const refused = refusedFaults(request.pod, finished.pod)
    if (refused.length > 0) throw new UserFault('invalid-injected-pod', ...refused)
    warnings.push(
      ...prepared.warnings,
      ...unfitting,
      ...rendered.flatMap(unreadableJson),
      ...finished.warnings,
      ...risksOf(finished.pod, prepared),
    )

    return {
      decision: {
        result: 'injected',
        reason,
        message: reasons[reason].text,
        faults: [],
        templates: templates.map(({ template }) => template.name),
      },
      pod: finished.pod,
      patch: diffPod(request.pod, finished.pod),
      warnings,
    }
  } catch (error) {
    if (error instanceof UserFault) return denied(request, error, warnings)
    throw error
  }
}

/** What a first pass over another pod gives; undefined if it can't be injected. */
function firstPass(pod: Pod, request: InjectionRequest, snapshot: Snapshot, facts: ClusterFacts): Pod | undefined {
  try {
    const { decision, pod: given } = pass({ ...request, pod }, snapshot, facts)
    return decision.result === 'injected' ? given : undefined
  } catch (error) {
    if (error instanceof TemplateFailure) return undefined
    throw error
  }
}

function skipped({ pod }: InjectionRequest, reason: Reason, warnings: readonly Warning[]): Injection {
  const decision = { result: 'skipped', reason, message: reasons[reason].text, faults: [], templates: [] } as const
  return { decision, pod, patch: [], warnings }
}

function denied({ pod }: InjectionRequest, fault: UserFault, warnings: readonly Warning[]): Injection {
  const { reason, message, faults } = fault
  return { decision: { result: 'denied', reason, message, faults, templates: [] }, pod, patch: [], warnings }
}

function acceptPod(object: JsonObject): Pod {
  const checked = checkPod(object)
  if ('pod' in checked) return checked.pod
  throw new UserFault('invalid-pod', ...checked.faults)
}

function refuseLarge(fault: SizeFault | undefined): void {
  if (fault !== undefined) throw new UserFault('invalid-pod', fault)
}

/** The policy comes first: a forbidden annotation need not be validated as well. */
function checkAnnotations(
  pod: Pod,
  namespace: string,
  snapshot: Snapshot,
  facts: ClusterFacts,
  warnings: Warning[],
): void {
  const annotations = annotationsOf(pod)
  const namespaceLabels = facts.namespaces.get(namespace)?.labels
  const subject = {
    pod,
    annotations,
    labels: labelsOf(pod),
    namespace,
    ...(namespaceLabels === undefined ? {} : { namespaceLabels }),
    // On a second pass, the injector's own images aren't settings of the pod author.
    images: untypedImages(snapshot.values),
  }
  const policy = applyAnnotationPolicy(snapshot.annotationPolicy, subject)
  if (policy.denials.length > 0) throw new UserFault('annotation-policy', ...policy.denials)
  const messages = new Set(policy.warnings.map(describePolicyFault))
  for (const text of messages) warnings.push({ code: 'annotation-policy', text })
  const faults = annotationFaults(annotations, proxyConfigReaderOf(snapshot))
  if (faults.length > 0) throw new UserFault('invalid-annotation', ...faults)
}
