import { Agent, request } from 'node:https'
import { connect } from 'node:tls'
import { inject } from '../../src/injection/inject.ts'
import { noFacts } from '../../src/injection/model/facts.ts'
import type { Snapshot } from '../../src/injection/model/snapshot.ts'
import { answerReview } from '../../src/webhook/admission/answer.ts'
import { isReviewFault, readReview } from '../../src/webhook/admission/review.ts'
import { makeCa, makeLeaf } from '../../src/webhook/certificates/make.ts'
import { checkPair } from '../../src/webhook/certificates/pair.ts'
import { fixedCertificate } from '../../src/webhook/certificates/source.ts'
import { createLog } from '../../src/webhook/server/log.ts'
import { createMetrics } from '../../src/webhook/server/metrics.ts'
import { startServing } from '../../src/webhook/server/serving.ts'
import type { HttpReply } from './answers.ts'

export interface FuzzedServer {
  readonly post: (body: Buffer, options: { readonly path: string; readonly contentType: string }) => Promise<HttpReply>
  /** Sends bytes on a new connection; returns what it receives until the connection is closed. */
  readonly send: (bytes: Buffer) => Promise<string>
  readonly close: () => Promise<void>
}

/** The real server with the real injector, on a free port, with a certificate of its own. */
export async function startFuzzedServer(snapshot: Snapshot): Promise<FuzzedServer> {
  const now = new Date()
  const ca = await makeCa('Fuzzing', now, 2)
  const pair = await makeLeaf(['localhost', '127.0.0.1'], ca, now, 1)
  const { hash, revision } = snapshot
  const injector = { hash, revision, inject: (pod: Parameters<typeof inject>[0]) => inject(pod, snapshot, noFacts) }
  const serving = await startServing({
    answer: (document, path) => {
      const read = readReview(document)
      return isReviewFault(read) ? read : answerReview(read, path, injector)
    },
    certificates: fixedCertificate({ pair, description: checkPair(pair, now) }),
    metrics: createMetrics({ nodeMetrics: false }),
    log: createLog({ format: 'json', level: 'debug', stream: { write: (line) => void JSON.parse(line) } }),
    webhook: { host: '127.0.0.1', port: 0 },
    monitoring: { host: '127.0.0.1', port: 0 },
    configuration: () => ({
      hash,
      revision,
      tag: 'outrigger',
      sources: [],
      loadedAt: now,
      warnings: [],
      templates: [],
      proxyImage: '',
      settings: [],
    }),
    drainDelay: 0,
  })
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const target = { host: '127.0.0.1', port: serving.webhookPort, ca: ca.certificate }
  return {
    post: (body, { path, contentType }) =>
      new Promise((resolve, reject) => {
        const headers = { 'content-type': contentType, 'content-length': body.length }
        const sent = request({ ...target, agent, path, method: 'POST', headers }, (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject)
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
          )
        })
        sent.on('error', reject).end(body)
      }),
    send: (bytes) =>
      new Promise((resolve, reject) => {
        const socket = connect(target)
        let text = ''
        socket.on('secureConnect', () => socket.end(bytes))
        socket.on('data', (chunk: Buffer) => {
          text += chunk.toString('latin1')
        })
        socket.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ECONNRESET' ? undefined : reject(error)))
        socket.on('close', () => resolve(text))
      }),
    close: async () => {
      agent.destroy()
      await serving.close()
    },
  }
}
