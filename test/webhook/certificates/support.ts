import { connect as connectTls } from 'node:tls'
import { onTestFinished } from 'vitest'
import { type ManagedCertificateOptions, serveManaged } from '../../../src/cli/serve/managed-certificate.ts'
import type { CaBundleTimes } from '../../../src/cluster/ca-bundle.ts'
import { connect } from '../../../src/cluster/connect.ts'
import type { Follower } from '../../../src/cluster/health.ts'
import { kinds } from '../../../src/cluster/kinds.ts'
import { type Json, type JsonObject, lookup, lookupString } from '../../../src/lang/json.ts'
import { bundleOf } from '../../../src/webhook/certificates/bundle.ts'
import type { CaTimes } from '../../../src/webhook/certificates/ca-state.ts'
import { createLog } from '../../../src/webhook/server/log.ts'
import { createMetrics } from '../../../src/webhook/server/metrics.ts'
import { type ApiServer, startApiServer } from '../../support/api-server.ts'
import { startServer, type TestServer } from '../server/support.ts'

export const namespace = 'istio-system'
export const serviceName = 'outrigger'
export const host = `${serviceName}.${namespace}.svc`
const minute = 60_000

/** Times of tenths of a second instead of minutes; certificates are valid for about an hour of the replicas' clock. */
export const quick: CaTimes & CaBundleTimes = {
  caLife: 60 * minute,
  leafLife: 55 * minute,
  settle: 500,
  blindSettle: 1000,
  // A leaf is valid for most of that hour: with this margin it counts as expired after two seconds.
  retireMargin: -55 * minute + 2000,
  repairAfter: 200,
  removeAfter: 300,
  firstPause: 50,
  longestPause: 400,
  calmAfter: 2000,
}

export const silent: Follower = { failed: () => {}, follows: () => {}, ended: () => {} }

export async function apiServer(): Promise<ApiServer> {
  const server = await startApiServer()
  onTestFinished(() => server.close())
  return server
}

/** A configuration with two webhooks of the given Service. */
export function configuration(name: string, labels: JsonObject = {}, service = serviceName): JsonObject {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name, labels: { 'istio.io/rev': 'default', ...labels } },
    webhooks: ['rev.namespace', 'rev.object'].map((prefix) => ({
      name: `${prefix}.sidecar-injector.istio.io`,
      clientConfig: { service: { name: service, namespace, path: '/inject' } },
      sideEffects: 'None',
      admissionReviewVersions: ['v1'],
    })),
  }
}

/** The configuration with a caBundle in all of its webhooks. */
export function withBundle(object: JsonObject, pem: string): JsonObject {
  const webhooks = lookup(object, 'webhooks') as readonly JsonObject[]
  const caBundle = Buffer.from(pem).toString('base64')
  return {
    ...object,
    webhooks: webhooks.map((webhook) => ({
      ...webhook,
      clientConfig: { ...(webhook['clientConfig'] as JsonObject), caBundle },
    })),
  }
}

export function find(server: ApiServer, name: string): JsonObject | undefined {
  return server
    .objects(kinds.mutatingWebhookConfiguration)
    .find((object) => lookupString(object, 'metadata', 'name') === name)
}

/** The PEM of each webhook of a configuration. */
export function bundles(server: ApiServer, name: string): readonly string[] {
  const webhooks = (lookup(find(server, name), 'webhooks') ?? []) as readonly Json[]
  return webhooks.map((webhook) => Buffer.from(lookupString(webhook, 'clientConfig', 'caBundle'), 'base64').toString())
}

/** Whether the caBundle of every webhook of a configuration contains exactly these CAs. */
export function holdsJust(server: ApiServer, name: string, ...pems: readonly string[]): boolean {
  const expected = [...bundleOf(pems).keys()].sort().join()
  const found = bundles(server, name)
  return found.length > 0 && found.every((pem) => [...bundleOf([pem]).keys()].sort().join() === expected)
}

