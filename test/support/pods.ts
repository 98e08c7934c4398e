import fc from 'fast-check'
import type { JsonObject } from '../../src/lang/json.ts'

/* Documents in the shape of pods with few different names, so that two of them have much in common. */

const name = fc.constantFrom('a', 'b', 'c', 'd', 'e')
const text = fc.constantFrom('', 'x', 'y', 'a longer text that is worth a few bytes')
const scalar = fc.oneof(text, fc.constantFrom(0, 1, 80), fc.boolean(), fc.constant(null))
const loose = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, scalar, fc.array(tie('value'), { maxLength: 4 }), tie('object')),
  object: fc.dictionary(fc.constantFrom('a', 'b/c', 'd~e', 'f~1', ''), tie('value'), { maxKeys: 4 }),
}))

const optional = <T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record(fields, { requiredKeys: [] })
const list = <T>(item: fc.Arbitrary<T>) => fc.array(item, { maxLength: 6 })

const variable = fc.record(
  { name, value: text, valueFrom: loose['object'] as fc.Arbitrary<unknown> },
  { requiredKeys: ['name'] },
)
const port = fc.record(
  { containerPort: fc.constantFrom(53, 80, 443), protocol: fc.constantFrom('TCP', 'UDP'), name },
  { requiredKeys: ['containerPort'] },
)
const container = fc.record(
  {
    name,
    image: text,
    args: list(text),
    env: list(variable),
    ports: list(port),
    volumeMounts: list(fc.record({ mountPath: name, name })),
    newer: loose['value'] as fc.Arbitrary<unknown>,
  },
  { requiredKeys: ['name'] },
)
const containers = fc.oneof(
  { weight: 9, arbitrary: list(container) },
  { weight: 1, arbitrary: loose['value'] as fc.Arbitrary<unknown> },
)
const annotations = fc.dictionary(fc.constantFrom('a', 'b/c', 'd~e', 'f~1g', ''), text)

/** A pod, now and then with values that no pod has. */
export const podLike = optional({
  metadata: optional({ name: text, labels: annotations, annotations, finalizers: list(name) }),
  spec: optional({
    containers,
    initContainers: containers,
    volumes: list(fc.record({ name, emptyDir: loose['object'] as fc.Arbitrary<unknown> })),
    tolerations: list(loose['object'] as fc.Arbitrary<unknown>),
    securityContext: loose['object'] as fc.Arbitrary<unknown>,
  }),
  newer: loose['value'] as fc.Arbitrary<unknown>,
}).map((pod) => JSON.parse(JSON.stringify(pod)) as JsonObject)
