import { stampsOf } from '../../injection/finish/metadata.ts'
import { scrapedSources } from '../../injection/finish/metrics.ts'
import { agentPort, probeRewriting } from '../../injection/finish/probe-settings.ts'
import { meshSources, type Source } from '../../injection/model/source.ts'
import { findOverride } from '../../injection/overlay/overrides.ts'
import { containerSource } from '../../injection/overlay/own-container.ts'
import { ownProxy } from '../../injection/overlay/proxy-user.ts'
import { network, variableSources } from '../../injection/prepare/cluster-environment.ts'
import type { StepName } from '../../injection/steps.ts'
import { networkLabel, proxyName, statusAnnotation } from '../../istio/names.ts'
import { containersOf, findNamed } from '../../kubernetes/pod/access.ts'
import type { KeyedPath } from './keyed.ts'
import { at } from './settings.ts'
import type { Inputs } from './sources.ts'
import type { FieldOrigin } from './types.ts'

/** The origin of a field that a step set. */
export type StepOrigin = Pick<FieldOrigin, 'by' | 'from' | 'lost'> & Partial<Pick<FieldOrigin, 'when'>>

/** The steps after the merge of the templates. */
export type FurtherStep = Exclude<StepName, 'prepare' | 'own-proxy' | 'template'>

/** Why a step after the templates set a field, and its sources. */
export function originOfStep(step: FurtherStep, path: KeyedPath, inputs: Inputs): StepOrigin {
  return steps[step](path, inputs)
}

function made(step: FurtherStep, why: string, from: readonly Source[] = [], lost: readonly Source[] = []): StepOrigin {
  return { by: { kind: 'step', step, why }, from, lost }
}

const steps: { readonly [S in FurtherStep]: (path: KeyedPath, inputs: Inputs) => StepOrigin } = {
  'init-restart': () => made('init-restart', 'istio-init ends once it has set up the redirection'),
  overrides: (path, { prepared }) => {
    const [root, list, name = ''] = path
    if (root === 'metadata') return made('overrides', "it records the pod's own fields for a later injection")
    const own = findOverride(name, list === 'containers' ? 'containers' : 'initContainers', prepared)
    const why =
      own?.source.kind === 'annotation'
        ? `its own ${name}, as recorded in ${own.source.name}`
        : `its own container ${name} takes precedence over the template's`
    return { by: { kind: 'pod', why }, from: own === undefined ? [] : [own.source], lost: [] }
  },
  'proxy-user': (_path, { prepared }) => {
    const source = ownProxy(prepared)?.source
    const from: readonly Source[] =
      source === undefined
        ? []
        : [source.kind === 'pod' ? { ...source, name: `${source.name}.securityContext` } : source]
    return made('proxy-user', "the pod chose the proxy's user, which traffic capture has to exempt", from)
  },
  'cluster-environment': (path, { subject }) => {
    const { from, lost } = variableSources(path[path.indexOf('env') + 1] ?? '', subject)
    return made('cluster-environment', 'the cluster environment of the proxy', [from], lost)
  },
  kept: () => ({ by: { kind: 'pod', why: 'changed after the first pass (kept)' }, from: [], lost: [] }),
  metrics: (path, inputs) => {
    if (path[0] === 'metadata') {
      const statusPort = meshSources(inputs.subject.snapshot.mesh, ['defaultConfig', 'statusPort'])
      return made('metrics', 'Prometheus scrapes the agent', statusPort)
    }
    const { from, lost } = scrapedSources(inputs.takenBy('metrics'))
    return made('metrics', "the agent scrapes the application's metrics", from, lost)
  },
  'secure-port': (_path, { takenBy }) => {
    const list =
      findNamed(containersOf(takenBy('secure-port')), proxyName) === undefined ? 'initContainers' : 'containers'
    const { kind, name } = containerSource(list, proxyName)
    return made('secure-port', 'the proxy serves merged metrics over mutual TLS', [
      { kind, name: `${name}.env[ENVOY_SECURE_MERGED_METRICS_PORT]` },
    ])
  },
  probes: (path, inputs) => {
    const rewriting = probeRewriting.resolve(at('probes', inputs)).from
    if (path.includes('env')) return made('probes', "the agent needs the application's own probes", [rewriting])
    const why = 'the kubelet calls the agent, which calls the application'
    if (path.at(-1) !== 'port') return made('probes', why, [rewriting])
    return { ...made('probes', why, [agentPort.resolve(at('probes', inputs)).from]), when: [rewriting] }
  },
  'pod-resources': () =>
    made('pod-resources', 'the pod-level resources make room for the injected containers', [
      { kind: 'config', name: 'podResources', value: 'pad' },
    ]),
  stamp: (path, { subject }) => {
    const [, field, name = ''] = path
    if (field === 'labels' && name === networkLabel) {
      const { from, lost } = network.resolve(subject)
      return made('stamp', 'the network of the pod, as its proxy gets it', [from], lost)
    }
    const source = stampsOf(subject.snapshot).get(name)?.source
    if (source === undefined)
      return made('stamp', name === statusAnnotation ? 'it records what was injected' : 'it records the injection')
    const why =
      source.kind === 'config' ? 'the configuration adds it to every injected pod' : 'it records the configuration'
    return made('stamp', why, [source])
  },
  order: () => made('order', 'containers are sorted'),
}
