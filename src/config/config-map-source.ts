import { isDeepStrictEqual } from 'node:util'
import {
  type ConfigMapId,
  type ConfigMapInUse,
  type ConfigMapName,
  type ConfigMaps,
  configMapTitle,
} from './config-maps.ts'
import type { DocumentSource } from './documents.ts'
import { type ConfigFault, configFault } from './faults.ts'
import type { ConfigProblem } from './problem.ts'

/** Reads ConfigMaps, each once, and records which were read and which are missing. */
export class ConfigMapReading {
  readonly inUse: ConfigMapInUse[] = []
  /** All ConfigMaps that were requested. */
  readonly named: ConfigMapId[] = []
  /** What may still appear: a ConfigMap may be created later, and an API server may become reachable. */
  readonly absent: ConfigFault[] = []
  private readonly configMaps: (() => Promise<ConfigMaps>) | undefined
  private readonly read = new Map<string, DocumentSource | undefined>()

  constructor(configMaps: (() => Promise<ConfigMaps>) | undefined) {
    this.configMaps = configMaps
  }

  /** The source that a setting names; undefined if it can't be read now. Throws if there is no connection to a cluster. */
  async source(named: ConfigMapName): Promise<DocumentSource | undefined> {
    const configMaps = await this.configMaps?.()
    if (configMaps === undefined) {
      const title = `ConfigMap ${[named.namespace, named.name].filter(Boolean).join('/')}`
      return this.fault(title, { code: 'no-cluster' })
    }
    const id = { namespace: named.namespace ?? configMaps.namespace, name: named.name }
    const title = configMapTitle(id)
    if (!this.read.has(title)) {
      this.named.push(id)
      this.read.set(title, await this.readOne(configMaps, id))
    }
    return this.read.get(title)
  }

  private async readOne(configMaps: ConfigMaps, id: ConfigMapId): Promise<DocumentSource | undefined> {
    const title = configMapTitle(id)
    const found = await configMaps.read(id)
    if (found.state === 'missing') return this.fault(title, { code: 'config-map-not-found' })
    if (found.state === 'unread') return this.fault('the cluster', { code: 'cluster-unreadable', detail: found.reason })
    const { uid, resourceVersion, data } = found
    this.inUse.push({ ...id, uid, resourceVersion })
    return { name: title, configMap: data }
  }

  /** An unreachable API server is reported once, not for each ConfigMap. */
  private fault(document: string, problem: ConfigProblem): undefined {
    const fault = configFault(document, { ...problem, path: [] })
    if (!this.absent.some((other) => isDeepStrictEqual(other, fault))) this.absent.push(fault)
    return undefined
  }
}
