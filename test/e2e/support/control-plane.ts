import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeCa, makeLeaf } from '../../../src/webhook/certificates/make.ts'
import type { Assets } from './assets.ts'
import { type Access, type Cluster, openCluster } from './cluster.ts'
import { freePort, type Program, startProgram } from './program.ts'
import { waitFor } from './wait.ts'

/** An etcd, a kube-apiserver and a kube-controller-manager of its own, on free ports of 127.0.0.1; no nodes. */
export interface ControlPlane {
  readonly access: Access
  readonly apiServer: {
    stop(): Promise<void>
    /** Starts it again on the same port, with what etcd still holds. */
    start(): Promise<void>
  }
  /** Ends all of it and removes its data. */
  stop(): Promise<void>
}

// All that makes pods of workloads, gives namespaces their service account, and cleans up behind them.
const controllers = [
  'deployment-controller',
  'replicaset-controller',
  'statefulset-controller',
  'job-controller',
  'serviceaccount-controller',
  'root-ca-certificate-publisher-controller',
  'namespace-controller',
  'garbage-collector-controller',
]

/** The controllers of `more` run beside those that every control plane has. */
export async function startControlPlane(assets: Assets, more: readonly string[] = []): Promise<ControlPlane> {
  const folder = mkdtempSync(join(tmpdir(), 'outrigger-e2e-'))
  const [apiPort, etcdPort, etcdPeerPort, managerPort] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ]
  const url = `https://127.0.0.1:${apiPort}`
  const token = randomBytes(16).toString('hex')
  const pki = await writePki(folder, token)
  const kubeconfig = join(folder, 'kubeconfig')
  writeFileSync(kubeconfig, kubeconfigOf(url, pki.ca, token), { mode: 0o600 })
  const access: Access = { url, token, ca: pki.ca, kubeconfig, folder, assets }
  const cluster = openCluster(access)
  const start = (program: keyof Assets, args: Readonly<Record<string, string>>) =>
    startProgram(assets[program], flags(args), { cwd: folder, log: join(folder, `${program}.log`) })

  const etcd = start('etcd', {
    name: 'local',
    'data-dir': join(folder, 'etcd'),
    'listen-client-urls': `http://127.0.0.1:${etcdPort}`,
    'advertise-client-urls': `http://127.0.0.1:${etcdPort}`,
    'listen-peer-urls': `http://127.0.0.1:${etcdPeerPort}`,
    'initial-advertise-peer-urls': `http://127.0.0.1:${etcdPeerPort}`,
    'initial-cluster': `local=http://127.0.0.1:${etcdPeerPort}`,
    'unsafe-no-fsync': 'true',
  })
  let api: Program | undefined
  let manager: Program | undefined
  const startApiServer = async () => {
    api = start('kube-apiserver', {
      'etcd-servers': `http://127.0.0.1:${etcdPort}`,
      'bind-address': '127.0.0.1',
      'advertise-address': '127.0.0.1',
      'secure-port': String(apiPort),
      'tls-cert-file': pki.certificate,
      'tls-private-key-file': pki.key,
      'client-ca-file': pki.caFile,
      'service-account-issuer': url,
      'service-account-key-file': pki.serviceAccountPublic,
      'service-account-signing-key-file': pki.serviceAccountKey,
      'token-auth-file': pki.tokens,
      'authorization-mode': 'RBAC',
      'service-cluster-ip-range': '10.0.0.0/24',
      'allow-privileged': 'true',
      // Without nodes nothing could reach the endpoint of the API server itself.
      'endpoint-reconciler-type': 'none',
      profiling: 'false',
    })
    await ready(cluster, api, join(folder, 'kube-apiserver.log'))
  }
  const stop = async () => {
    for (const program of [manager, api, etcd]) await program?.stop()
    cluster.close()
    rmSync(folder, { recursive: true, force: true })
  }

  try {
    await startApiServer()
    manager = start('kube-controller-manager', {
      kubeconfig,
      'bind-address': '127.0.0.1',
      'secure-port': String(managerPort),
      'service-account-private-key-file': pki.serviceAccountKey,
      'root-ca-file': pki.caFile,
      // It ends when it can't renew its lease; here it has to live through an API server that is away.
      'leader-elect': 'false',
      'use-service-account-credentials': 'true',
      controllers: [...controllers, ...more].join(','),
    })
    await waitFor('the controller manager makes a service account', () =>
      cluster.get('/api/v1/namespaces/default/serviceaccounts/default'),
    )
  } catch (error) {
    await stop()
    throw error
  }
  return {
    access,
    apiServer: {
      async stop() {
        await api?.stop()
      },
      start: startApiServer,
    },
    stop,
  }
}

async function ready(cluster: Cluster, api: Program, log: string): Promise<void> {
  await waitFor('the API server is ready', async () => {
    if (api.ended()) throw new Error(`kube-apiserver ended: ${readFileSync(log, 'utf8').slice(-2000)}`)
    return cluster.send('GET', '/readyz').then(
      ({ status }) => status === 200,
      () => false,
    )
  })
}

async function writePki(folder: string, token: string) {
  const place = join(folder, 'pki')
  mkdirSync(place, { mode: 0o700 })
  const write = (name: string, content: string | Buffer) => {
    const path = join(place, name)
    writeFileSync(path, content, { mode: 0o600 })
    return path
  }
  const ca = await makeCa('control plane', new Date(), 30)
  const names = ['127.0.0.1', '10.0.0.1', 'localhost', 'kubernetes', 'kubernetes.default.svc']
  const server = await makeLeaf(names, ca, new Date(), 30)
  const serviceAccount = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    ca: ca.certificate,
    caFile: write('ca.crt', ca.certificate),
    certificate: write('apiserver.crt', server.certificate),
    key: write('apiserver.key', server.key),
    serviceAccountKey: write('sa.key', serviceAccount.privateKey.export({ type: 'pkcs8', format: 'pem' })),
    serviceAccountPublic: write('sa.pub', serviceAccount.publicKey.export({ type: 'spki', format: 'pem' })),
    tokens: write('tokens.csv', `${token},admin,admin,"system:masters"\n`),
  }
}

/** A kubeconfig with one cluster, one user and one context. JSON is YAML, too. */
export function kubeconfigOf(url: string, ca: string, token: string, namespace = 'default'): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'local', cluster: { server: url, 'certificate-authority-data': Buffer.from(ca).toString('base64') } },
    ],
    users: [{ name: 'local', user: { token } }],
    contexts: [{ name: 'local', context: { cluster: 'local', user: 'local', namespace } }],
    'current-context': 'local',
  })
}

function flags(args: Readonly<Record<string, string>>): string[] {
  return Object.entries(args).map(([name, value]) => `--${name}=${value}`)
}
