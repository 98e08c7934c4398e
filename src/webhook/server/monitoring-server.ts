import type { Server } from 'node:http'
import { fastify } from 'fastify'
import type { Metrics } from './metrics.ts'
import { noSchemas } from './no-schemas.ts'
import type { ReadinessReport } from './readiness.ts'

/** The content of /debug/config: it identifies the serving configuration, and contains no secrets. */
export interface ConfigurationStatus {
  readonly hash: string
  /** istiod's. */
  readonly revision: string
  /** Outrigger's own. */
  readonly tag: string
  /** The files, ConfigMaps and settings that it was loaded from. */
  readonly sources: readonly string[]
  readonly loadedAt: Date
  readonly warnings: readonly ConfigurationWarning[]
  readonly templates: readonly { readonly name: string; readonly bytes: number }[]
  /** The proxy's image for a pod without annotations. */
  readonly proxyImage: string
  readonly settings: readonly SettingStatus[]
}

/** A setting, and where it comes from: `ENABLE_NATIVE_SIDECARS of Deployment istio-system/istiod`. */
export interface SettingStatus {
  readonly name: string
  readonly value: string
  readonly from: string
}

/** A warning about the configuration by its code and place: its sentence, which may quote the documents, is in the log. */
export interface ConfigurationWarning {
  readonly code: string
  readonly document: string
  readonly path: string
  readonly line?: number
  readonly column?: number
}

export interface MonitoringOptions {
  readonly metrics: Metrics
  readonly readiness: () => ReadinessReport
  readonly configuration: () => ConfigurationStatus
}

export interface MonitoringServer {
  readonly server: Server
  prepare(): Promise<void>
  close(): Promise<void>
}

const pages = ['/metrics', '/healthz/live', '/healthz/ready', '/debug/config']

/** Metrics, health and debugging: HTTP without TLS, inside the cluster. */
export function createMonitoringServer({ metrics, readiness, configuration }: MonitoringOptions): MonitoringServer {
  const app = fastify({
    requestTimeout: 10_000,
    bodyLimit: 1024,
    return503OnClosing: false,
    forceCloseConnections: true,
    schemaController: noSchemas,
  })
  app.server.headersTimeout = 10_000
  app.server.maxConnections = 256
  app.get('/metrics', async (_request, reply) => {
    reply.header('content-type', metrics.registry.contentType)
    return metrics.registry.metrics()
  })
  app.get('/healthz/live', async () => ({ live: true }))
  app.get('/healthz/ready', async (_request, reply) => {
    const report = readiness()
    reply.code(report.ready ? 200 : 503)
    return report
  })
  app.get('/debug/config', async () => {
    // Field by field, so that no other fields of the object are exposed.
    const { hash, revision, tag, sources, loadedAt, proxyImage, settings, warnings, templates } = configuration()
    return {
      ...{ hash, revision, tag, sources, loadedAt, proxyImage },
      settings: settings.map(({ name, value, from }) => ({ name, value, from })),
      warnings: warnings.map(({ code, document, path, line, column }) => ({ code, document, path, line, column })),
      templates: templates.map(({ name, bytes }) => ({ name, bytes })),
    }
  })
  app.setNotFoundHandler(async (_request, reply) => {
    reply.code(404).header('content-type', 'text/plain; charset=utf-8')
    return `not found: available are ${pages.join(', ')}, for GET\n`
  })
  // Scrapes and probes may be cut off.
  app.addHook('preClose', (done) => {
    app.server.closeAllConnections()
    done()
  })
  return {
    server: app.server,
    prepare: async () => {
      await app.ready()
    },
    close: async () => {
      await app.close()
    },
  }
}
