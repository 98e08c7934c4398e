import { createServer } from 'node:https'
import { createInjector } from '../../../../src/injector.ts'
import type { Json } from '../../../../src/lang/json.ts'
import type { CertificatePair } from '../../../../src/webhook/certificates/pair.ts'
import { documentsOf, type IstiodOptions } from './objects.ts'

/** istiod's webhook. */
export interface InjectionServer {
  readonly port: number
  /** How many reviews it has answered. */
  reviews(): number
  close(): Promise<void>
}

/** On the pods that it injects, so that they can be told from those of another injector with the same templates. */
export const istiodMark = 'e2e.outrigger.dev/injected-by-istiod'

/** Injects with the documents of istiod's ConfigMaps. */
export async function serveInjection(options: IstiodOptions, pair: CertificatePair): Promise<InjectionServer> {
  const { config, values, mesh } = documentsOf(options)
  const marked = { ...config, injectedAnnotations: { [istiodMark]: 'true' } }
  const injector = createInjector({ config: marked, values, mesh, revision: options.revision })
  let reviews = 0

  const server = createServer({ cert: pair.certificate, key: pair.key }, (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      reviews += 1
      const review = JSON.parse(Buffer.concat(chunks).toString()) as Json
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(injector.review(review)))
    })
  })
  // As Go's servers do, it keeps idle connections: an API server's next call could meet one that is being closed.
  server.keepAliveTimeout = 0
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    reviews: () => reviews,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
