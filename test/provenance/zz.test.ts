import { test } from 'vitest'
import { loadSnapshot } from '../../src/config/load.ts'
import { noFacts } from '../../src/prepare/facts.ts'
import { explainInjection } from '../../src/provenance/explain.ts'
test('x', () => {
  const { snapshot } = loadSnapshot({})
  const pod: any = { metadata: { name: 'web', labels: { app: 'web','service.istio.io/workload-name':'ww' }, annotations: {'sidecar.istio.io/proxyCPU':'1', 'istio.io/reroute-virtual-interfaces':'a', 'traffic.sidecar.istio.io/kubevirtInterfaces':'b', 'sidecar.istio.io/proxyImage': 'foo'} }, spec: { containers: [{ name: 'app', image: 'a', ports: [{containerPort: 80}]}] } }
  const ex = () => explainInjection({pod, namespace: 'shop', path: '/inject/cluster/c1'}, snapshot, noFacts)
  let provenance = ex().provenance
  for (let i = 0; i < 30; i++) { const t = performance.now(); ex(); if (i > 25) console.log(performance.now() - t) }
  const s = (x: any) => `${x.kind} ${x.name}${x.field ? `(${x.field})` : ''}=${JSON.stringify(x.value)}`.slice(0, 80)
  for (const f of provenance.fields) if (f.lost.length) console.log(f.path, JSON.stringify(f.value).slice(0, 40), '|', f.by.kind === 'template' ? `${f.by.template} ${f.by.file}:${f.by.line}` : JSON.stringify(f.by), '| from', f.from.map(s).join(', '), '| when', f.when.map(s).join(', '), '| lost', f.lost.map(s).join(', '), '| unset', f.unset.map((u) => u.name).join(', '))
  console.log(JSON.stringify(provenance.ignored))
  for (const f of provenance.settings) console.log(f.setting, f.value, '| from', s(f.from), '| lost', f.lost.map(s).join(', '), '| unset', f.unset.map((u) => u.name).join(', '))
})
