import {
  type Candidate,
  type Fallback,
  type Resolved,
  type Resolver,
  resolver,
} from '../../injection/model/resolver.ts'
import { isDefault, type Source, settingSources, valuesSources } from '../../injection/model/source.ts'
import { deploymentTitle, type IstiodDeployment } from '../../istio/istiod/deployment.ts'
import {
  defaultOf,
  type IstiodSettings,
  type IstiodVariable,
  istiodSettingNames,
  istiodVariables,
} from '../../istio/istiod/variables.ts'
import { type IstioVersion, minorText } from '../../istio/version.ts'
import { type JsonObject, lookup, own, type StringMap } from '../../lang/json.ts'
import type { IstiodFinding } from './problem.ts'

/** Where the settings of istiod can be made. */
export interface IstiodPlaces {
  /** Flags, or the settings file. */
  readonly given: { readonly [K in keyof IstiodSettings]?: IstiodSettings[K] | undefined }
  readonly deployment: IstiodDeployment | undefined
  readonly values: JsonObject
  /** The version whose defaults hold; undefined if it isn't known. */
  readonly version: IstioVersion | undefined
}

/** Each setting with its source. */
export type ResolvedIstiodSettings = { readonly [K in keyof IstiodSettings]: Resolved<IstiodSettings[K]> }

/**
 * The settings of istiod: the first that says one of flag or settings file, the environment of its Deployment, its values
 * (`pilot.env` and what the chart writes into the same variable), the default of its version.
 */
export function resolveIstiodSettings(places: IstiodPlaces): ResolvedIstiodSettings {
  return {
    nativeSidecars: resolverOf('nativeSidecars').resolve(places),
    compliancePolicy: resolverOf('compliancePolicy').resolve(places),
    platform: resolverOf('platform').resolve(places),
    sharedMesh: resolverOf('sharedMesh').resolve(places),
    inboundPassthrough: resolverOf('inboundPassthrough').resolve(places),
    legacyFsGroup: resolverOf('legacyFsGroup').resolve(places),
    revision: resolverOf('revision').resolve(places),
    cluster: resolverOf('cluster').resolve(places),
  }
}

/** The name of the ConfigMap that istiod shares, with its source. */
export const sharedMesh = resolverOf('sharedMesh')

function resolverOf<K extends keyof IstiodSettings>(key: K): Resolver<IstiodSettings[K], IstiodPlaces> {
  const variable: IstiodVariable<IstiodSettings[K]> = istiodVariables[key]
  const paths = [['pilot', 'env', variable.name], ...variable.inValues]
  return resolver(
    [givenAs(key), inEnvironment(variable), ...paths.map((path) => inValues(variable, path))],
    byVersion(key),
  )
}

type Place<K extends keyof IstiodSettings> = Candidate<IstiodSettings[K], IstiodPlaces>

function givenAs<K extends keyof IstiodSettings>(key: K): Place<K> {
  const value = ({ given }: IstiodPlaces): IstiodSettings[K] | undefined => given[key] || undefined
  return { value, sources: (places) => settingSources(key, String(value(places) ?? '')) }
}

function inEnvironment<T>(variable: IstiodVariable<T>): Candidate<T, IstiodPlaces> {
  const { name } = variable
  return {
    value: ({ deployment, version }) => {
      const text = own(deployment?.environment, name)
      return text === undefined ? undefined : variable.read(text, version).value
    },
    sources: ({ deployment }) => {
      const value = own(deployment?.environment, name)
      if (deployment === undefined || value === undefined) return []
      return [{ kind: 'deployment', name: `${deployment.namespace}/${deployment.name}`, field: name, value }]
    },
  }
}

function inValues<T>(variable: IstiodVariable<T>, path: readonly string[]): Candidate<T, IstiodPlaces> {
  return {
    value: ({ values, version }) => {
      const text = textAt(values, path)
      return text === '' ? undefined : variable.read(text, version).value
    },
    sources: ({ values }) => (textAt(values, path) === '' ? [] : valuesSources(values, path)),
  }
}

