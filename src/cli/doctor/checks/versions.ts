import { itemsAt } from '../../../kubernetes/objects.ts'
import { type JsonObject, lookupString, own } from '../../../lang/json.ts'
import { version as ownVersion } from '../../version.ts'
import type { CheckResult, DoctorCheck } from '../check.ts'
import type { DoctorContext } from '../context.ts'
import { ofEachInstallation } from '../each.ts'
import { aboutOf, type Installation } from '../installations.ts'

export const versionsCheck: DoctorCheck = {
  id: 'versions',
  title: 'Do all replicas run the same version',
  how: 'Reads the images of the pods behind the Service, and compares them with each other and with the version of this command.',
  meaning: {
    ok: 'All replicas run one image.',
    warn: 'They run different images, or another version than this command: what it says of injection need not be what they do.',
    unknown: 'The pods are not known.',
  },
  fix: 'wait for the rolling update to end, or see why it does not: kubectl rollout status',
  run: (context) => ofEachInstallation(context, examine),
}

async function examine({ service, ...rest }: Installation, context: DoctorContext): Promise<CheckResult> {
  const about = aboutOf({ service, ...rest })
  const backends = service === undefined ? [] : await context.backends(service)
  const pods = await Promise.all(
    backends.map(async ({ pod, port }) => {
      const found = pod && (await context.pod(pod.namespace, pod.name))
      return found === undefined ? [] : [{ image: imageOf(found, port), isOutrigger: isOutrigger(found) }]
    }),
  )
  const known = pods.flat()
  const images = [...new Set(known.map(({ image }) => image))].filter((image) => image !== '')
  const [image] = images
  if (image === undefined) return { status: 'unknown', about, message: 'no pods are known that answer for it' }
  if (images.length > 1)
    return { status: 'warn', about, message: `replicas run ${images.length} images: ${images.join(', ')}` }
  const tag = /:([^/:@]+)(?:@|$)/.exec(image)?.[1]
  if (
    known.every((one) => one.isOutrigger) &&
    tag !== undefined &&
    /^v?\d/.test(tag) &&
    tag.replace(/^v/, '') !== ownVersion
  ) {
    const fix = `use this command in version ${tag.replace(/^v/, '')}, or upgrade the chart`
    return {
      status: 'warn',
      about,
      message: `replicas run ${image}, and this command is of version ${ownVersion}`,
      fix,
    }
  }
  return {
    status: 'ok',
    about,
    message: `${known.length === 1 ? '1 replica runs' : `${known.length} replicas run`} ${image}`,
  }
}

function isOutrigger(pod: JsonObject): boolean {
  return lookupString(pod, 'metadata', 'labels', 'app.kubernetes.io/name') === 'outrigger'
}

/** The image of the container that has a port, else of the first. */
function imageOf(pod: JsonObject, port: number): string {
  const containers = itemsAt(pod, 'spec', 'containers').map(({ item }) => item)
  const serving = containers.find((one) =>
    itemsAt(one, 'ports').some(({ item }) => own(item, 'containerPort') === port),
  )
  return lookupString(serving ?? containers[0], 'image')
}
