import { type Answer, answerReview, type Injector } from '../admission/answer.ts'
import type { ReviewFault } from '../admission/faults.ts'
import { isReviewFault, readReview } from '../admission/review.ts'
import type { ConfigWarning } from '../config/faults.ts'
import type { Loaded } from '../config/load.ts'
import type { Snapshot } from '../config/snapshot.ts'
import { type Reload, type WatchedConfiguration, watchConfiguration } from '../config/watch.ts'
import { inject } from '../inject.ts'
import type { Json } from '../json.ts'
import { noFacts } from '../prepare/facts.ts'
import { CertificateError } from '../server/certificates/pair.ts'
import { OptionError } from '../server/limits.ts'
import { ListenError } from '../server/listen.ts'
import { createLog, type Log } from '../server/log.ts'
import { createMetrics, type Metrics } from '../server/metrics.ts'
import type { ConfigurationStatus } from '../server/monitoring-server.ts'
import { type Serving, startServing } from '../server/serving.ts'
import { CliError, type ExitCode, exit } from './exit.ts'
import { hasColour, type Io } from './io.ts'
import {
  type CertificateChoice,
  type CertificateFlags,
  chooseCertificate,
  chooseClients,
} from './serve/certificates.ts'
import { curlLine, greeting, proxyImage } from './serve/greeting.ts'
import { type LimitFlags, milliseconds, portOf, readLimits } from './serve/options.ts'
import { configurationOf, type SettingsFlags } from './settings.ts'

export interface ServeFlags extends CertificateFlags, LimitFlags, SettingsFlags {
  readonly port: string
  readonly monitoringPort: string
  readonly host?: string
  readonly drainDelay: string
  readonly logFormat?: 'json' | 'text'
  readonly logLevel?: 'debug' | 'info' | 'warn' | 'error'
}

/** `outrigger serve`: serves until a signal comes. Whatever keeps it from starting is one sentence, and exit code 2. */
export async function serve(flags: ServeFlags, io: Io): Promise<ExitCode> {
  const options = {
    webhook: { host: flags.host, port: portOf('--port', flags.port) },
    monitoring: { host: flags.host, port: portOf('--monitoring-port', flags.monitoringPort) },
    drainDelay: milliseconds('--drain-delay', flags.drainDelay),
    limits: readLimits(flags),
  }
  const format = flags.logFormat ?? (io.stdout.isTerminal ? 'text' : 'json')
  const configuration = await watchConfiguration(configurationOf(flags, io))
  const log = createLog({ format, level: flags.logLevel ?? 'info', colours: hasColour(io.stdout, io.env) })
  const metrics = createMetrics()
  try {
    const chosen = await chooseCertificate(flags, io, { log, metrics })
    const clients = await chooseClients(flags, io)
    try {
      const follow = followConfiguration(configuration, log, metrics)
      const serving = await startServing({
        ...options,
        answer: follow.answer,
        certificates: chosen.source,
        clients,
        configuration: follow.status,
        metrics,
        log,
      })
      // Whoever reads that it serves may send a signal at once.
      const ended = untilSignal(io, serving, log, format)
      sayStarted(io, {
        format,
        log,
        serving,
        chosen,
        host: flags.host,
        loaded: configuration.loaded(),
        hasClients: clients !== undefined,
      })
      return await ended
    } finally {
      chosen.source.close()
    }
  } catch (error) {
    if (error instanceof CertificateError || error instanceof ListenError || error instanceof OptionError) {
      throw new CliError(error.message)
    }
    throw error
  } finally {
    await configuration.close()
  }
}

