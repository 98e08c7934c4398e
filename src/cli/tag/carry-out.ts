import { KubeError } from '../../cluster/client.ts'
import { kinds } from '../../cluster/kinds.ts'
import type { TagPlan, TagStep } from '../../istio/revisions/tags.ts'
import { type JsonObject, lookup, lookupString } from '../../lang/json.ts'
import { type Connection, kubeSentence } from '../cluster/connection.ts'
import { CliError } from '../exit.ts'
import { type Io, printable } from '../io.ts'
import { say } from './words.ts'

/**
 * The owner, in the API server's books, of all fields that the tag commands write. The injector applies caBundles under
 * another name: an apply takes away what its owner applied before and doesn't any more.
 */
const fieldManager = 'outrigger-tag'

export interface CarryOutOptions {
  readonly dryRun: boolean
  /** Lines for the shell, for when only a part was done: the one that does the rest, and the one that takes it back. */
  readonly finish: string
  readonly undo: string
}

/**
 * Does the steps of a plan in their order, and says each. Throws CliError when one fails: what was done, what wasn't, and
 * how to go on. With `dryRun` the API server checks what is to be applied and keeps nothing.
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
  const onWarning = (text: string) => say(io, 'warning', `the API server says of ${step.name}: ${text}`)
  const written = await client.apply(kind, step.object, { fieldManager, force: true, dryRun, onWarning })
  const names = new Set(webhookNames(step.object))
  const others = webhookNames(written).filter((name) => !names.has(name))
  if (others.length > 0) {
    say(io, 'warning', `${step.name} has webhooks that someone else applied, and that stay: ${others.join(', ')}`)
  }
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
  // Without an answer the server may have done it all the same.
  const unknown = status === 0
  const state = failed === 0 ? 'nothing was changed' : 'only a part was done'
  return [
    sentence,
    unknown ? 'whether that was done is not known, as there was no answer; for certain:' : `${state}:`,
    ...lines('done', steps.slice(0, failed)),
    ...lines(unknown ? 'not known' : 'not done', steps.slice(failed, failed + 1)),
    ...lines('not done', steps.slice(failed + 1)),
    'pods that were injected before still are',
    `to finish: ${finish}`,
    ...(failed === 0 && !unknown ? [] : [`to undo:   ${undo}`]),
  ].join('\n')
}
