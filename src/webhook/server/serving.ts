import { setTimeout as pause } from 'node:timers/promises'
import { checkClientAuthentication } from '../certificates/clients.ts'
import { watchEventLoop } from './event-loop.ts'
import { type Limits, OptionError, resolveLimits } from './limits.ts'
import { type Endpoint, listen } from './listen.ts'
import { type ConfigurationStatus, createMonitoringServer } from './monitoring-server.ts'
import { type ReadinessReport, type ReadyCondition, readinessReport } from './readiness.ts'
import { createWebhookServer, type WebhookOptions } from './webhook-server.ts'

export interface ServingOptions extends Omit<WebhookOptions, 'limits'> {
  /** HTTPS for the API server; 15017 in a cluster. */
  readonly webhook: Endpoint
  /** HTTP for probes and Prometheus; 15014 in a cluster. */
  readonly monitoring: Endpoint
  readonly configuration: () => ConfigurationStatus
  /** Additional conditions for readiness, for example synced informers. */
  readonly conditions?: { readonly [name: string]: ReadyCondition }
  readonly limits?: Partial<Limits>
  /** How long to keep serving after `drain`, while not ready, in milliseconds: endpoints take time to update. */
  readonly drainDelay?: number
  /** The clock for the validity of certificates. */
  readonly now?: () => Date
}

/** A listening server. */
export interface Serving {
  readonly webhookPort: number
  readonly monitoringPort: number
  readiness(): ReadinessReport
  /** Becomes not ready immediately, keeps serving for the drain delay, then finishes requests in flight and closes. */
  drain(): Promise<void>
  /** Finishes requests in flight and closes, without the delay. */
  close(): Promise<void>
}

const lateMs = 1000

/**
 * Starts both servers. Throws an OptionError, CertificateError or ListenError; both servers are closed then.
 */
export async function startServing(options: ServingOptions): Promise<Serving> {
  const { certificates, metrics, log, configuration, drainDelay = 5000, now = () => new Date() } = options
  const limits = resolveLimits(options.limits)
  if (!Number.isFinite(drainDelay) || drainDelay < 0)
    throw new OptionError(`the drain delay must not be negative: ${drainDelay}`)
  if (options.clients !== undefined) checkClientAuthentication(options.clients, now())
  const eventLoop = watchEventLoop()
  const webhook = createWebhookServer({ ...options, limits })
  let phase: 'starting' | 'serving' | 'draining' = 'starting'

  const conditions = {
    listening: () => (phase === 'serving' ? undefined : `the server is ${phase}`),
    certificate: () => {
      const { notAfter } = certificates.current().description
      return notAfter > now() ? undefined : `the certificate expired at ${notAfter.toISOString()}`
    },
    eventLoop: () => {
      const delay = eventLoop.worstDelay()
      return delay > lateMs ? `the event loop was ${Math.round(delay)} ms late` : undefined
    },
    ...options.conditions,
  }
  const readiness = () => readinessReport(conditions)
  const monitoring = createMonitoringServer({ metrics, readiness, configuration })
  metrics.observe({
    certificateExpiry: () => certificates.current().description.notAfter,
    connections: () => webhook.connections.size,
    ready: () => readiness().ready,
  })

  let closed: Promise<void> | undefined
  const close = () => {
    phase = 'draining'
    closed ??= (async () => {
      await webhook.close()
      await monitoring.close()
      eventLoop.close()
      log.flush()
    })()
    return closed
  }

  let drained: Promise<void> | undefined
  const drain = () => {
    drained ??= (async () => {
      phase = 'draining'
      log.info({ drainDelay }, 'draining: not ready, still serving until endpoints are updated')
      webhook.sendClientsAway()
      await pause(drainDelay)
      await close()
    })()
    return drained
  }

  try {
    await Promise.all([monitoring.prepare(), webhook.prepare()])
    const monitoringPort = await listen(monitoring.server, options.monitoring, 'monitoring')
    const webhookPort = await listen(webhook.server, options.webhook, 'the webhook')
    phase = 'serving'
    return { webhookPort, monitoringPort, readiness, drain, close }
  } catch (error) {
    await close()
    throw error
  }
}
