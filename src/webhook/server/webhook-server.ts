import { constants } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Server } from 'node:https'
import type { Socket } from 'node:net'
import { type SecureContextOptions, TLSSocket } from 'node:tls'
import { type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import { type Json, lookup } from '../../lang/json.ts'
import { type Answer, answerText } from '../admission/answer.ts'
import type { ReviewFault } from '../admission/faults.ts'
import { isReviewFault } from '../admission/review.ts'
import { type ClientAuthentication, clientCheck } from '../certificates/clients.ts'
import type { CertificatePair } from '../certificates/pair.ts'
import type { CertificateSource } from '../certificates/source.ts'
import { type Body, createBodyReader, isLarge } from './body.ts'
import { type Connections, type Exchange, endWith, watchConnections } from './connections.ts'
import { callerTimeout } from './deadline.ts'
import { errorText, type HttpErrorCode, httpErrors } from './errors.ts'
import type { Limits } from './limits.ts'
import { describeError, type Log, logAnswer } from './log.ts'
import type { Metrics } from './metrics.ts'
import { noSchemas } from './no-schemas.ts'
import { watchPendingConnections } from './pending-connections.ts'
import { createTurns } from './turns.ts'

/** Answers a parsed body that came to a path. What it throws is a fault of the injector: HTTP 500. */
export type AnswerReview = (document: Json, path: string) => Answer | ReviewFault

export interface WebhookOptions {
  readonly answer: AnswerReview
  readonly certificates: CertificateSource
  readonly clients?: ClientAuthentication | undefined
  readonly limits: Limits
  readonly metrics: Metrics
  readonly log: Log
}

export interface WebhookServer {
  readonly server: Server
  readonly connections: Connections
  /** Gets everything ready to listen. */
  prepare(): Promise<void>
  /** From now on each response asks its client to use another connection for the next request. */
  sendClientsAway(): void
  /** Takes no more connections, finishes the requests in flight, and cuts what isn't done after `limits.finish`. */
  close(): Promise<void>
}

declare module 'fastify' {
  interface FastifyRequest {
    exchange: Exchange
  }
}

const jsonHeaders = { 'content-type': 'application/json; charset=utf-8' }
/** What the parser of bodies leaves; nothing where a request has none. */
interface WithBody {
  Body: Body | undefined
}

const textHeaders = { 'content-type': 'text/plain; charset=utf-8' }

/** The webhook: `POST /inject...` over TLS, and nothing else. It knows reviews and answers, but nothing of injection. */
export function createWebhookServer(options: WebhookOptions): WebhookServer {
  const { answer, certificates, clients, limits, metrics, log } = options
  const isAllowedClient = clients === undefined || clients.names.length === 0 ? () => true : clientCheck(clients.names)
  let closing = false

  /** Counts and logs a request that failed, unless that was done before. */
  const count = (code: HttpErrorCode, socket: Socket, exchange: Exchange | undefined, facts: object = {}) => {
    if (exchange?.counted) return false
    if (exchange !== undefined) exchange.counted = true
    metrics.failed(code)
    const line = { code, status: httpErrors[code].status, remote: socket.remoteAddress, ...facts }
    if (code === 'injector-fault') log.error(line, 'the injector failed on a review')
    else log.warn(line, 'request refused')
    return true
  }

  const connections = watchConnections(limits, count)
  const pending = watchPendingConnections()
  const turns = createTurns(pending.any)
  const readBody = createBodyReader(limits.bodyBytes, turns)

  const refuse = (request: FastifyRequest, reply: FastifyReply, code: HttpErrorCode, facts: object = {}) => {
    if (!count(code, request.raw.socket, request.exchange, facts)) return
    reply.code(httpErrors[code].status ?? 400).headers(textHeaders)
    if (code === 'method-not-allowed') reply.header('allow', 'POST')
    if (closing) reply.header('connection', 'close')
    reply.send(errorText(code, limits))
  }

  const app = fastify({
    https: {
      ...tlsOptions(certificates.current().pair, clients?.ca),
      requestCert: clients !== undefined,
      rejectUnauthorized: clients !== undefined,
      handshakeTimeout: limits.handshake,
      headersTimeout: limits.idle,
      requestTimeout: 0,
      connectionsCheckingInterval: 5000,
      // A missing Host header is nothing to us, and Node would refuse it without anyone counting.
      requireHostHeader: false,
      noDelay: true,
    },
    keepAliveTimeout: limits.keepAlive,
    return503OnClosing: false,
    exposeHeadRoutes: false,
    schemaController: noSchemas,
    bodyLimit: limits.bodyBytes,
    clientErrorHandler: onClientError,
    frameworkErrors: (_error, request, reply) => {
      request.exchange = connections.open(request.raw, reply.raw)
      refuse(request, reply, 'bad-path')
    },
  })

  function onClientError(error: NodeJS.ErrnoException, socket: Socket) {
    const exchange = connections.current(socket)
    // Who only went away, or never sent anything, made no bad request.
    const code = socket.writable && connections.hasPartialRequest(socket) ? clientErrors[error.code ?? ''] : undefined
    if (code === undefined) return socket.destroy()
    count(code, socket, exchange)
    if (exchange?.response.headersSent) return socket.destroy()
    endWith(socket, code, limits)
  }

  app.decorateRequest('exchange')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    '*',
    (_request: FastifyRequest, payload: IncomingMessage, done: (error: null, body: Body) => void) =>
      readBody(payload, (body) => done(null, body)),
  )
  app.addHook('onRequest', (request, reply, done) => {
    pending.requested(request.raw.socket)
    request.exchange = connections.open(request.raw, reply.raw)
    const { socket } = request.raw
    const isAllowed = socket instanceof TLSSocket && isAllowedClient(socket)
    const refusal = earlyRefusal(request.raw) ?? (isAllowed ? undefined : 'client-name-refused')
    if (refusal === undefined) done()
    else refuse(request, reply, refusal)
  })
  app.setErrorHandler((error, request, reply) =>
    refuse(request, reply, 'injector-fault', { error: describeError(error) }),
  )
  app.setNotFoundHandler((request, reply) => refuse(request, reply, 'not-found'))
  app.post<WithBody>('/inject', handle)
  app.post<WithBody>('/inject/*', handle)

  function handle(request: FastifyRequest<WithBody>, reply: FastifyReply) {
    const { exchange, raw } = request
    const received = request.body ?? Buffer.alloc(0)
    if (typeof received === 'string') return refuse(request, reply, received)
    if (received.length === 0) return refuse(request, reply, 'empty-body')
    const began = performance.now()
    const url = raw.url ?? ''
    const timeout = callerTimeout(url)
    if (timeout !== undefined && began - exchange.arrivedAt >= timeout) return refuse(request, reply, 'deadline-passed')
    const path = pathOf(url)
    if (path === undefined) return refuse(request, reply, 'bad-path')
    const document = parse(received)
    if (document === undefined) return refuse(request, reply, 'not-json')
    const spent = performance.now() - began
    if (isLarge(received.length)) turns.goOn(() => respond(request, reply, document, path, spent))
    else respond(request, reply, document, path, spent)
  }

  /** Answers a document whose reading took some milliseconds. */
  function respond(request: FastifyRequest, reply: FastifyReply, document: Json, path: string, spent: number) {
    const began = performance.now()
    let answered: Answer | ReviewFault
    let body: Buffer
    try {
      answered = answer(document, path)
      if (isReviewFault(answered)) return refuse(request, reply, answered.fault)
      // As bytes: a text that was put together of others would be gone through again and again on its way out.
      body = Buffer.from(answerText(answered.review))
    } catch (error) {
      return refuse(request, reply, 'injector-fault', { uid: uidOf(document), error: describeError(error) })
    }
    request.exchange.counted = true
    const milliseconds = spent + performance.now() - began
    metrics.answered(answered, milliseconds / 1000)
    logAnswer(log, answered, milliseconds, body.length)
    if (closing) reply.header('connection', 'close')
    reply.headers(jsonHeaders).send(body)
  }

  const { server } = app
  server.maxConnections = limits.connections
  server.on('connection', pending.opened)
  server.on('secureConnection', (socket: TLSSocket) => connections.add(socket))
  server.on('tlsClientError', (error) => {
    metrics.tlsError()
    log.debug({ error: describeError(error) }, 'TLS handshake failed')
  })
  // Node itself would answer 417 to an `Expect` that it doesn't know, uncounted. RFC 9110 (10.1.1) lets it be ignored.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response))
  server.on('drop', () => metrics.connectionRefused())
  let clientCa = clients?.ca
  certificates.onChange(({ pair }) => server.setSecureContext(tlsOptions(pair, clientCa)))
  clients?.onChange?.((ca) => {
    clientCa = ca
    server.setSecureContext(tlsOptions(certificates.current().pair, ca))
  })

  return {
    server,
    connections,
    prepare: async () => {
      await app.ready()
    },
    sendClientsAway() {
      closing = true
    },
    async close() {
      closing = true
      // Connections that become idle from now on are closed then, not when their keep-alive ends.
      const idle = setInterval(() => server.closeIdleConnections(), 20)
      const late = setTimeout(() => server.closeAllConnections(), limits.finish)
      await app.close()
      clearInterval(idle)
      clearTimeout(late)
      connections.close()
    },
  }
}

