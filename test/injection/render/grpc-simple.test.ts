import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { container, injected, podWith, snapshotOf } from '../support.ts'

const folder = mkdtempSync(join(tmpdir(), 'grpc-simple-'))
afterAll(() => rmSync(folder, { recursive: true }))

const bootstrap = '/var/lib/grpc/data/bootstrap.json'

/** Runs the script of the init container as the kubelet would, with another output path. */
function run(environment: { readonly [name: string]: string }, set: readonly string[] = []): unknown {
  const snapshot = snapshotOf({ config: { defaultTemplates: ['grpc-simple'] }, set })
  const init = container(injected(podWith(), { snapshot }).pod, 'grpc-bootstrap-init')
  const [shell, option, script = ''] = init['command'] as readonly string[]
  expect([shell, option]).toEqual(['sh', '-c'])
  const file = join(folder, 'bootstrap.json')
  const namespace = init.env?.find(({ name }) => name === 'ISTIO_NAMESPACE')?.value ?? ''
  const env = { PATH: process.env['PATH'], ISTIO_NAMESPACE: namespace, ...environment }
  execFileSync('sh', ['-c', script.replaceAll(bootstrap, file)], { env })
  return JSON.parse(readFileSync(file, 'utf8'))
}

const pod = { INSTANCE_IP: '10.1.2.3', POD_NAME: 'web-5d4f', POD_NAMESPACE: 'shop' }
const expected = (server: string) => ({
  xds_servers: [{ server_uri: server, channel_creds: [{ type: 'insecure' }], server_features: ['xds_v3'] }],
  node: { id: 'sidecar~10.1.2.3~web-5d4f.shop~cluster.local', metadata: { GENERATOR: 'grpc' } },
})

test('the script writes the same bootstrap as in Istio', () => {
  // The newline after the namespace splits the unquoted address: Istio has this space, too.
  expect(run(pod)).toEqual(expected('dns:///istiod.istio-system .svc:15010'))
  expect(run(pod, ['global.istioNamespace=mesh'])).toEqual(expected('dns:///istiod.mesh .svc:15010'))
  expect(run({ ...pod, ISTIO_NAMESPACE: 'mesh' })).toEqual(expected('dns:///istiod.mesh.svc:15010'))
})

test('every container gets the path of the bootstrap', () => {
  const snapshot = snapshotOf({ config: { defaultTemplates: ['grpc-simple'] } })
  const { pod } = injected(podWith({}, {}, { containers: [{ name: 'app' }, { name: 'istio-proxy' }] }), { snapshot })
  for (const name of ['app', 'istio-proxy']) {
    const { env, volumeMounts } = container(pod, name)
    expect(env).toEqual([
      { name: 'GRPC_XDS_BOOTSTRAP', value: bootstrap },
      { name: 'GRPC_GO_LOG_VERBOSITY_LEVEL', value: '99' },
      { name: 'GRPC_GO_LOG_SEVERITY_LEVEL', value: 'info' },
    ])
    expect(volumeMounts).toEqual([{ name: 'grpc-io-proxyless-bootstrap', mountPath: '/var/lib/grpc/data/' }])
  }
  expect(pod.spec?.volumes).toEqual([{ name: 'grpc-io-proxyless-bootstrap', emptyDir: {} }])
})
