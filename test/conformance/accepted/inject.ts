import { fieldsOfAttempt } from '../../../src/explain/provenance/explain.ts'
import { injectWithCauses } from '../../../src/explain/provenance/inject.ts'
import { noFacts } from '../../../src/injection/model/facts.ts'
import type { Snapshot } from '../../../src/injection/model/snapshot.ts'
import { type Configuration, snapshotOf } from '../../injection/support.ts'
import { type Clash, generateTemplates } from './generate.ts'
import type { Attempt } from './subject.ts'

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

/** Injects a pod. There is a result also for a pod that is denied because Kubernetes would refuse it. */
export function injectClash(clash: Clash, snapshots: readonly Snapshot[]): Required<Attempt> {
  const snapshot = snapshots[clash.configuration]
  if (snapshot === undefined) throw new Error(`no configuration ${clash.configuration}`)
  const request = { pod: clash.pod, namespace: 'shop', path: '/inject' }
  const { decision, pod } = injectWithCauses(request, snapshot, noFacts)
  if (decision.result === 'injected') return { decision, result: pod }
  const isRefused = decision.reason === 'invalid-injected-pod'
  return { decision, result: isRefused ? fieldsOfAttempt(request, snapshot, noFacts)?.pod : undefined }
}