/** The chart writes booleans and numbers into variables as they are printed. */
function textAt(values: JsonObject, path: readonly string[]): string {
  const value = lookup(values, ...path)
  return typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number' ? String(value) : ''
}

function byVersion<K extends keyof IstiodSettings>(key: K): Fallback<IstiodSettings[K], IstiodPlaces> {
  const variable: IstiodVariable<IstiodSettings[K]> = istiodVariables[key]
  const value = ({ version }: IstiodPlaces): IstiodSettings[K] => {
    const found = defaultOf(variable, version)
    if (found === undefined) throw new Error(`${variable.name} has no default`)
    return found
  }
  return {
    value,
    sources: (places) => {
      const { version } = places
      return variable.defaults.length > 1 && version !== undefined
        ? [{ kind: 'version', name: `Istio ${minorText(version)}`, value: value(places) }]
        : [{ kind: 'default', name: variable.title, value: value(places) }]
    },
  }
}

/** What the variables answer to templates. One that nobody sets is left to the default that the template names. */
export function istiodEnvironment(resolved: ResolvedIstiodSettings): StringMap {
  const answer = <K extends keyof IstiodSettings>(key: K): readonly (readonly [string, string])[] => {
    const variable: IstiodVariable<IstiodSettings[K]> = istiodVariables[key]
    const { value, from } = resolved[key]
    return isDefault(from) ? [] : [[variable.name, variable.write(value)]]
  }
  return Object.fromEntries(istiodSettingNames.flatMap((key) => answer(key)))
}

/** Values that istiod doesn't know, and variables whose values can't be known. Only what decides is looked at. */
export function istiodFindings(
  resolved: ResolvedIstiodSettings,
  { given, deployment, version }: IstiodPlaces,
  /** The name of the document with the values. */
  valuesName: string,
): readonly IstiodFinding[] {
  const title = deployment === undefined ? '' : deploymentTitle(deployment)
  const unknownFrom = (key: keyof IstiodSettings): boolean =>
    given[key] === undefined && deployment?.valuesFrom.includes(istiodVariables[key].name) === true
  const hidden = istiodSettingNames.filter(unknownFrom).map((key): IstiodFinding => {
    const { name: path, title: meaning } = istiodVariables[key]
    return { document: title, path, problem: { code: 'istiod-value-from', meaning: { title: meaning } } }
  })
  const more: readonly IstiodFinding[] = deployment?.hasEnvFrom
    ? [{ document: title, path: '', problem: { code: 'istiod-env-from' } }]
    : []
  const places = { deployment: title, values: valuesName, setting: 'settings' }
  const unknown = istiodSettingNames.flatMap((key) => unknownValue(key, resolved[key], version, places))
  return [...hidden, ...more, ...unknown]
}

type Documents = Readonly<Partial<Record<Source['kind'], string>>>

function unknownValue<K extends keyof IstiodSettings>(
  key: K,
  { from, value }: Resolved<IstiodSettings[K]>,
  version: IstioVersion | undefined,
  documents: Documents,
): readonly IstiodFinding[] {
  const variable: IstiodVariable<IstiodSettings[K]> = istiodVariables[key]
  const document = documents[from.kind]
  if (document === undefined) return []
  // A setting has words of its own, and needs no istiod that knows them.
  const [text, by] = from.kind === 'setting' ? [variable.write(value), undefined] : [String(from.value), version]
  if (variable.read(text, by).isKnown) return []
  const counted = variable.write(value)
  const instead = counted === text ? undefined : counted || 'unset'
  const problem = {
    code: 'unknown-istiod-value',
    actual: text,
    known: variable.known(by),
    version: by,
    instead,
  } as const
  return [{ document, path: from.field ?? from.name, problem }]
}
