import { injectorsFor } from '../../../istio/revisions/tag-list.ts'
import { someOf } from '../../tag/words.ts'
import type { CheckResult, DoctorCheck } from '../check.ts'
import type { DoctorContext } from '../context.ts'
import { ofEachInstallation } from '../each.ts'
import {
  aboutOf,
  activeConfigurations,
  type Installation,
  ignoresFailure,
  type ServiceRef,
  serviceTitle,
} from '../installations.ts'

export const endpointsCheck: DoctorCheck = {
  id: 'endpoints',
  title: 'Does the Service have ready endpoints',
  how: 'Reads the Service that the webhooks call, its port, and its EndpointSlices. If none is ready, it reports what the failurePolicy means for new pods.',
  meaning: {
    ok: 'All endpoints are ready.',
    warn: 'Only some endpoints are ready.',
    fail: 'The Service or its port does not exist, or no endpoint is ready.',
    unknown: 'A URL, or a Service of type ExternalName, has no endpoints.',
  },
  fix: 'look at the pods of the Service: kubectl get pods, kubectl describe',
  run: (context) => ofEachInstallation(context, examine),
}

async function examine(installation: Installation, context: DoctorContext): Promise<CheckResult> {
  const about = aboutOf(installation)
  const { service: ref, url } = installation
  if (ref === undefined)
    return { status: 'unknown', about, message: `it is called by the URL ${url}, which has no endpoints` }
  const title = serviceTitle(ref)
  const found = await context.service(ref)
  if (found === undefined) {
    const message = `${title} not found; ${await consequence(installation, context)}`
    return { status: 'fail', about, message, fix: 'install the injector again, or delete its webhook configurations' }
  }
  if (found.port.kind === 'external') {
    const message = `${title} refers to ${found.port.host} outside the cluster, which has no endpoints`
    return { status: 'unknown', about, message }
  }
  if (found.port.kind === 'missing') {
    const known = found.port.known.length === 0 ? 'no ports' : `only ${found.port.known.join(', ')}`
    const message = `${title} has no port ${ref.port}, it has ${known}; ${await consequence(installation, context)}`
    return {
      status: 'fail',
      about,
      message,
      fix: "set the webhooks' clientConfig.service.port to a port of the Service",
    }
  }
  return count(await context.backends(ref), ref, installation, context)
}

async function count(
  backends: Awaited<ReturnType<DoctorContext['backends']>>,
  ref: ServiceRef,
  installation: Installation,
  context: DoctorContext,
): Promise<CheckResult> {
  const about = aboutOf(installation)
  const title = serviceTitle(ref)
  const ready = backends.filter(({ isReady }) => isReady).length
  const fix = `kubectl -n ${ref.namespace} describe pods shows why they are not ready`
  if (ready === 0) {
    const none = backends.length === 0 ? 'no endpoints' : `no ready endpoints (${backends.length} not ready)`
    return {
      status: 'fail',
      about,
      message: `${title} has ${none}; ${await consequence(installation, context)}`,
      ...(backends.length > 0 ? { fix } : { fix: `check that the selector of ${title} matches running pods` }),
    }
  }
  const message = `${ready} of ${backends.length} endpoints of ${title} ${ready === 1 ? 'is' : 'are'} ready`
  return ready < backends.length ? { status: 'warn', about, message, fix } : { status: 'ok', about, message }
}

/** What happens to new pods while no endpoint is ready. */
async function consequence(installation: Installation, context: DoctorContext): Promise<string> {
  const active = activeConfigurations(installation)
  const names = (await context.namespaces())
    .filter((one) => injectorsFor(active, one).length > 0)
    .map(({ name }) => name)
  const whose =
    names.length === 0
      ? 'that its webhooks select'
      : `of ${names.length === 1 ? 'the namespace' : 'the namespaces'} ${someOf(names)}`
  return ignoresFailure(installation)
    ? `its failurePolicy is Ignore: new pods ${whose} start without a sidecar, without any error`
    : `its failurePolicy is Fail: every new pod ${whose} is rejected`
}
