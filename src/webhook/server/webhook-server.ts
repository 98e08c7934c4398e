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

/** Processes a parsed body. Whatever it throws is an internal error: HTTP 500. */
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
  /** Prepares the server to listen. */
  prepare(): Promise<void>
  /** From now on each response has `Connection: close`. */
  sendClientsAway(): void
  /** Stops accepting connections, finishes requests in flight, and cuts those that aren't done after `limits.finish`. */
  close(): Promise<void>
}

declare module 'fastify' {
  interface FastifyRequest {
    exchange: Exchange
  }
}

const jsonHeaders = { 'content-type': 'application/json; charset=utf-8' }
/** The result of the body parser; undefined if the request has no body. */
interface WithBody {
  Body: Body | undefined
}

const textHeaders = { 'content-type': 'text/plain; charset=utf-8' }

/** The webhook: `POST /inject...` over TLS, and nothing else. It handles reviews and responses, not injection. */
export function createWebhookServer(options: WebhookOptions): WebhookServer {
  const { answer, certificates, clients, limits, metrics, log } = options
  const isAllowedClient = clients === undefined || clients.names.length === 0 ? () => true : clientCheck(clients.names)
  let closing = false

  /** Counts and logs a failed request, once. */
  const count = (code: HttpErrorCode, socket: Socket, exchange: Exchange | undefined, facts: object = {}) => {
    if (exchange?.counted) return false
    if (exchange !== undefined) exchange.counted = true
    metrics.failed(code)
    const line = { code, status: httpErrors[code].status, remote: socket.remoteAddress, ...facts }
    if (code === 'injector-fault') log.error(line, 'internal error while processing a review')
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
      // A missing Host header doesn't matter, and Node would reject the request without counting it.
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
    // A client that disconnected, or never sent anything, didn't make a bad request.
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

  /** Processes a document that took several milliseconds to parse. */
  function respond(request: FastifyRequest, reply: FastifyReply, document: Json, path: string, spent: number) {
    const began = performance.now()
    let answered: Answer | ReviewFault
    let body: Buffer
    try {
      answered = answer(document, path)
      if (isReviewFault(answered)) return refuse(request, reply, answered.fault)
      // As bytes: a concatenated string would be flattened again and again on its way out.
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
  // Node would respond with 417 to an unknown `Expect`, uncounted. RFC 9110 (10.1.1) allows ignoring it.
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
      // From now on connections are closed when they become idle, not when keep-alive expires.
      const idle = setInterval(() => server.closeIdleConnections(), 20)
      const late = setTimeout(() => server.closeAllConnections(), limits.finish)
      await app.close()
      clearInterval(idle)
      clearTimeout(late)
      connections.close()
    },
  }
}

// AEAD ciphers with forward secrecy only; 128 bits first, for speed. Includes all that Go's TLS supports.
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

/** Checks a request before its body arrives. */
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
 * Parses the body as JSON. The last of duplicate keys is used, and `__proto__` is an ordinary key: JSON.parse makes it an
 * own property, and only own properties are read. Undefined if it isn't JSON; the error message of JSON.parse is dropped
 * because it quotes the body.
 */
function parse(body: Buffer): Json | undefined {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

/** The path as received, without the query; the settings in it are decoded later. Undefined if it can't be decoded. */
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
