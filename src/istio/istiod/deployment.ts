import { isObject, type JsonObject, lookup, lookupString, own, type StringMap } from '../../lang/json.ts'
import { istiodVariables } from './variables.ts'

/** What the Deployment of an istiod says about what it injects. */
export interface IstiodDeployment {
  readonly namespace: string
  readonly name: string
  readonly image: string
  /** The variables of `istiodVariables` that are set, and not empty. */
  readonly environment: StringMap
  /** Those that come from elsewhere (`valueFrom`), and whose values are therefore unknown. */
  readonly valuesFrom: readonly string[]
  /** Whether more variables come from ConfigMaps or Secrets as a whole (`envFrom`). */
  readonly hasEnvFrom: boolean
}

/** The name of a Deployment in messages. */
export function deploymentTitle({ namespace, name }: Pick<IstiodDeployment, 'namespace' | 'name'>): string {
  return `Deployment ${namespace}/${name}`
}

/** The container of istiod in a Deployment or pod: its fields that are read here; undefined if there is none. */
export function discoveryContainer(workload: JsonObject): JsonObject | undefined {
  const container = containersOf(workload).find((one) => own(one, 'name') === 'discovery')
  if (container === undefined) return undefined
  const fields = ['image', 'env', 'envFrom'].flatMap((name) => {
    const value = own(container, name)
    return value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(fields)
}

function containersOf(workload: JsonObject): readonly JsonObject[] {
  const containers = lookup(workload, 'spec', 'template', 'spec', 'containers')
  return Array.isArray(containers) ? containers.filter(isObject) : []
}

const names: ReadonlySet<string> = new Set(Object.values(istiodVariables).map(({ name }) => name))

/** Reads the container of istiod. Of entries with the same name the last one counts, as for the kubelet. */
export function readDiscovery(
  id: Pick<IstiodDeployment, 'namespace' | 'name'>,
  container: JsonObject,
): IstiodDeployment {
  const entries = new Map(listOf(container, 'env').map((entry) => [lookupString(entry, 'name'), entry]))
  const known = [...entries].filter(([name]) => names.has(name))
  return {
    namespace: id.namespace,
    name: id.name,
    image: lookupString(container, 'image'),
    environment: Object.fromEntries(
      known.map(([name, entry]) => [name, lookupString(entry, 'value')]).filter(([, value]) => value !== ''),
    ),
    valuesFrom: known.filter(([, entry]) => isObject(own(entry, 'valueFrom'))).map(([name]) => name),
    hasEnvFrom: listOf(container, 'envFrom').length > 0,
  }
}

function listOf(container: JsonObject, key: string): readonly JsonObject[] {
  const list = own(container, key)
  return Array.isArray(list) ? list.filter(isObject) : []
}
