import fc from 'fast-check'
import { defaultValues } from '../../src/config/defaults.ts'
import { ConfigError } from '../../src/config/faults.ts'
import { loadSnapshot } from '../../src/config/load.ts'
import { checkValues } from '../../src/config/values.ts'
import { readFacts } from '../../src/injection/model/facts.ts'
import type { Snapshot } from '../../src/injection/model/snapshot.ts'
import { readMeshConfig } from '../../src/istio/mesh/mesh-config.ts'
import { isObject, type Json, type JsonObject } from '../../src/lang/json.ts'
import { podWith } from '../injection/support.ts'
import { hostileValue } from '../properties/arbitrary-annotations.ts'
import { mutate, mutated, mutations } from './mutations.ts'
import { injectAny } from './pods.ts'
import { fuzzed } from './run-target.ts'
import type { AnyTarget } from './target.ts'

/* What platform teams write: values, MeshConfig, ProxyConfig, and whole configurations as YAML. */

const mesh: JsonObject = {
  defaultConfig: {
    proxyMetadata: { A: 'x' },
    holdApplicationUntilProxyStarts: true,
    tracing: { zipkin: { address: 'z:9411' }, sampling: 12.5, customTags: { a: { literal: { value: 'x' } } } },
    drainDuration: '5s',
    concurrency: 2,
    image: { imageType: 'distroless' },
    proxyStatsMatcher: { inclusionPrefixes: ['a'] },
    gatewayTopology: { numTrustedProxies: 1 },
    discoveryAddress: 'istiod:15012',
    readinessProbe: { httpGet: { port: 1 } },
  },
  trustDomain: 'td',
  trustDomainAliases: ['b'],
  enablePrometheusMerge: true,
  discoverySelectors: [{ matchLabels: { a: 'b' } }],
  extensionProviders: [{ name: 'x', zipkin: { service: 's', port: 1 } }],
}
const proxyConfig: JsonObject = {
  apiVersion: 'networking.istio.io/v1beta1',
  kind: 'ProxyConfig',
  metadata: { name: 'x', namespace: 'shop', creationTimestamp: '2024-01-01T00:00:00Z' },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    concurrency: 2,
    environmentVariables: { A: 'b' },
    image: { imageType: 'x' },
  },
}
const configuration: JsonObject = {
  policy: 'enabled',
  defaultTemplates: ['sidecar'],
  aliases: { both: ['sidecar'] },
  templates: { own: 'spec: {containers: [{name: own, image: "{{ .Values.global.hub }}"}]}' },
  neverInjectSelector: [{ matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }] }],
  alwaysInjectSelector: [{ matchLabels: { a: 'b' } }],
  injectedAnnotations: { a: 'b' },
  annotationPolicy: [{ annotations: ['sidecar.istio.io/proxyImage'], action: 'deny' }],
}
const pods = [podWith({}, { app: 'web' }), podWith({ 'inject.istio.io/templates': 'gateway' })]

export function documentTargets(snapshot: Snapshot): readonly AnyTarget[] {
  return [
    fuzzed({
      name: 'values',
      share: 5_000,
      input: mutations,
      check: (changes) => {
        const values = mutated(defaultValues, changes)
        if (isObject(values) && checkValues(values).length === 0) injectAll({ ...snapshot, values })
      },
    }),
    fuzzed({
      name: 'mesh',
      share: 5_000,
      input: mutations,
      check: (changes) => {
        const read = readMeshConfig(mutated(mesh, changes))
        if (read.faults.length === 0) injectAll({ ...snapshot, mesh: read.mesh })
      },
    }),
    fuzzed({
      name: 'ProxyConfigs',
      share: 5_000,
      input: fc.tuple(mutations, mutations, fc.option(hostileValue)),
      check: ([ofAnnotation, ofResource, text]) => {
        const annotation = text ?? mutate(mesh['defaultConfig'] ?? {}, ofAnnotation)
        const { facts } = readFacts({ proxyConfigs: [mutated(proxyConfig, ofResource)].filter(isObject) })
        injectAny(podWith({ 'proxy.istio.io/config': annotation }, { app: 'web' }), snapshot, facts)
      },
    }),
    fuzzed({
      name: 'configurations',
      share: 1_000,
      input: fc.record({
        config: textOf(configuration),
        values: textOf(defaultValues),
        mesh: textOf(mesh),
        changed: fc.nat(2),
      }),
      check: ({ config, values, mesh: meshText, changed }) => {
        const texts = [{ config }, { values }, { mesh: meshText }]
        const [source = {}] = texts.slice(changed)
        const sources = Object.fromEntries(Object.entries(source).map(([name, text]) => [name, { name, text }]))
        const loaded = load({ ...sources })
        if (loaded !== undefined) injectAll(loaded)
      },
    }),
  ]
}

/** A document as YAML with changes to its data, and then to its characters. */
function textOf(document: Json): fc.Arbitrary<string> {
  const cuts = fc.array(fc.tuple(fc.nat(100_000), fc.nat(4), hostileValue), { maxLength: 2 })
  return fc.tuple(mutations, cuts).map(([changes, all]) =>
    all.reduce(
      (text, [at, cut, put]) => {
        const place = at % (text.length + 1)
        return text.slice(0, place) + put + text.slice(place + cut)
      },
      mutate(document, changes),
    ),
  )
}

function load(sources: Parameters<typeof loadSnapshot>[0]): Snapshot | undefined {
  try {
    return loadSnapshot(sources).snapshot
  } catch (error) {
    if (error instanceof ConfigError && error.faults.length > 0) return undefined
    throw error
  }
}

/** Injects pods with a configuration that loads. Templates may still fail on it when they are rendered for a pod. */
export function injectAll(snapshot: Snapshot): void {
  for (const pod of pods) {
    try {
      injectAny(pod, snapshot)
    } catch (error) {
      if (!(error instanceof Error) || !/^the template \S+ failed on this pod: /.test(error.message)) throw error
    }
  }
}
