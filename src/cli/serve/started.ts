import type { Loaded } from '../../config/load.ts'
import { proxyImage } from '../../injection/prepare/images.ts'
import { revisionValue } from '../../istio/revisions/names.ts'
import type { Log } from '../../webhook/server/log.ts'
import type { Serving } from '../../webhook/server/serving.ts'
import type { Io } from '../io.ts'
import { banner, curlLine } from './banner.ts'
import type { CertificateChoice } from './certificates.ts'

export interface Started {
  readonly format: 'json' | 'text'
  readonly log: Log
  readonly serving: Serving
  readonly chosen: CertificateChoice
  readonly host: string | undefined
  /** Outrigger's own. */
  readonly tag: string
  readonly loaded: Loaded
  readonly hasClients: boolean
}

/** Reports that the server has started, on a terminal or as a log line. */
export function sayStarted(io: Io, { format, log, serving, chosen, host, tag, loaded, hasClients }: Started): void {
  const { webhookPort, monitoringPort } = serving
  const { snapshot, sources } = loaded
  if (format === 'text') {
    io.stdout.write(
      banner({ webhookPort, monitoringPort, chosen, host, tag, snapshot, sources, hasClients, cwd: io.cwd }),
    )
    return
  }
  const certificate = { from: chosen.from, until: chosen.source.current().description.notAfter }
  const { hash, revision } = snapshot
  const facts = {
    webhookPort,
    monitoringPort,
    host: host ?? '*',
    proxyImage: proxyImage(snapshot),
    revision: revisionValue(revision),
    tag,
  }
  // During development it may run without a terminal; in a cluster the command would be of no use.
  const trial =
    chosen.mode === 'dev'
      ? { try: curlLine({ webhookPort, monitoringPort, chosen, host, hasClients, cwd: io.cwd }) }
      : {}
  log.info({ ...facts, hash, sources, certificate, ...trial }, 'serving')
  log.flush()
}