// Authenticated encryption with forward secrecy only; 128 bits first, for speed. All that Go's TLS offers are among them.
const ciphers = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':')

function tlsOptions(pair: CertificatePair, clientCa: string | undefined): SecureContextOptions {
  return {
    cert: pair.certificate,
    key: pair.key,
    ...(clientCa !== undefined && { ca: clientCa }),
    minVersion: 'TLSv1.2',
    ciphers,
    honorCipherOrder: true,
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  }
}

const clientErrors: { readonly [code: string]: HttpErrorCode } = {
  ERR_HTTP_REQUEST_TIMEOUT: 'too-slow',
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  HPE_INVALID_EOF_STATE: 'client-gone',
  ...Object.fromEntries(
    [
      'HPE_CR_EXPECTED',
      'HPE_INVALID_CHUNK_SIZE',
      'HPE_INVALID_CONSTANT',
      'HPE_INVALID_CONTENT_LENGTH',
      'HPE_INVALID_HEADER_TOKEN',
      'HPE_INVALID_METHOD',
      'HPE_INVALID_TRANSFER_ENCODING',
      'HPE_INVALID_URL',
      'HPE_INVALID_VERSION',
      'HPE_LF_EXPECTED',
      'HPE_STRICT',
      'HPE_UNEXPECTED_CONTENT_LENGTH',
      'HPE_CHUNK_EXTENSIONS_OVERFLOW',
    ].map((code) => [code, 'bad-http' as const]),
  ),
}

