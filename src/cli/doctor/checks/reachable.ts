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
    'Creates a pod as a dry run, for each revision and tag, in a namespace where its webhook and no other is called: the API ' +
    'server calls the webhook as for any other pod, and persists nothing. Requires `create` on `pods` in the namespace.',
  meaning: {
    ok: 'The pod was injected; or it was rejected by something that runs only after a successful call of the webhook.',
    warn: 'The webhook was called, and the pod was rejected afterwards because of the sidecar.',
    fail: 'The call failed, with the message of the API server; or the pod was not injected.',
    unknown: 'The pod was rejected by something else, or there is no namespace to try it in.',
  },
  fix: 'follow the message of the API server; the checks endpoints and certificate test the same from the other side',
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

// Several, because quotas and policies differ between namespaces.
const maxTries = 3

async function examine(
  configuration: WebhookConfiguration,
  installation: Installation,
  tools: ClusterTools,
  context: DoctorContext,
): Promise<CheckResult> {
  const about = aboutConfiguration(configuration, installation)
  const probes = probesFor(configuration, context.configurations, await context.namespaces())
  let result: DryRunResult | undefined
  for (const probe of probes.slice(0, maxTries)) {
    const subject = {
      configuration,
      revision: installation.revision,
      namespace: probe.namespace.name,
      conditions: probe.conditions,
    }
    try {
      result = evaluateAnswer(await tools.dryRun(probePod(probe)), subject)
    } catch (error) {
      if (!(error instanceof KubeError)) throw error
      result = evaluateError(error, subject)
    }
    if (result.status !== 'unknown') break
  }
  if (result?.status === 'ok' && (await hasNoReadyBackend(installation, context))) {
    const note = 'possibly over a connection that the API server keeps open, as the Service has no ready endpoints'
    return { ...result, about, message: `${result.message}, ${note}` }
  }
  if (result !== undefined) return { ...result, about }
  return {
    status: 'unknown',
    about,
    message: 'not tried, as there is no namespace for which only this webhook is called',
    fix: `label a namespace, for example with kubectl label namespace NAME ${revisionLabel}=${about.replace(/^\S+ /, '')}`,
  }
}

/** API servers keep idle connections for about 90 seconds, regardless of the Service. */
async function hasNoReadyBackend({ service: ref }: Installation, context: DoctorContext): Promise<boolean> {
  if (ref === undefined) return false
  try {
    const service = await context.service(ref)
    return service?.port.kind !== 'external' && !(await context.backends(ref)).some(({ isReady }) => isReady)
  } catch (error) {
    // The check endpoints reports this.
    if (error instanceof CliError) return false
    throw error
  }
}