export function secretOf(server: ApiServer, name = 'outrigger-ca'): JsonObject | undefined {
  return server.objects(kinds.secret).find((object) => lookupString(object, 'metadata', 'name') === name)
}

export function fileOf(server: ApiServer, file: string): string {
  return Buffer.from(lookupString(secretOf(server), 'data', file), 'base64').toString()
}

/** Changes files or annotations of the Secret, which is created if there is none. */
export function editSecret(server: ApiServer, files: Record<string, string>, annotations: JsonObject = {}): void {
  const secret: JsonObject = secretOf(server) ?? {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'outrigger-ca', namespace },
  }
  const metadata = secret['metadata'] as JsonObject
  const data = Object.entries(files).map(([name, text]) => [name, Buffer.from(text).toString('base64')])
  server.put({
    ...secret,
    metadata: { ...metadata, annotations: { ...((metadata['annotations'] ?? {}) as JsonObject), ...annotations } },
    data: { ...((secret['data'] ?? {}) as JsonObject), ...Object.fromEntries(data) },
  })
}

export interface Replica {
  readonly server: TestServer
  readonly source: Awaited<ReturnType<typeof serveManaged>>['source']
  readonly choice: Awaited<ReturnType<typeof serveManaged>>
  readonly logged: () => readonly { readonly [key: string]: unknown }[]
  /** As if the process had been killed. */
  kill(): Promise<void>
}

/** A server with a managed certificate, as a replica of a Deployment runs it. */
export async function startReplica(
  api: ApiServer,
  overrides: Partial<ManagedCertificateOptions> = {},
): Promise<Replica> {
  const lines: string[] = []
  const log = createLog({ format: 'json', level: 'debug', stream: { write: (line) => void lines.push(line) } })
  const metrics = createMetrics({ nodeMetrics: false })
  const choice = await serveManaged({
    client: connect({ kubeconfig: api.kubeconfig, env: {} }),
    namespace,
    revision: '',
    service: serviceName,
    secret: undefined,
    names: [],
    keepsCaBundle: true,
    health: () => silent,
    log,
    metrics,
    startupMs: 60_000,
    times: quick,
    ...overrides,
  })
  onTestFinished(() => choice.source.close())
  const server = await startServer({ certificates: choice.source, metrics, log })
  return {
    server,
    source: choice.source,
    choice,
    logged: () => lines.map((line) => JSON.parse(line)),
    async kill() {
      choice.source.close()
      await server.close()
    },
  }
}

/** A handshake as an API server makes it: for the Service's name, verified with a caBundle. Rejects if it fails. */
export function handshake(port: number, caBundle: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host: '127.0.0.1', port, servername: host, ca: caBundle, minVersion: 'TLSv1.2' })
    socket.once('secureConnect', () => {
      socket.destroy()
      resolve()
    })
    socket.once('error', reject)
  })
}

/**
 * Connects to the replicas continuously, each time with the caBundle that a configuration had `lagMs` ago. Returns the
 * errors.
 */
export function callContinuously(
  api: ApiServer,
  name: string,
  replicas: () => readonly Replica[],
  lagMs: number,
): { stop(): Promise<{ readonly calls: number; readonly failures: readonly string[] }> } {
  const failures: string[] = []
  const history: { readonly at: number; readonly pem: string }[] = []
  let calls = 0
  let isStopped = false
  const record = () => history.push({ at: performance.now(), pem: bundles(api, name)[0] ?? '' })
  record()
  api.onChange(record)
  const trusted = () => history.findLast(({ at }) => at <= performance.now() - lagMs)?.pem ?? history[0]?.pem ?? ''
  const run = async () => {
    while (!isStopped) {
      const call = async (replica: Replica) => {
        calls++
        await handshake(replica.server.webhookPort, trusted()).catch((error: Error) => {
          if (replicas().includes(replica)) failures.push(error.message)
        })
      }
      await Promise.all(replicas().map(call))
      await new Promise((resolve) => setTimeout(resolve, 15))
    }
  }
  const running = run()
  return {
    async stop() {
      isStopped = true
      await running
      return { calls, failures }
    },
  }
}
