import { KubeError } from '../../cluster/client.ts'
import { kinds } from '../../cluster/kinds.ts'
import type { ReplaceStep, TagPlan, TagStep } from '../../istio/revisions/tags.ts'
import { isObject, type JsonObject, lookup, lookupString } from '../../lang/json.ts'
import { type Connection, kubeSentence } from '../cluster/connection.ts'
import { CliError } from '../exit.ts'
import { type Io, printable } from '../io.ts'
import { say } from './words.ts'

/**
 * The field manager of the tag commands. The injector applies caBundles with another one, because an apply removes the
 * fields that its manager applied before and doesn't apply any more.
 */
const fieldManager = 'outrigger-tag'

export interface CarryOutOptions {
  readonly dryRun: boolean
  /** Commands to finish or undo a partial change. */
  readonly finish: string
  readonly undo: string
}

/**
 * Executes the steps of a plan in order, and prints each. Throws a CliError if one fails, with what was done, what wasn't,
 * and how to continue. With `dryRun` the API server validates the objects and persists nothing.
 */
export async function carryOut(
  { steps }: TagPlan,
  connection: Connection,
  options: CarryOutOptions,
  io: Io,
): Promise<void> {
  for (const [index, step] of steps.entries()) {
    try {
      await write(step, connection, options.dryRun, io)
    } catch (error) {
      if (!(error instanceof KubeError)) throw error
      throw new CliError(failure(steps, index, kubeSentence(error, connection), error, options))
    }
    io.stdout.write(printable(`${options.dryRun ? 'dry run' : 'done'}: ${step.text}\n`))
  }
}

async function write(step: TagStep, { client }: Connection, dryRun: boolean, io: Io): Promise<void> {
  const kind = kinds.mutatingWebhookConfiguration
  if (step.action === 'delete') {
    if (!dryRun) await client.remove(kind, step.name)
    return
  }
  const onWarning = (text: string) => say(io, 'warning', `${step.name}: the API server warns: ${text}`)
  if (step.action === 'replace') {
    const current = await client.get(kind, step.name)
    if (current !== undefined) {
      await client.replace(kind, replacement(current, step.object), { fieldManager, dryRun, onWarning })
      return
    }
  }
  const written = await client.apply(kind, step.object, { fieldManager, force: true, dryRun, onWarning })
  const names = new Set(webhookNames(step.object))
  const others = webhookNames(written).filter((name) => !names.has(name))
  if (others.length > 0) {
    say(io, 'warning', `${step.name} has webhooks of other field managers, which stay: ${others.join(', ')}`)
  }
}

/** The current object with the labels, annotations and webhooks of another; the rest of its metadata stays. */
function replacement(current: JsonObject, { metadata, webhooks, ...type }: ReplaceStep['object']): JsonObject {
  const kept = lookup(current, 'metadata')
  return { ...type, metadata: { ...(isObject(kept) ? kept : {}), annotations: {}, ...metadata }, webhooks }
}

function webhookNames(object: JsonObject): readonly string[] {
  const webhooks = lookup(object, 'webhooks')
  return Array.isArray(webhooks) ? webhooks.map((webhook) => lookupString(webhook, 'name')) : []
}

function failure(
  steps: readonly TagStep[],
  failed: number,
  sentence: string,
  { status }: KubeError,
  { dryRun, finish, undo }: CarryOutOptions,
): string {
  if (dryRun) return `${sentence}\n(a dry run: nothing was changed)`
  const lines = (label: string, some: readonly TagStep[]) => some.map(({ text }) => `  ${label}: ${text}`)
  // Without a response the server may have done it nevertheless.
  const unknown = status === 0
  const state = failed === 0 ? 'nothing was changed' : 'partially done'
  return [
    sentence,
    unknown ? 'there was no response, so the result of one step is unknown:' : `${state}:`,
    ...lines('done', steps.slice(0, failed)),
    ...lines(unknown ? 'unknown' : 'not done', steps.slice(failed, failed + 1)),
    ...lines('not done', steps.slice(failed + 1)),
    'running pods are not affected',
    `to finish: ${finish}`,
    ...(failed === 0 && !unknown ? [] : [`to undo:   ${undo}`]),
  ].join('\n')
}
