import type { IncomingHttpHeaders } from 'node:http'
import { Agent, type RequestOptions, request } from 'node:https'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import { onTestFinished } from 'vitest'
import type { Injection, InjectionRequest } from '../../../src/injection/model/injection.ts'
import { isObject, type Json, type JsonObject, lookup, lookupString } from '../../../src/lang/json.ts'
import { answerReview } from '../../../src/webhook/admission/answer.ts'
import { isReviewFault, readReview } from '../../../src/webhook/admission/review.ts'
import { makeCa, makeLeaf } from '../../../src/webhook/certificates/make.ts'
import { checkPair } from '../../../src/webhook/certificates/pair.ts'
import { fixedCertificate } from '../../../src/webhook/certificates/source.ts'
import { createLog } from '../../../src/webhook/server/log.ts'
import { createMetrics } from '../../../src/webhook/server/metrics.ts'
import { type Serving, type ServingOptions, startServing } from '../../../src/webhook/server/serving.ts'

export const ca = await makeCa('Test CA', new Date(), 30)
export const leaf = await makeLeaf(['localhost', '127.0.0.1'], ca, new Date(), 10)

/** Replaces the injector, so that these tests are about the server: labels a pod, or does what the pod's name asks for. */
export function standIn({ pod }: InjectionRequest): Injection {
  const name = lookupString(pod, 'metadata', 'name')
  if (name === 'fault') throw new Error(`the secret of this pod is ${JSON.stringify(pod)}`)
  if (name === 'slow') blockFor(150)
  if (name === 'deny') return injectionOf(pod, 'denied', 'invalid-annotation', "invalid value 'x' for annotation 'y'")
  if (name === 'skip') return injectionOf(pod, 'skipped', 'refused-by-label', '')
  const injected = injectionOf(pod, 'injected', 'policy-enabled', '')
  return { ...injected, patch: [{ op: 'add', path: '/metadata/labels', value: { injected: 'true' } }] }
}

function injectionOf(
  pod: JsonObject,
  result: Injection['decision']['result'],
  reason: Injection['decision']['reason'],
  message: string,
): Injection {
  const templates = result === 'injected' ? ['sidecar'] : []
  return {
    decision: { result, reason, message, faults: [], templates },
    pod,
    patch: [],
    warnings: [{ code: 'sample', text: 'mind this' }],
  }
}

export function blockFor(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

export interface TestServer extends Serving {
  readonly logged: () => readonly { readonly [key: string]: unknown }[]
  readonly logText: () => string
  readonly options: ServingOptions
  /** The values of metrics, by name and labels as in `a{b="c"}`. */
  metrics(): Promise<{ readonly [metric: string]: number }>
}

/** A server on free ports with the stand-in injector; closed when the test ends. */
export async function startServer(overrides: Partial<ServingOptions> = {}): Promise<TestServer> {
  const lines: string[] = []
  const metrics = createMetrics({ nodeMetrics: false })
  const injector = { hash: 'abc', revision: '', inject: standIn }
  const options: ServingOptions = {
    answer: (document, path) => {
      const read = readReview(document)
      return isReviewFault(read) ? read : answerReview(read, path, injector)
    },
    certificates: fixedCertificate({ pair: leaf, description: checkPair(leaf, new Date()) }),
    metrics,
    log: createLog({ format: 'json', level: 'debug', stream: { write: (line) => void lines.push(line) } }),
    webhook: { host: '127.0.0.1', port: 0 },
    monitoring: { host: '127.0.0.1', port: 0 },
    configuration: () => ({
      hash: 'abc',
      revision: '',
      tag: 'outrigger',
      sources: ['embedded'],
      loadedAt: new Date(0),
      warnings: [],
      templates: [],
      proxyImage: 'proxyv2:1',
      settings: [],
    }),
    drainDelay: 0,
    ...overrides,
  }
  const serving = await startServing(options)
  onTestFinished(() => serving.close())
  return {
    ...serving,
    options,
    logged: () => lines.map((line) => JSON.parse(line)),
    logText: () => lines.join(''),
    async metrics() {
      const text = await options.metrics.registry.metrics()
      const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
      return Object.fromEntries(
        samples.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
      )
    },
  }
}

export interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

export function post(port: number, body: string | Buffer, options: RequestOptions = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', ...options.headers }
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        path: '/inject',
        method: 'POST',
        ca: ca.certificate,
        agent: false,
        ...options,
        headers,
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString(),
          }),
        )
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

export function keepAliveAgent(maxSockets = 1): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets })
  onTestFinished(() => agent.destroy())
  return agent
}

/** A TLS connection for raw HTTP. */
export async function openSocket(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port, ca: ca.certificate, ...options })
  socket.on('error', () => {})
  onTestFinished(() => void socket.destroy())
  await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject))
  return socket
}

/** Everything received until the server closes the connection. */
export async function readToEnd(socket: TLSSocket): Promise<string> {
  let text = ''
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  await new Promise((resolve) => socket.once('close', resolve))
  return text
}

/** A review for the creation of a pod. */
export function reviewOf(metadata: JsonObject = { name: 'web' }, request: JsonObject = {}): string {
  return JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: 'uid-1',
      kind: { group: '', version: 'v1', kind: 'Pod' },
      namespace: 'demo',
      operation: 'CREATE',
      object: { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [{ name: 'app', image: 'app' }] } },
      ...request,
    },
  })
}

export function responseOf(reply: Reply): JsonObject {
  const response = lookup(JSON.parse(reply.text) as Json, 'response')
  if (!isObject(response)) throw new Error(`not a review: ${reply.text}`)
  return response
}
