import { connect as connectTcp } from 'node:net'
import type { Duplex } from 'node:stream'
import { type CheckResult, type DoctorCheck, needsCluster } from '../check.ts'
import type { ClusterTools, DoctorContext } from '../context.ts'
import { ofEachInstallation } from '../each.ts'
import { type Handshake, shakeHands } from '../handshake.ts'
import {
  aboutConfiguration,
  aboutOf,
  activeConfigurations,
  type Installation,
  serverName,
  serviceTitle,
} from '../installations.ts'
import { bundleOfWebhook } from './ca-bundle.ts'

export const certificateCheck: DoctorCheck = {
  id: 'certificate',
  title: 'Does the caBundle verify the served certificate',
  how:
    'Does a TLS handshake with up to three pods behind the Service, and verifies what they show with each caBundle, for the name that the API ' +
    "server asks for. From outside of the cluster it goes through `kubectl port-forward`'s subresource (it takes `create` on `pods/portforward`), " +
    'from a pod of the cluster straight to the other pod, for a URL straight to its host.',
  meaning: {
    ok: 'Every caBundle verifies it.',
    warn: 'Less than a tenth of its life is left: it should have been renewed.',
    fail: 'A caBundle does not verify it, it has ended, or it is for other names.',
    unknown: 'No certificate was seen: there is no way to the pods from here.',
  },
  fix: 'put the CA of the served certificate into the caBundle, or serve a certificate for SERVICE.NAMESPACE.svc of that CA',
  run: (context) => ofEachInstallation(context, examine),
}

const maxPods = 3

/** A way to a server. */
interface Place {
  readonly title: string
  /** False where the API server may reach another server by the same name. */
  readonly isConclusive: boolean
  readonly open: () => Promise<Duplex>
}

interface Trust {
  /** Whose caBundle it is. */
  readonly about: string
  readonly ca: string | undefined
}

interface Seen {
  readonly place: Place
  readonly trust: Trust
  readonly handshake: Handshake | undefined
  /** Why there was none. */
  readonly reason: string
}

async function examine(installation: Installation, context: DoctorContext): Promise<CheckResult> {
  const about = aboutOf(installation)
  const { tools } = context
  if (tools === undefined) return needsCluster(about)
  const places = await placesOf(installation, tools, context)
  if (places.length === 0)
    return { status: 'unknown', about, message: 'no certificate was seen: nobody is known to serve one' }
  const timeoutMs = context.timeoutMs / 2
  const name = serverName(installation)
  const seen = await Promise.all(
    places.flatMap((place) => trustsOf(installation).map((trust) => look(place, trust, name, timeoutMs))),
  )
  return verdict(seen, installation, context)
}

function verdict(all: readonly Seen[], installation: Installation, { now }: DoctorContext): CheckResult {
  const about = aboutOf(installation)
  const seen = all.flatMap(({ handshake, ...rest }) => (handshake === undefined ? [] : [{ ...rest, handshake }]))
  const [first] = seen
  if (first === undefined)
    return { status: 'unknown', about, message: `no certificate was seen: ${all[0]?.reason ?? 'no way there'}` }
  const wrong = seen.find(({ handshake }) => handshake.problem !== undefined)
  if (wrong !== undefined) {
    const { place, trust, handshake } = wrong
    const { issuer, names, notAfter } = handshake.certificate
    const whose = trust.about === about ? '' : ` (with the caBundle of ${trust.about})`
    const message =
      `the certificate of ${place.title} can't be verified${whose}: ${handshake.problem}. Its issuer is ${issuer}, its names are ` +
      `${names.join(', ') || 'none'}, it is valid until ${notAfter.toISOString()}; the API server asks for ${serverName(installation)}`
    return { status: place.isConclusive ? 'fail' : 'unknown', about, message }
  }
  const { notBefore, notAfter } = first.handshake.certificate
  const isLate = notAfter.getTime() - now.getTime() < (notAfter.getTime() - notBefore.getTime()) / 10
  const message = `${first.place.title} shows a certificate that the caBundle verifies, valid until ${notAfter.toISOString()}`
  if (!isLate) return { status: 'ok', about, message }
  return {
    status: 'warn',
    about,
    message,
    fix: 'see in the log of the injector, or of cert-manager, why it was not renewed',
  }
}

/** The different caBundles of an installation, as far as they can be read. */
function trustsOf(installation: Installation): readonly Trust[] {
  const trusts = new Map<string, Trust>()
  for (const configuration of activeConfigurations(installation)) {
    for (const webhook of configuration.webhooks) {
      const bundle = bundleOfWebhook(webhook)
      // The check ca-bundle tells of one that can't be read.
      if (bundle === 'broken') continue
      const ca = bundle && [...bundle.values()].join('')
      const key = [...(bundle?.keys() ?? [])].sort().join()
      if (!trusts.has(key)) trusts.set(key, { about: aboutConfiguration(configuration, installation), ca })
    }
  }
  return [...trusts.values()]
}

async function look(place: Place, trust: Trust, name: string, timeoutMs: number): Promise<Seen> {
  try {
    const socket = await place.open()
    return { place, trust, handshake: await shakeHands({ socket, name, ca: trust.ca, timeoutMs }), reason: '' }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { place, trust, handshake: undefined, reason: `${place.title}: ${reason}` }
  }
}

async function placesOf(
  installation: Installation,
  tools: ClusterTools,
  context: DoctorContext,
): Promise<readonly Place[]> {
  const { service, url } = installation
  const timeoutMs = context.timeoutMs / 2
  if (service === undefined) {
    if (url === undefined || !URL.canParse(url)) return []
    const { hostname, port } = new URL(url)
    return [outside(hostname.replace(/^\[|\]$/g, ''), Number(port || 443), timeoutMs)]
  }
  const found = await context.service(service)
  if (found?.port.kind === 'external') return [outside(found.port.host, service.port, timeoutMs)]
  const backends = (await context.backends(service)).toSorted(
    (one, other) => Number(other.isReady) - Number(one.isReady),
  )
  return backends.slice(0, maxPods).flatMap(({ pod, address, port }): readonly Place[] => {
    const title =
      pod === undefined ? `${address}:${port}, behind ${serviceTitle(service)}` : `pod ${pod.namespace}/${pod.name}`
    if (context.isInCluster) return [{ title, isConclusive: true, open: () => openTcp(address, port, timeoutMs) }]
    if (pod === undefined) return []
    const target = { namespace: pod.namespace, pod: pod.name, port }
    return [{ title, isConclusive: true, open: () => tools.forward(target, timeoutMs) }]
  })
}

/** What has a name of its own: seen from here it may be another server than the API server sees. */
function outside(host: string, port: number, timeoutMs: number): Place {
  return { title: `${host}:${port} (seen from here)`, isConclusive: false, open: () => openTcp(host, port, timeoutMs) }
}

function openTcp(host: string, port: number, timeoutMs: number): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host, port })
    const timer = setTimeout(() => socket.destroy(new Error(`no connection within ${timeoutMs / 1000} s`)), timeoutMs)
    socket.once('error', reject)
    socket.once('close', () => clearTimeout(timer))
    socket.once('connect', () => {
      clearTimeout(timer)
      resolve(socket)
    })
  })
}