/** What requests are answered with: always the last good configuration, one and the same for all of a request. */
function followConfiguration(configuration: WatchedConfiguration, log: Log, metrics: Metrics) {
  let loadedAt = new Date()
  let injector = injectorOf(configuration.current())
  const took = (snapshot: Snapshot, warnings: readonly ConfigWarning[]) => {
    metrics.configRead('good')
    metrics.configLoaded(snapshot.hash, snapshot.revision || 'default', loadedAt)
    for (const { document, path, message } of warnings) log.warn({ document, path }, `configuration: ${message}`)
  }
  const reloaded = (reload: Reload) => {
    if (reload.result === 'failed') {
      metrics.configRead('bad')
      log.error({ faults: reload.error.faults }, `the last good configuration goes on serving: ${reload.error.message}`)
      return
    }
    const { snapshot, warnings } = reload.loaded
    loadedAt = new Date()
    injector = injectorOf(snapshot)
    took(snapshot, warnings)
    const facts = { hash: snapshot.hash, previous: reload.previous.hash, proxyImage: proxyImage(snapshot) }
    log.info(
      facts,
      snapshot === reload.previous ? 'configuration read again: it says the same' : 'configuration reloaded',
    )
  }
  took(configuration.current(), configuration.loaded().warnings)
  configuration.onReload(reloaded)
  return {
    answer: (document: Json, path: string): Answer | ReviewFault => {
      const request = readReview(document)
      return isReviewFault(request) ? request : answerReview(request, path, injector)
    },
    status: (): ConfigurationStatus => statusOf(configuration.loaded(), loadedAt),
  }
}

function injectorOf(snapshot: Snapshot): Injector {
  const { hash, revision } = snapshot
  return { hash, revision, inject: (request) => inject(request, snapshot, noFacts) }
}

function statusOf({ snapshot, sources }: Loaded, loadedAt: Date): ConfigurationStatus {
  return {
    hash: snapshot.hash,
    revision: snapshot.revision || 'default',
    sources: Object.entries(sources).map(([document, source]) => `${document}: ${source}`),
    loadedAt,
    templates: [...snapshot.templates].map(([name, { text }]) => ({ name, bytes: Buffer.byteLength(text) })),
  }
}

interface Started {
  readonly format: 'json' | 'text'
  readonly log: Log
  readonly serving: Serving
  readonly chosen: CertificateChoice
  readonly host: string | undefined
  readonly loaded: Loaded
  readonly hasClients: boolean
}

function sayStarted(io: Io, { format, log, serving, chosen, host, loaded, hasClients }: Started): void {
  const { webhookPort, monitoringPort } = serving
  const { snapshot, sources } = loaded
  if (format === 'text') {
    io.stdout.write(greeting({ webhookPort, monitoringPort, chosen, host, snapshot, sources, hasClients, cwd: io.cwd }))
    return
  }
  const certificate = { from: chosen.from, until: chosen.source.current().description.notAfter }
  const { hash, revision } = snapshot
  const facts = {
    webhookPort,
    monitoringPort,
    host: host ?? '*',
    proxyImage: proxyImage(snapshot),
    revision: revision || 'default',
  }
  // Whoever develops may have started it without a terminal; in a cluster nobody could use that line.
  const trial =
    chosen.mode === 'dev'
      ? { try: curlLine({ webhookPort, monitoringPort, chosen, host, hasClients, cwd: io.cwd }) }
      : {}
  log.info({ ...facts, hash, sources, certificate, ...trial }, 'serving')
  log.flush()
}

/** Serves until the first signal, then drains; a second one doesn't wait for that. */
function untilSignal(io: Io, serving: Serving, log: Log, format: 'json' | 'text'): Promise<ExitCode> {
  return new Promise((resolve, reject) => {
    let draining = false
    const stop = io.onSignal((signal) => {
      if (draining) {
        log.warn({ signal }, 'ending at once')
        end(exit.found)
        return
      }
      draining = true
      log.info({ signal }, format === 'text' ? 'ending; another signal (Ctrl-C) ends at once' : 'ending')
      serving.drain().then(() => {
        log.info({}, 'ended')
        end(exit.good)
      }, reject)
    })
    const end = (code: ExitCode) => {
      stop()
      log.flush()
      resolve(code)
    }
  })
}
