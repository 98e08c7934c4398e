import { type LoadOptions, loadSnapshot } from '../../src/config/load.ts'
import type { Snapshot } from '../../src/injection/model/snapshot.ts'
import { objectsIn } from '../../src/kubernetes/objects.ts'
import type { Json, JsonObject } from '../../src/lang/json.ts'
import { readYamlDocuments } from '../../src/lang/yaml/read.ts'
import { type AnalyzeOptions, analyze } from '../../src/lint/analyze.ts'
import { type AnalyzedCluster, type ClusterOptions, readCluster } from '../../src/lint/cluster.ts'
import type { Finding } from '../../src/lint/rule.ts'

export interface Settings extends Pick<LoadOptions, 'set' | 'nativeSidecars' | 'platform'> {
  /** The MeshConfig as YAML. */
  readonly mesh?: string | undefined
}

const loaded = new Map<string, Snapshot>()

/** A snapshot of the embedded configuration with some settings. */
export function snapshotOf({ mesh, ...rest }: Settings = {}): Snapshot {
  const key = JSON.stringify([mesh, rest])
  const cached = loaded.get(key)
  if (cached !== undefined) return cached
  const { snapshot } = loadSnapshot({ ...rest, ...(mesh !== undefined && { mesh: { name: 'mesh', text: mesh } }) })
  loaded.set(key, snapshot)
  return snapshot
}

/** The objects of manifests. */
export function objectsOf(yaml: string): readonly JsonObject[] {
  return readYamlDocuments(yaml, { integers: 'float64' }).flatMap(({ value }) =>
    objectsIn(value as Json).map(({ json }) => json),
  )
}

export function clusterOf(yaml: string, settings: Settings = {}, options: ClusterOptions = {}): AnalyzedCluster {
  return readCluster(objectsOf(yaml), snapshotOf(settings), options)
}

export function lint(yaml: string, settings: Settings = {}, options: AnalyzeOptions = {}): readonly Finding[] {
  return analyze(clusterOf(yaml, settings), snapshotOf(settings), options)
}

/** `IST0118 Service shop/web spec.ports[0].name`. */
export function brief({ code, object: { kind, namespace, name }, path }: Finding): string {
  return [code, kind, namespace === '' ? name : `${namespace}/${name}`, path].filter((part) => part !== '').join(' ')
}

/** The findings of one rule, in brief. */
export function found(code: string, yaml: string, settings: Settings = {}): readonly string[] {
  return lint(yaml, settings)
    .filter((finding) => finding.code === code)
    .map(brief)
}
