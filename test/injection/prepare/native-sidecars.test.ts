import { expect, test } from 'vitest'
import { readFacts } from '../../../src/injection/model/facts.ts'
import type { NativeSidecars } from '../../../src/istio/istiod/variables.ts'
import type { StringMap } from '../../../src/lang/json.ts'
import { injected, names, podWith, snapshotOf } from '../support.ts'

const versions = { old: 'v1.32.7', stable: 'v1.33.0', newer: 'v1.40.1-eks-1234', odd: 'unknown' }
type Node = keyof typeof versions

function isNative(mode: NativeSidecars, nodes: readonly Node[], spec = {}, annotations: StringMap = {}): boolean {
  const { facts } = readFacts({
    nodes: nodes.map((name) => ({ metadata: { name }, status: { nodeInfo: { kubeletVersion: versions[name] } } })),
  })
  const { pod } = injected(podWith(annotations, {}, spec), { snapshot: snapshotOf({ nativeSidecars: mode }), facts })
  return names(pod.spec?.initContainers).includes('istio-proxy')
}

test.each<[string, NativeSidecars, readonly Node[], string | undefined, boolean]>([
  ['enabled, on old nodes', 'enabled', ['old'], undefined, true],
  ['disabled, on new nodes', 'disabled', ['newer'], undefined, false],
  ['all nodes new', 'auto', ['stable', 'newer'], undefined, true],
  ['one node old', 'auto', ['stable', 'old', 'newer'], undefined, false],
  ['one node with an invalid version', 'auto', ['stable', 'odd'], undefined, false],
  ["the pod's node is new", 'auto', ['old', 'newer'], 'newer', true],
  ["the pod's node is old", 'auto', ['old', 'newer'], 'old', false],
  ["the pod's node is unknown, one is old", 'auto', ['old', 'newer'], 'other', false],
  ["the pod's node is unknown, all are new", 'auto', ['newer'], 'other', true],
  ["the pod's node has an invalid version", 'auto', ['odd', 'newer'], 'odd', false],
  ['the node name is empty', 'auto', ['old', 'newer'], '', false],
])('%s', (_, mode, nodes, nodeName, expected) => {
  expect(isNative(mode, nodes, nodeName === undefined ? {} : { nodeName })).toBe(expected)
})

test.each<[string, NativeSidecars, boolean]>([
  ['true', 'disabled', true],
  ['false', 'enabled', false],
  ['', 'enabled', true],
  ['', 'disabled', false],
  ['yes', 'disabled', true],
  ['FALSE', 'disabled', true],
])('the annotation %j in mode %s', (value, mode, expected) => {
  expect(isNative(mode, [], {}, { 'sidecar.istio.io/nativeSidecar': value })).toBe(expected)
})
