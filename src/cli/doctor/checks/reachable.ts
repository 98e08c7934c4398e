import { KubeError } from '../../../cluster/client.ts'
import type { WebhookConfiguration } from '../../../istio/revisions/configuration.ts'
import { revisionLabel } from '../../../istio/revisions/names.ts'
import { CliError } from '../../exit.ts'
import { type CheckResult, type DoctorCheck, needsCluster } from '../check.ts'
import type { ClusterTools, DoctorContext } from '../context.ts'
import { type DryRunResult, evaluateAnswer, evaluateError } from '../dry-run.ts'
import { aboutConfiguration, activeConfigurations, type Installation } from '../installations.ts'
import { probePod, probesFor } from '../test-pods.ts'

export const reachableCheck: DoctorCheck = {
  id: 'reachable',
  title: 'Does the API server reach the webhook',
  how:
    'Has the API server create a pod as a dry run, for each revision and tag, in a namespace where its webhook and no other is called: it calls ' +
    'the webhook with the trust and by the way that it always does, and keeps nothing. It takes `create` on `pods` there.',
  meaning: {
    ok: 'The pod came back with a sidecar; or it was refused by something that comes only after a call which had to succeed.',
    warn: 'The webhook was called, and the pod was refused afterwards because of what the sidecar needs.',
    fail: 'The call failed, in the words of the API server; or the pod came back without a sidecar.',
    unknown: 'The pod was refused by something else, or there is no namespace to try it in.',
  },
  fix: 'follow what the API server says; the checks endpoints and certificate look at the same from the other side',
  run: async (context) => {
    const { tools, installations } = context
    const tries = installations.flatMap((installation) =>
      activeConfigurations(installation).map((configuration) => ({ installation, configuration })),
    )
    return Promise.all(
      tries.map(({ installation, configuration }) =>
        tools === undefined
          ? needsCluster(aboutConfiguration(configuration, installation))
          : examine(configuration, installation, tools, context),
      ),
    )
  },
}

// Each may take its time: quotas and policies of one namespace are not those of another.
const maxTries = 3

async function examine(
  configuration: WebhookConfiguration,
  installation: Installation,
  tools: ClusterTools,
  context: DoctorContext,
): Promise<CheckResult> {
  const about = aboutConfiguration(configuration, installation)
  const probes = probesFor(configuration, context.configurations, await context.namespaces())
  let verdict: DryRunResult | undefined
  for (const probe of probes.slice(0, maxTries)) {
    const subject = {
      configuration,
      revision: installation.revision,
      namespace: probe.namespace.name,
      conditions: probe.conditions,
    }
    try {
      verdict = evaluateAnswer(await tools.dryRun(probePod(probe)), subject)
    } catch (error) {
      if (!(error instanceof KubeError)) throw error
      verdict = evaluateError(error, subject)
    }
    if (verdict.status !== 'unknown') break
  }
  if (verdict?.status === 'ok' && (await hasNobodyReady(installation, context))) {
    const note = 'perhaps over a connection that the API server still keeps open, as the Service leads to nobody now'
    return { ...verdict, about, message: `${verdict.message}, ${note}` }
  }
  if (verdict !== undefined) return { ...verdict, about }
  return {
    status: 'unknown',
    about,
    message: 'there is no namespace whose pods it alone would be called for, so it could not be tried',
    fix: `label one, such as with kubectl label namespace NAME ${revisionLabel}=${about.replace(/^\S+ /, '')}`,
  }
}

/** API servers keep idle connections for some 90 seconds, whatever becomes of the Service. */
async function hasNobodyReady({ service: ref }: Installation, context: DoctorContext): Promise<boolean> {
  if (ref === undefined) return false
  try {
    const service = await context.service(ref)
    return service?.port.kind !== 'external' && !(await context.backends(ref)).some(({ isReady }) => isReady)
  } catch (error) {
    // The check endpoints tells that it can't be read.
    if (error instanceof CliError) return false
    throw error
  }
}
