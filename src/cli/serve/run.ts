import type { FollowedFacts } from '../../cluster/facts.ts'
import { formatFault } from '../../config/faults.ts'
import { type WatchedConfiguration, watchConfiguration } from '../../config/watch.ts'
import { noFacts } from '../../injection/model/facts.ts'
import { CertificateError } from '../../webhook/certificates/pair.ts'
import { OptionError } from '../../webhook/server/limits.ts'
import { ListenError } from '../../webhook/server/listen.ts'
import { createLog, type Log } from '../../webhook/server/log.ts'
import { createMetrics, type Metrics } from '../../webhook/server/metrics.ts'
import { type Serving, startServing } from '../../webhook/server/serving.ts'
import type { ServeFlags } from '../commands/serve.ts'
import { embeddedVersionNote } from '../embedded-version.ts'
import { CliError, type ExitCode, exit } from '../exit.ts'
import { hasColour, type Io } from '../io.ts'
import { configurationOf } from '../settings.ts'
import { answerBy } from './answering.ts'
import { chooseCertificate, chooseClients } from './certificates.ts'
import { type Cluster, joinCluster } from './cluster.ts'
import { reportByEvents } from './config-events.ts'
import { milliseconds, portOf, readLimits, tagName } from './options.ts'
import { sayStarted } from './started.ts'
import { beginStartup, type Startup } from './startup.ts'
import { growSlowly, warmUp } from './warm-up.ts'

/** `outrigger serve`: serves until a signal. A failed start is one message, with exit code 2. */
export async function serve(flags: ServeFlags, io: Io): Promise<ExitCode> {
  growSlowly()
  const options = {
    webhook: { host: flags.host, port: portOf('--port', flags.port) },
    monitoring: { host: flags.host, port: portOf('--monitoring-port', flags.monitoringPort) },
    drainDelay: milliseconds('--drain-delay', flags.drainDelay),
    limits: readLimits(flags.limit),
  }
  const tag = tagName(flags.tag)
  const startup = beginStartup(io, milliseconds('--startup-timeout', flags.startupTimeout))
  const format = flags.logFormat ?? (io.stdout.isTerminal ? 'text' : 'json')
  const log = createLog({ format, level: flags.logLevel ?? 'info', colours: hasColour(io.stdout, io.env) })
  const metrics = createMetrics()
  const cleanup = createCleanup()
  cleanup.later(() => log.close())
  try {
    const { cluster, configuration } = await loadFirst(flags, io, { startup, log, metrics, cleanup })
    let followed: FollowedFacts | undefined
    const facts = () => followed?.facts() ?? noFacts
    const { answer, status } = answerBy({ configuration, tag, facts, log, metrics })
    configuration.onReload(() => followed?.want(configuration.current()))
    if (cluster !== undefined) configuration.onReload(reportByEvents(cluster.events))
    followed = await cluster?.followFacts(configuration.current(), startup)
    followed?.want(configuration.current())
    const { revision } = configuration.current()
    const surroundings = {
      log,
      metrics,
      cluster: cluster?.client,
      health: cluster?.health.follower,
      revision,
      namespace: cluster?.namespace,
      startupMs: startup.remainingMs(),
      signal: startup.signal,
    }
    const chosen = await chooseCertificate(flags, io, surroundings)
    cleanup.later(() => chosen.source.close())
    const clients = await chooseClients(flags, io, log)
    cleanup.later(() => clients?.close())
    warmUp(answer)
    const serving = await startServing({
      ...options,
      answer,
      certificates: chosen.source,
      clients,
      conditions: chosen.conditions,
      configuration: status,
      metrics,
      log,
    })
    startup.done()
    const note = embeddedVersionNote(configuration.loaded())
    if (note !== undefined) log.info({}, note)
    // A signal may arrive as soon as the message is printed.
    const ended = untilSignal(io, serving, log, format)
    sayStarted(io, {
      format,
      log,
      serving,
      chosen,
      host: flags.host,
      tag,
      loaded: configuration.loaded(),
      hasClients: clients !== undefined,
    })
    return await ended
  } catch (error) {
    const signal = startup.endedBy()
    if (signal !== undefined) {
      log.info({ signal }, 'stopped during startup')
      log.flush()
      return exit.success
    }
    if (error instanceof CertificateError || error instanceof ListenError || error instanceof OptionError) {
      throw new CliError(error.message)
    }
    throw error
  } finally {
    startup.done()
    await cleanup.run()
  }
}

interface Starting {
  readonly startup: Startup
  readonly log: Log
  readonly metrics: Metrics
  readonly cleanup: Cleanup
}

/** The cluster, if there is one, and the first configuration, which may be read from it. */
async function loadFirst(
  flags: ServeFlags,
  io: Io,
  { startup, log, metrics, cleanup }: Starting,
): Promise<{ readonly cluster: Cluster | undefined; readonly configuration: WatchedConfiguration }> {
  const named = configurationOf(flags, io)
  const cluster = await joinCluster(flags, io, named, { log, metrics })
  if (cluster !== undefined) cleanup.later(() => cluster.close())
  const configuration = await watchConfiguration({
    ...named,
    configObjects: cluster && (async () => cluster.configObjects),
    startup: {
      timeoutMs: cluster === undefined ? 0 : startup.remainingMs(),
      signal: startup.signal,
      onWaiting: (absent) => log.warn({ for: absent.map(formatFault) }, 'waiting for the configuration'),
    },
  })
  cleanup.later(() => configuration.close())
  return { cluster, configuration }
}

interface Cleanup {
  later(end: () => void | Promise<void>): void
  run(): Promise<void>
}

/** Closes in reverse order of opening. */
function createCleanup(): Cleanup {
  const ends: (() => void | Promise<void>)[] = []
  return {
    later: (end) => void ends.push(end),
    async run() {
      for (const end of ends.reverse()) await end()
    },
  }
}

/** Serves until the first signal, then drains; a second signal stops at once. */
function untilSignal(io: Io, serving: Serving, log: Log, format: 'json' | 'text'): Promise<ExitCode> {
  return new Promise((resolve, reject) => {
    let draining = false
    const stop = io.onSignal((signal) => {
      if (draining) {
        log.warn({ signal }, 'stopping immediately')
        end(exit.found)
        return
      }
      draining = true
      log.info(
        { signal },
        format === 'text' ? 'shutting down; a second signal (Ctrl-C) stops immediately' : 'shutting down',
      )
      serving.drain().then(() => {
        log.info({}, 'ended')
        end(exit.success)
      }, reject)
    })
    const end = (code: ExitCode) => {
      stop()
      log.flush()
      resolve(code)
    }
  })
}
