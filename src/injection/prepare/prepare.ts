import { proxyConfigAnnotation } from '../../istio/names.ts'
import { changeProxy, findProxy } from '../../istio/proxy.ts'
import { annotation, labelsOf } from '../../kubernetes/pod/access.ts'
import type { Pod } from '../../kubernetes/pod/types.ts'
import { own, type StringMap } from '../../lang/json.ts'
import type { ClusterFacts } from '../model/facts.ts'
import type { Prepared } from '../model/prepared.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { Subject } from '../model/subject.ts'
import type { TemplateInputs } from '../model/template.ts'
import { clusterEnvironment } from './cluster-environment.ts'
import { estimatedConcurrency } from './concurrency.ts'
import { earlierInjection, withoutEarlierInjection } from './earlier-injection.ts'
import { images } from './images.ts'
import { compliancePolicy, inboundTrafficPolicyMode } from './installation.ts'
import { nativeSidecars } from './native-sidecars.ts'
import { ownerOf } from './owner.ts'
import { pathSettings } from './path-settings.ts'
import { proxyConfigsOf } from './proxy-configs.ts'
import { proxyGid, proxyUid, withoutSharedUser } from './proxy-user.ts'

/** Resolves everything that doesn't depend on a template: each setting by its resolver. */
export function prepare(pod: Pod, namespace: string, path: string, snapshot: Snapshot, facts: ClusterFacts): Prepared {
  const { values, mesh } = snapshot
  const settings = pathSettings(path)
  const configs = proxyConfigsOf(snapshot, facts)
  const asking = { namespace, podLabels: labelsOf(pod), annotation: annotation(pod, proxyConfigAnnotation) }
  const { config: proxyConfig, annotated, unknown } = configs.effective(asking)
  const layers = () => configs.list(asking)
  const subject: Subject = {
    pod,
    namespace,
    path: settings.environment,
    snapshot,
    facts,
    proxyConfig,
    annotated,
    layers,
  }

  const owned = snapshot.platform === 'openshift' ? withoutSharedUser(pod) : pod
  const earlier = earlierInjection(owned)
  const stripped = withoutEarlierInjection(owned, earlier, mesh.defaultConfig.statusPort)
  const environment = clusterEnvironment(subject)
  const inputs: TemplateInputs = {
    pod: stripped,
    owner: ownerOf(stripped, namespace),
    proxyConfig,
    mesh,
    values,
    revision: snapshot.revision,
    nativeSidecars: nativeSidecars.value(subject),
    images: images(subject),
    proxyUser: { uid: proxyUid.value(subject), gid: proxyGid.value(subject) },
    estimatedConcurrency: estimatedConcurrency.value(subject),
    inboundTrafficPolicyMode: inboundTrafficPolicyMode.value(subject),
    compliancePolicy: compliancePolicy.value(subject),
    istiodEnvironment: snapshot.istiodEnvironment,
  }
  const misspelt = unknown.map((field) => ({
    code: 'unknown-proxy-config-field',
    text: `the annotation ${proxyConfigAnnotation} has an unknown field: ${field}`,
  }))
  return {
    subject,
    base: earlier.injected ? withoutVariables(owned, environment) : owned,
    earlier,
    inputs,
    environment,
    environmentBefore: earlier.injected ? (findProxy(owned)?.env ?? []) : [],
    warnings: [...settings.warnings, ...misspelt],
  }
}

/**
 * Removes the cluster's variables from the proxy. They are set after the merge in any case; on a pod that was injected before,
 * they come after the pod author's own, whose order the merge would change otherwise.
 */
function withoutVariables(pod: Pod, environment: StringMap): Pod {
  return changeProxy(pod, (proxy) => {
    const kept = proxy.env?.filter(({ name }) => own(environment, name) === undefined)
    return kept === undefined || kept.length === proxy.env?.length ? proxy : { ...proxy, env: kept }
  })
}
