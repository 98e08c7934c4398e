import { isDeepStrictEqual } from 'node:util'
import {
  type ConfigMapInUse,
  type ConfigMapName,
  type ConfigObjectId,
  type ConfigObjectState,
  type ConfigObjects,
  objectTitle,
} from './config-objects.ts'
import type { DocumentSource } from './documents.ts'
import { type ConfigFault, configFault } from './faults.ts'
import { type ConfigProblem, describeProblem } from './problem.ts'

/** Reads objects, each once, and records which were read and which are missing. */
export class ConfigObjectReading {
  readonly inUse: ConfigMapInUse[] = []
  /** All objects that were requested. */
  readonly named: ConfigObjectId[] = []
  /** What may still appear: a ConfigMap may be created later, and an API server may become reachable. */
  readonly absent: ConfigFault[] = []
  private readonly configObjects: (() => Promise<ConfigObjects>) | undefined
  private readonly states = new Map<string, ConfigObjectState>()

  constructor(configObjects: (() => Promise<ConfigObjects>) | undefined) {
    this.configObjects = configObjects
  }

  /** The source that a setting names; undefined if it can't be read now. Throws if there is no connection to a cluster. */
  async source(named: ConfigMapName): Promise<DocumentSource | undefined> {
    const id = await this.id(named)
    if (id === undefined) {
      const title = `ConfigMap ${[named.namespace, named.name].filter(Boolean).join('/')}`
      return this.fault(title, { code: 'no-cluster' })
    }
    const title = objectTitle(id)
    const found = await this.state(id)
    if (found.state === 'missing') return this.fault(title, { code: 'config-map-not-found' })
    if (found.state === 'unread') return this.fault('the cluster', { code: 'cluster-unreadable', detail: found.reason })
    return { name: title, configMap: found.data }
  }

  /** The state of an object, which is watched from now on. Without a cluster it can't be read. */
  async state(id: ConfigObjectId): Promise<ConfigObjectState> {
    const configObjects = await this.configObjects?.()
    if (configObjects === undefined) return { state: 'unread', reason: describeProblem({ code: 'no-cluster' }).reason }
    const title = objectTitle(id)
    const before = this.states.get(title)
    if (before !== undefined) return before
    const found = await configObjects.read(id)
    this.named.push(id)
    this.states.set(title, found)
    if (found.state === 'there' && id.kind === 'ConfigMap') {
      const { uid, resourceVersion } = found
      this.inUse.push({ namespace: id.namespace, name: id.name, uid, resourceVersion })
    }
    return found
  }

  private async id({ namespace, name }: ConfigMapName): Promise<ConfigObjectId | undefined> {
    const configObjects = await this.configObjects?.()
    return configObjects && { kind: 'ConfigMap', namespace: namespace ?? configObjects.namespace, name }
  }

  /** An unreachable API server is reported once, not for each ConfigMap. */
  private fault(document: string, problem: ConfigProblem): undefined {
    const fault = configFault(document, { ...problem, path: [] })
    if (!this.absent.some((other) => isDeepStrictEqual(other, fault))) this.absent.push(fault)
    return undefined
  }
}
