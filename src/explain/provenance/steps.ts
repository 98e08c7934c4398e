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

/** What a step says of a field that it set. */
export type StepOrigin = Pick<FieldOrigin, 'by' | 'from' | 'lost'> & Partial<Pick<FieldOrigin, 'when'>>

/** The steps after the merge of the templates. */
export type FurtherStep = Exclude<StepName, 'prepare' | 'native-proxy' | 'template'>

/** Why a step behind the templates set a field, and what it made it of. */
export function originOfStep(step: FurtherStep, path: KeyedPath, inputs: Inputs): StepOrigin {
  return steps[step](path, inputs)
}

function made(step: FurtherStep, why: string, from: readonly Source[] = [], lost: readonly Source[] = []): StepOrigin {
  return { by: { kind: 'step', step, why }, from, lost }
}

const steps: { readonly [S in FurtherStep]: (path: KeyedPath, inputs: Inputs) => StepOrigin } = {
  overrides: (path, { prepared }) => {
    const [root, list, name = ''] = path
    if (root === 'metadata') return made('overrides', "it remembers the pod's own fields for a later injection")
    const own = findOverride(name, list === 'containers' ? 'containers' : 'initContainers', prepared)
    const why =
      own?.source.kind === 'annotation'
        ? `its own ${name}, as ${own.source.name} remembers it`
        : `its own container ${name} wins over the template's`
    return { by: { kind: 'pod', why }, from: own === undefined ? [] : [own.source], lost: [] }
  },
  'proxy-user': (_path, { prepared }) => {
    const source = ownProxy(prepared)?.source
    const from: readonly Source[] =
      source === undefined
        ? []
        : [source.kind === 'pod' ? { ...source, name: `${source.name}.securityContext` } : source]
    return made('proxy-user', "the pod chose the proxy's user, and the capture of traffic has to know it", from)
  },
  'cluster-environment': (path, { subject }) => {
    const { from, lost } = variableSources(path[path.indexOf('env') + 1] ?? '', subject)
    return made('cluster-environment', 'the cluster tells the proxy', [from], lost)
  },
  metrics: (path, inputs) => {
    if (path[0] === 'metadata') {
      const statusPort = meshSources(inputs.subject.snapshot.mesh, ['defaultConfig', 'statusPort'])
      return made('metrics', 'Prometheus asks the agent', statusPort)
    }
    const { from, lost } = scrapedSources(inputs.takenBy('metrics'))
    return made('metrics', "the agent is told where the application's metrics are", from, lost)
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
    const asked = probeRewriting.resolve(at('probes', inputs)).from
    if (path.includes('env')) return made('probes', "the agent is told the application's own probes", [asked])
    const why = 'the kubelet asks the agent, which asks the application'
    if (path.at(-1) !== 'port') return made('probes', why, [asked])
    return { ...made('probes', why, [agentPort.resolve(at('probes', inputs)).from]), when: [asked] }
  },
  stamp: (path, { subject }) => {
    const [, field, name = ''] = path
    if (field === 'labels' && name === networkLabel) {
      const { from, lost } = network.resolve(subject)
      return made('stamp', 'the network of the pod, as its proxy is told', [from], lost)
    }
    const source = stampsOf(subject.snapshot).get(name)?.source
    if (source === undefined)
      return made('stamp', name === statusAnnotation ? 'it records what was injected' : 'the injection is recorded')
    const why =
      source.kind === 'config' ? 'the configuration adds it to every injected pod' : 'it says by which configuration'
    return made('stamp', why, [source])
  },
  order: () => made('order', 'containers are put in order'),
}
