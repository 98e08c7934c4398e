import { reasonAndFix } from '../../config/faults.ts'
import type { Loaded } from '../../config/load.ts'
import type { ConfigWarning } from '../../config/warning.ts'
import type { Reload, WatchedConfiguration } from '../../config/watch.ts'
import { injectWithCauses } from '../../explain/provenance/inject.ts'
import type { ClusterFacts } from '../../injection/model/facts.ts'
import type { Decision } from '../../injection/model/injection.ts'
import type { Snapshot } from '../../injection/model/snapshot.ts'
import { sourceText } from '../../injection/model/source-text.ts'
import { proxyImage } from '../../injection/prepare/images.ts'
import { istiodSettingNames } from '../../istio/istiod/variables.ts'
import { revisionValue } from '../../istio/revisions/names.ts'
import type { Json } from '../../lang/json.ts'
import { type Answer, answerReview, type ReviewInjector } from '../../webhook/admission/answer.ts'
import { createAnswerCache } from '../../webhook/admission/answer-cache.ts'
import type { ReviewFault } from '../../webhook/admission/faults.ts'
import { isReviewFault, readReview } from '../../webhook/admission/review.ts'
import type { Log } from '../../webhook/server/log.ts'
import type { Metrics } from '../../webhook/server/metrics.ts'
import type { ConfigurationStatus } from '../../webhook/server/monitoring-server.ts'

export interface Answering {
  /** Answers with the last valid configuration and the current cluster state, which stay the same during a request. */
  answer(document: Json, path: string): Answer | ReviewFault
  status(): ConfigurationStatus
}

export interface AnsweringOptions {
  readonly configuration: WatchedConfiguration
  /** Outrigger's own. */
  readonly tag: string
  readonly facts: () => ClusterFacts
  readonly log: Log
  readonly metrics: Metrics
}

/** The configuration that requests are answered with, and its reporting. */
export function answerBy({ configuration, tag, facts, log, metrics }: AnsweringOptions): Answering {
  let loadedAt = new Date()
  let answer = answererOf(configuration.current(), facts)
  let warned: ReadonlySet<string> = new Set()
  const took = (snapshot: Snapshot, warnings: readonly ConfigWarning[]) => {
    metrics.configRead('success')
    metrics.configLoaded({ hash: snapshot.hash, revision: revisionValue(snapshot.revision), tag }, loadedAt)
    // What the last configuration was warned about already isn't repeated.
    const isNew = (warning: ConfigWarning) => !warned.has(JSON.stringify(warning))
    for (const warning of warnings.filter(isNew)) {
      const { reason: _, fix: __, ...place } = warning
      log.warn(place, `configuration: ${reasonAndFix(warning)}`)
    }
    warned = new Set(warnings.map((warning) => JSON.stringify(warning)))
  }
  const reloaded = (reload: Reload) => {
    if (reload.result === 'failed') {
      metrics.configRead('error')
      log.error(
        { faults: reload.error.faults },
        `configuration not reloaded, the last valid one is still served: ${reload.error.message}`,
      )
      return
    }
    const { snapshot, warnings } = reload.loaded
    loadedAt = new Date()
    answer = answererOf(snapshot, facts)
    took(snapshot, warnings)
    const change = { hash: snapshot.hash, previous: reload.previous.hash, proxyImage: proxyImage(snapshot) }
    log.info(change, snapshot === reload.previous ? 'configuration unchanged' : 'configuration reloaded')
  }
  took(configuration.current(), configuration.loaded().warnings)
  configuration.onReload(reloaded)
  return {
    answer: (document, path) => answer(document, path),
    status: () => ({ tag, ...statusOf(configuration.loaded(), loadedAt) }),
  }
}

/** Answers with one snapshot, and the cluster state at the time of each review. */
export function answererOf(snapshot: Snapshot, facts: () => ClusterFacts): Answering['answer'] {
  const { hash, revision, templates } = snapshot
  const isRepeatable = (decision: Decision) => decision.templates.every((name) => templates.get(name)?.varies === false)
  let known = facts()
  let memory = createAnswerCache(isRepeatable)
  return (document, path) => {
    const review = readReview(document)
    if (isReviewFault(review)) return review
    const now = facts()
    // Responses that were computed from other cluster state may be outdated.
    if (!sameFacts(known, now)) memory = createAnswerCache(isRepeatable)
    known = now
    const injector: ReviewInjector = { hash, revision, inject: (request) => injectWithCauses(request, snapshot, now) }
    return memory.answer(review, path, () => answerReview(review, path, injector))
  }
}

function sameFacts(a: ClusterFacts, b: ClusterFacts): boolean {
  return a.namespaces === b.namespaces && a.nodes === b.nodes && a.proxyConfigs === b.proxyConfigs
}

function statusOf({ snapshot, sources, istiod, warnings }: Loaded, loadedAt: Date): Omit<ConfigurationStatus, 'tag'> {
  return {
    hash: snapshot.hash,
    revision: revisionValue(snapshot.revision),
    sources: Object.entries(sources).map(([document, source]) => `${document}: ${source}`),
    loadedAt,
    warnings,
    templates: [...snapshot.templates].map(([name, { text }]) => ({ name, bytes: Buffer.byteLength(text) })),
    proxyImage: proxyImage(snapshot),
    settings: istiodSettingNames.map((name) => {
      const { value, from } = istiod.settings[name]
      return { name, value: String(value), from: sourceText(from) }
    }),
  }
}
