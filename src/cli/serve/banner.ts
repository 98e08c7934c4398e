import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Loaded } from '../../config/load.ts'
import type { Snapshot } from '../../injection/model/snapshot.ts'
import { proxyImage } from '../../injection/prepare/images.ts'
import { revisionValue } from '../../istio/revisions/names.ts'
import { missingNames } from '../../webhook/certificates/pair.ts'
import { version } from '../version.ts'
import type { CertificateChoice } from './certificates.ts'

export interface Banner {
  readonly webhookPort: number
  readonly monitoringPort: number
  /** The listening address; undefined for all addresses. */
  readonly host: string | undefined
  /** Outrigger's own. */
  readonly tag: string
  readonly chosen: CertificateChoice
  readonly snapshot: Snapshot
  readonly sources: Loaded['sources']
  /** Whether client certificates are required. */
  readonly hasClients: boolean
  readonly cwd: string
}

/** The message for a terminal when the server has started: where it listens, what it injects, and a command to try it. */
export function banner(about: Banner): string {
  const { webhookPort, monitoringPort, host, chosen, tag, snapshot, sources } = about
  const name = bracketed(host ?? 'localhost')
  const rows = [
    ['webhook', `https://${name}:${webhookPort}/inject${host === undefined ? ' (on all addresses)' : ''}`],
    ['monitoring', `http://${name}:${monitoringPort} (/metrics, /healthz/ready, /debug/config)`],
    ['proxy image', proxyImage(snapshot)],
    ['configuration', `config ${sources.config}, values ${sources.values}, mesh ${sources.mesh}`],
    ['revision', `${revisionValue(snapshot.revision)} (of istiod), tag ${tag}`],
    ['certificate', `${chosen.from}, until ${chosen.source.current().description.notAfter.toISOString().slice(0, 10)}`],
  ]
  const table = rows.map(([title = '', text]) => `  ${title.padEnd(15)}${text}\n`).join('')
  return `Outrigger ${version} is serving\n${table}\nTry it:\n  ${curlLine(about)}\n\n`
}

const example = 'examples/pod-review.json'

/** A shell command that posts an AdmissionReview. */
export function curlLine({
  webhookPort,
  host,
  chosen,
  hasClients,
  cwd,
}: Omit<Banner, 'snapshot' | 'sources' | 'tag'>): string {
  const { description } = chosen.source.current()
  const usual = host ?? 'localhost'
  // A certificate for other names is verified by one of them, wherever it leads.
  const named = missingNames(description, [usual]).length === 0 ? undefined : description.names.find(isPlainName)
  const words = ['curl']
  if (chosen.caFile !== undefined) words.push('--cacert', quote(chosen.caFile))
  if (hasClients) words.push('--cert', 'client.crt', '--key', 'client.key')
  if (named !== undefined) words.push('--connect-to', `${named}:${webhookPort}:${bracketed(usual)}:${webhookPort}`)
  const body = existsSync(join(cwd, example)) ? example : 'review.json'
  words.push('-H', quote('Content-Type: application/json'), '--data-binary', `@${body}`)
  return [...words, `https://${bracketed(named ?? usual)}:${webhookPort}/inject`].join(' ')
}

function isPlainName(name: string): boolean {
  return !name.startsWith('*') && !name.includes(':')
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

function quote(word: string): string {
  return /^[\w./:@=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
