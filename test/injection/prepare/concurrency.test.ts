import { expect, test } from 'vitest'
import { explainInjection } from '../../../src/explain/provenance/explain.ts'
import { noFacts } from '../../../src/injection/model/facts.ts'
import { wholeUnits } from '../../../src/lang/go/quantity.ts'
import type { JsonObject, StringMap } from '../../../src/lang/json.ts'
import { podWith, snapshotOf } from '../support.ts'

const config = {
  defaultTemplates: ['old'],
  templates: { old: 'metadata:\n  annotations:\n    threads: {{ .EstimatedConcurrency | printf "%d" | quote }}\n' },
}

function threads(annotations: StringMap, set: readonly string[] = [], mesh: JsonObject = {}) {
  const snapshot = snapshotOf({ config, set, mesh })
  const { injection, provenance } = explainInjection(
    { pod: podWith(annotations) as JsonObject, namespace: 'shop', path: '/inject' },
    snapshot,
    noFacts,
  )
  const annotated = injection.pod['metadata'] as { annotations: StringMap }
  const field = provenance.fields.find(({ path }) => path === '/metadata/annotations/threads')
  return { value: annotated.annotations['threads'], from: field?.from.map(({ kind, name }) => `${kind} ${name}`) }
}

const concurrency = (number: number) => ({ 'proxy.istio.io/config': `concurrency: ${number}` })
const limit = { 'sidecar.istio.io/proxyCPULimit': '2500m' }
const request = { 'sidecar.istio.io/proxyCPU': '3100m' }
const resources = 'global.proxy.resources'

test.each<[string, StringMap, readonly string[], string, string]>([
  ['2 when nothing is said', {}, [], '2', 'default concurrency of the proxy'],
  ['2 whatever the CPU, when the concurrency is unset', limit, [], '2', 'default concurrency of the proxy'],
  ['the concurrency', { ...concurrency(5), ...limit }, [], '5', 'annotation proxy.istio.io/config'],
  [
    'with 0, the annotated limit',
    { ...concurrency(0), ...limit, ...request },
    [],
    '3',
    'annotation sidecar.istio.io/proxyCPULimit',
  ],
  ['else the annotated request', { ...concurrency(0), ...request }, [], '4', 'annotation sidecar.istio.io/proxyCPU'],
  [
    'else the limit of the values',
    concurrency(0),
    [`${resources}.limits.cpu=1001m`],
    '2',
    `values ${resources}.limits.cpu`,
  ],
  ['which may be a number', concurrency(0), [`${resources}.limits.cpu=7`], '7', `values ${resources}.limits.cpu`],
  [
    'else the request of the values',
    concurrency(0),
    [`${resources}.limits.cpu=null`, `${resources}.requests.cpu=100m`],
    '1',
    `values ${resources}.requests.cpu`,
  ],
  ['else 2', concurrency(0), [`${resources}=null`], '2', 'default concurrency of the proxy'],
])('%s', (_, annotations, set, value, from) => {
  expect(threads(annotations, set)).toEqual({ value, from: [from] })
})

test('the concurrency of the mesh counts, too', () => {
  expect(threads({}, [], { defaultConfig: { concurrency: 4 } }).value).toBe('4')
  expect(threads(limit, [], { defaultConfig: { concurrency: 0 } }).value).toBe('3')
})

test('quantities in whole units are rounded up', () => {
  expect(['0', '1n', '1', '1000m', '1001m', '2.5', '1k'].map(wholeUnits)).toEqual([0, 1, 1, 1, 2, 3, 1000])
  expect([2, 'x', '', null, undefined, {}].map(wholeUnits)).toEqual([2, ...new Array(5).fill(undefined)])
})
