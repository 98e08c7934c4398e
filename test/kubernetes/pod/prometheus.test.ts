import { expect, test } from 'vitest'
import { prometheusAnnotation, withoutPrometheus } from '../../../src/kubernetes/pod/prometheus.ts'
import type { StringMap } from '../../../src/lang/json.ts'

test.each<[string, StringMap, string | undefined]>([
  ['the usual name', { 'prometheus.io/port': '1' }, '1'],
  ['a sanitized name', { prometheus_io_port: '1' }, '1'],
  ['any other character', { 'prometheus-io port': '1' }, '1'],
  ['several: the first by name', { prometheus_io_port: '2', 'prometheus.io/port': '1' }, '1'],
  ['another length', { 'prometheus.io//port': '1', 'prometheus.io/ports': '1' }, undefined],
  ['another case', { 'Prometheus.io/port': '1' }, undefined],
  ['none', {}, undefined],
])('%s', (_, annotations, expected) => {
  expect(prometheusAnnotation(annotations, 'port')).toBe(expected)
})

test('all spellings of the four names are removed, and no others', () => {
  const kept = {
    a: '1',
    'prometheus.istio.io/merge-metrics': 'x',
    'prometheus.istio.io/secure-port': 'x',
    ['__proto__']: 'x',
  }
  const removed = {
    'prometheus.io/scrape': '',
    prometheus_io_path: '',
    'prometheus.io/port': '',
    'prometheus.istio.io/scrape-targets': '',
  }
  expect(Object.entries(withoutPrometheus({ ...kept, ...removed }))).toEqual(Object.entries(kept))
})
