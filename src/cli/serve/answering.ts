import { type Answer, answerReview, type Injector } from '../../admission/answer.ts'
import type { ReviewFault } from '../../admission/faults.ts'
import { isReviewFault, readReview } from '../../admission/review.ts'
import type { ConfigWarning } from '../../config/faults.ts'
import type { Loaded } from '../../config/load.ts'
import type { Snapshot } from '../../config/snapshot.ts'
import type { Reload, WatchedConfiguration } from '../../config/watch.ts'
import { inject } from '../../inject.ts'
import type { Json } from '../../json.ts'
import type { ClusterFacts } from '../../prepare/facts.ts'
import type { Log } from '../../server/log.ts'
import type { Metrics } from '../../server/metrics.ts'
import type { ConfigurationStatus } from '../../server/monitoring-server.ts'
import { proxyImage } from './greeting.ts'

export interface Answering {
  /** Answers by the last good configuration and what is known now, one and the same for all of a request. */
  answer(document: Json, path: string): Answer | ReviewFault
  status(): ConfigurationStatus
}

export interface AnsweringOptions {
  readonly configuration: WatchedConfiguration
  readonly facts: () => ClusterFacts
  readonly log: Log
  readonly metrics: Metrics
}

/** What requests are answered with, and what is told of it. */
export function answerBy({ configuration, facts, log, metrics }: AnsweringOptions): Answering {
  let loadedAt = new Date()
  let injector = injectorOf(configuration.current(), facts)
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
    injector = injectorOf(snapshot, facts)
    took(snapshot, warnings)
    const change = { hash: snapshot.hash, previous: reload.previous.hash, proxyImage: proxyImage(snapshot) }
    log.info(
      change,
      snapshot === reload.previous ? 'configuration read again: it says the same' : 'configuration reloaded',
    )
  }
  took(configuration.current(), configuration.loaded().warnings)
  configuration.onReload(reloaded)
  return {
    answer(document, path) {
      const request = readReview(document)
      return isReviewFault(request) ? request : answerReview(request, path, injector)
    },
    status: () => statusOf(configuration.loaded(), loadedAt),
  }
}

function injectorOf(snapshot: Snapshot, facts: () => ClusterFacts): Injector {
  const { hash, revision } = snapshot
  return { hash, revision, inject: (request) => inject(request, snapshot, facts()) }
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
