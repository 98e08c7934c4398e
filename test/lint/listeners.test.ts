import { expect, test } from 'vitest'
import { analyze } from '../../src/lint/analyze.ts'
import { isLocalhost, type Listener, parseListeners } from '../../src/lint/listeners.ts'
import { brief, clusterOf, snapshotOf } from './support.ts'

const tcp = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 31337 1
   1: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 31338 1
   2: 0100007F:1F90 0100007F:C001 01 00000000:00000000 00:00000000 00000000     0        0 31339 1
 100: 0A01F40A:01BB 00000000:0000 0a 00000000:00000000 00:00000000 00000000     0        0 31340 1
nonsense
`
const tcp6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue
   0: 00000000000000000000000001000000:2328 00000000000000000000000000000000:0000 0A 00000000:00000000
   1: 00000000000000000000000000000000:2329 00000000000000000000000000000000:0000 0A 00000000:00000000
   2: 0000000000000000FFFF00000100007F:232A 00000000000000000000000000000000:0000 0A 00000000:00000000
   3: B80D0120000000000000000001000100:232B 00000000000000000000000000000000:0000 0A 00000000:00000000
`

test('socket tables of the kernel are parsed, IPv4 and IPv6', () => {
  const shown = parseListeners('shop/web', tcp + tcp6).map(({ address, port }) => `${address} ${port}`)
  expect(shown).toEqual([
    '127.0.0.1 8080',
    '0.0.0.0 80',
    '10.244.1.10 443',
    '::1 9000',
    ':: 9001',
    '::ffff:127.0.0.1 9002',
    '2001:db8::1:1 9003',
  ])
})

test('localhost is all of 127.0.0.0/8, and ::1', () => {
  const local = ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1']
  const open = ['0.0.0.0', '10.0.0.1', '::', '::11', '::ffff:10.0.0.1', '1270::']
  expect([local.filter(isLocalhost), open.filter(isLocalhost)]).toEqual([local, []])
})

const yaml = `
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec:
  containers:
  - name: web
    ports: [{name: web, containerPort: 8080}]
status: {phase: Running}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  selector: {app: web}
  ports: [{name: http, port: 80, targetPort: web}]
`

function run(listeners: readonly Listener[], mesh?: string): readonly string[] {
  return analyze(clusterOf(yaml, { mesh }, { listeners }), snapshotOf({ mesh }))
    .filter(({ code }) => code === 'IST0143')
    .map(brief)
}

test('ports that also listen elsewhere, or that no Service targets, are not reported', () => {
  const at = (address: string, port = 8080) => ({ pod: 'shop/web', address, port })
  const finding = ['IST0143 Pod shop/web spec.containers[0].ports[0]']
  expect(run([at('127.0.0.1')])).toEqual(finding)
  expect(run([at('127.0.0.1'), at('::1')])).toEqual(finding)
  expect(run([at('127.0.0.1'), at('::')])).toEqual([])
  expect(run([at('127.0.0.1', 9090)])).toEqual([])
  expect(run([{ ...at('127.0.0.1'), pod: 'shop/other' }])).toEqual([])
  expect(run([at('127.0.0.1')], 'inboundTrafficPolicy: {mode: LOCALHOST}')).toEqual([])
})
