import { test } from 'vitest'
import { run, podWith, snapshotOf } from '../inject/support.ts'
test('c', () => {
  const one = run(podWith({ 'inject.istio.io/templates': 'sidecar,grpc-simple' })).pod
  const edited = { ...one, spec: { ...one.spec, containers: [...(one.spec?.containers ?? []), { name: 'added' }] } }
  const two = run(edited as never)
  const three = run(two.pod)
  console.log(JSON.stringify(two.patch, null, 1).slice(0, 3000), '\n----\n', JSON.stringify(three.patch, null, 1).slice(0, 3000))
  console.log(two.pod.spec?.containers?.map((c) => c.name), three.pod.spec?.containers?.map((c) => c.name))
})