/** What can be said of a request before its body is there. */
function earlyRefusal(request: IncomingMessage): HttpErrorCode | undefined {
  const { method, headers, url = '' } = request
  if (!/^\/inject(?:[/?]|$)/.test(url)) return 'not-found'
  if (method !== 'POST') return 'method-not-allowed'
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') return 'wrong-content-type'
  if (headers['content-length'] === '0') return 'empty-body'
  return isJson(headers['content-type']) ? undefined : 'wrong-content-type'
}

function isJson(contentType: string | undefined): boolean {
  return contentType === 'application/json' || /^application\/json\s*(?:;|$)/i.test(contentType ?? '')
}

/**
 * The body as JSON. Of equal keys the last wins, and `__proto__` is a key like any other: JSON.parse makes it an own
 * property, and nothing here reads any but own ones. Undefined when it isn't JSON; what JSON.parse says then quotes the
 * body, and stays here.
 */
function parse(body: Buffer): Json | undefined {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

/** The path as it came, without the query: whoever reads the settings in it decodes it. Undefined when it can't be decoded. */
function pathOf(url: string): string | undefined {
  const query = url.indexOf('?')
  const path = query < 0 ? url : url.slice(0, query)
  if (!path.includes('%')) return path
  try {
    decodeURIComponent(path)
    return path
  } catch {
    return undefined
  }
}

function uidOf(document: Json): string | undefined {
  const uid = lookup(document, 'request', 'uid')
  return typeof uid === 'string' ? uid.slice(0, 256) : undefined
}
