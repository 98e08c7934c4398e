import { fieldsOfAttempt } from '../../../src/explain/provenance/explain.ts'
import { injectWithCauses } from '../../../src/explain/provenance/inject.ts'
import { noFacts } from '../../../src/injection/model/facts.ts'
import type { Injection } from '../../../src/injection/model/injection.ts'
import type { Snapshot } from '../../../src/injection/model/snapshot.ts'
import type { Pod } from '../../../src/kubernetes/pod/types.ts'
import { type Configuration, snapshotOf } from '../../injection/support.ts'
import { type Clash, generateTemplates } from './generate.ts'

const bases: readonly Configuration[] = [
  {},
  { nativeSidecars: 'enabled' },
  { nativeSidecars: 'enabled', set: ['pilot.cni.enabled=true'] },
  { set: ['global.proxy.holdApplicationUntilProxyStarts=true', 'global.proxy.seccompProfile.type=RuntimeDefault'] },
  { set: ['global.proxy.privileged=true', 'global.network=n1', 'global.imagePullSecrets[0]=pull'] },
  { nativeSidecars: 'enabled', config: { podResources: 'deny' }, mesh: { enablePrometheusMerge: false } },
]
const customised = 5

/** Configurations with custom templates, which a seed determines. */
export function configurations(seed: number): readonly Snapshot[] {
  return bases.flatMap((base, index) =>
    Array.from({ length: customised }, (_, at) => {
      const templates = generateTemplates(seed * 1000 + index * customised + at)
      return snapshotOf({ ...base, config: { ...base.config, templates } })
    }),
  )
}

/** Injects a pod. The result is also that of a pod that is denied because Kubernetes would refuse it; undefined for others. */
export function injectClash(
  clash: Clash,
  snapshots: readonly Snapshot[],
): { readonly clash: Clash; readonly injection: Injection; readonly result: Pod | undefined } {
  const snapshot = snapshots[clash.configuration]
  if (snapshot === undefined) throw new Error(`no configuration ${clash.configuration}`)
  const request = { pod: clash.pod, namespace: 'shop', path: '/inject' }
  const injection = injectWithCauses(request, snapshot, noFacts)
  const { result, reason } = injection.decision
  if (result === 'injected') return { clash, injection, result: injection.pod }
  const isRefused = reason === 'invalid-injected-pod'
  return { clash, injection, result: isRefused ? fieldsOfAttempt(request, snapshot, noFacts)?.pod : undefined }
}
