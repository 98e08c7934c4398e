import { test } from 'vitest'
import { loadSnapshot } from '../../src/config/load.ts'
import { noFacts } from '../../src/prepare/facts.ts'
import { explainInjection } from '../../src/provenance/explain.ts'
test('x', () => {
  const { snapshot } = loadSnapshot({})
  const pod: any = { metadata: { name: 'web', labels: { app: 'web' }, annotations: {'sidecar.istio.io/proxyCPU':'1', 'sidecar.istio.io/proxyImage': 'foo', 'sidecar.istio.io/logLeve':'debug', 'traffic.sidecar.istio.io/excludeInboundPorts':'9090', 'sidecar.istio.io/userVolumeMount':'{"a":{"mountPath":"/x"}}', 'proxy.istio.io/config':'{holdApplicationUntilProxyStarts: true, proxyMetadata: {A: b}}'} }, spec: { containers: [{ name: 'app', image: 'a', ports: [{containerPort: 80}], readinessProbe: {httpGet: {path: '/r', port: 80}}, livenessProbe: {exec: {command: ['x']}} }, {name: 'istio-proxy', image: 'auto', resources: {limits: {cpu: '3'}}, env: [{name: 'POD_NAME', value: 'x'}]}] } }
  const t = performance.now()
  const { provenance } = explainInjection({pod, namespace: 'shop', path: '/inject/cluster/c1'}, snapshot, noFacts)
  console.log(performance.now() - t)
  const s = (x: any) => `${x.kind} ${x.name}${x.field ? `(${x.field})` : ''}=${JSON.stringify(x.value)}`.slice(0, 80)
  for (const f of provenance.fields) console.log(f.path, JSON.stringify(f.value).slice(0, 40), '|', f.by.kind === 'template' ? `${f.by.template} ${f.by.file}:${f.by.line}` : JSON.stringify(f.by), '| from', f.from.map(s).join(', '), '| when', f.when.map(s).join(', '), '| lost', f.lost.map(s).join(', '), '| unset', f.unset.map((u) => u.name).join(', '))
  console.log(JSON.stringify({...provenance, fields: [], settings: []}, null, 1))
  for (const f of provenance.settings) console.log(f.setting, f.value, '| from', s(f.from), '| lost', f.lost.map(s).join(', '), '| unset', f.unset.map((u) => u.name).join(', '))
})
