import { deploymentTitle, readDiscovery } from '../../istio/istiod/deployment.ts'
import { lookupString } from '../../lang/json.ts'
import type { ConfigObjectReading } from '../config-object-source.ts'
import { objectTitle } from '../config-objects.ts'
import type { DocumentSource } from '../documents.ts'
import type { FollowedIstiod } from './in-use.ts'
import type { IstiodFinding } from './problem.ts'

interface ObjectName {
  readonly namespace: string
  readonly name: string
}

/** Reads the Deployment of an istiod. */
export async function readDeployment(id: ObjectName, configObjects: ConfigObjectReading): Promise<FollowedIstiod> {
  const found = await configObjects.state({ kind: 'istiod', ...id })
  const none = (problem: IstiodFinding['problem']): FollowedIstiod => ({
    deployment: undefined,
    findings: [{ document: deploymentTitle(id), path: '', problem }],
  })
  if (found.state === 'missing') return none({ code: 'istiod-not-found' })
  if (found.state === 'unread') return none({ code: 'istiod-not-read', detail: found.reason })
  if (Object.keys(found.data).length === 0) return none({ code: 'istiod-without-container' })
  return { deployment: readDiscovery(id, found.data), findings: [] }
}

/** Reads the ConfigMap of a MeshConfig that istiod shares; without it istiod goes on, too. */
export async function readSharedMesh(
  id: ObjectName,
  configObjects: ConfigObjectReading,
): Promise<{ readonly source?: DocumentSource; readonly findings: readonly IstiodFinding[] }> {
  const title = objectTitle({ kind: 'ConfigMap', ...id })
  const found = await configObjects.state({ kind: 'ConfigMap', ...id })
  const none = (problem: IstiodFinding['problem']) => ({ findings: [{ document: title, path: '', problem }] })
  if (found.state === 'missing') return none({ code: 'shared-mesh-not-found' })
  if (found.state === 'unread') return none({ code: 'shared-mesh-not-read', detail: found.reason })
  if (lookupString(found.data, 'mesh').trim() === '') return none({ code: 'shared-mesh-without-key' })
  return { source: { name: title, configMap: found.data }, findings: [] }
}
