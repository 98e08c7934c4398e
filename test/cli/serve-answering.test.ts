import { expect, test } from 'vitest'
import { answererOf } from '../../src/cli/serve/answering.ts'
import { loadSnapshot } from '../../src/config/load.ts'
import { type ClusterFacts, noFacts, readFacts } from '../../src/injection/model/facts.ts'
import type { Json } from '../../src/lang/json.ts'

const review: Json = {
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  request: {
    uid: 'a',
    namespace: 'shop',
    operation: 'CREATE',
    object: {
      metadata: { generateName: 'web-5d4f8c7b9-' },
      spec: { containers: [{ name: 'web', image: 'example.com/web:1' }] },
    },
  },
}

const proxyConfig = {
  metadata: { name: 'shop', namespace: 'shop' },
  spec: { environmentVariables: { FROM_PROXY_CONFIG: 'yes' } },
}

function patchOf(answer: ReturnType<ReturnType<typeof answererOf>>): string {
  if (!('review' in answer)) throw new Error(answer.fault)
  return Buffer.from(answer.review.response.patch ?? '', 'base64').toString()
}

test('replicas are answered by the facts of now', () => {
  let facts: ClusterFacts = noFacts
  const answer = answererOf(loadSnapshot({}).snapshot, () => facts)
  for (let time = 0; time < 3; time++) expect(patchOf(answer(review, '/inject'))).not.toContain('FROM_PROXY_CONFIG')
  facts = readFacts({ proxyConfigs: [proxyConfig] }).facts
  for (let time = 0; time < 3; time++) expect(patchOf(answer(review, '/inject'))).toContain('FROM_PROXY_CONFIG')
})

test('replicas of a template that asks for random values get new ones each', () => {
  const config = `
templates:
  sidecar: |
    metadata:
      annotations:
        random: {{ include "random" . | quote }}
    {{- define "random" }}{{ uuidv4 }}{{ end }}
defaultTemplates: [sidecar]
`
  const answer = answererOf(loadSnapshot({ config: { name: 'config', text: config } }).snapshot, () => noFacts)
  const patches = [1, 2, 3, 4].map(() => patchOf(answer(review, '/inject')))
  expect(new Set(patches).size).toBe(4)
})
