import { deploymentTitle } from '../../../istio/istiod/deployment.ts'
import { revisionValue } from '../../../istio/revisions/names.ts'
import { isSupportedSkew, versionOfImage } from '../../../istio/version.ts'
import { type CheckResult, type DoctorCheck, needsCluster } from '../check.ts'
import type { DoctorContext } from '../context.ts'
import { ofEachInstallation } from '../each.ts'
import { aboutOf, type Installation } from '../installations.ts'
import { readServed } from '../served.ts'

export const proxyVersionCheck: DoctorCheck = {
  id: 'proxy-version',
  title: 'Do injected proxies fit istiod',
  how: 'Reads the proxy image of `/debug/config`, and compares its version with that of the Deployment of istiod with the same revision.',
  meaning: {
    ok: 'Istio supports proxies of this version with this istiod: it is the same or the previous minor version. Or there is no istiod of the revision.',
    warn: 'New pods get proxies that are newer than istiod, or more than one minor version older.',
    unknown: 'One of the versions is unknown.',
  },
  fix: 'set `global.tag` to the version of istiod, or follow it with fromCluster',
  run: (context) => ofEachInstallation(context, examine),
}

async function examine(installation: Installation, context: DoctorContext): Promise<CheckResult> {
  const about = aboutOf(installation)
  const { tools } = context
  if (tools === undefined) return needsCluster(about)
  const unknown = (message: string): CheckResult => ({ status: 'unknown', about, message })
  const [backend] = installation.service === undefined ? [] : await context.backends(installation.service)
  if (backend === undefined) return unknown('no pods found')
  const served = await readServed(backend, tools, context)
  if (typeof served === 'string') return unknown(served)
  const revision = revisionValue(served.revision)
  const istiod = (await context.istiods()).find((one) => revisionValue(one.revision) === revision)
  if (istiod === undefined) return { status: 'ok', about, message: `there is no istiod of revision ${revision}` }
  const proxy = versionOfImage(served.proxyImage)
  if (proxy === undefined) return unknown(`${served.proxyImage || 'the proxy image'} names no version`)
  const controlPlane = versionOfImage(istiod.image)
  if (controlPlane === undefined)
    return unknown(`${deploymentTitle(istiod)} runs ${istiod.image}, which names no version`)
  const message = `new proxies have version ${proxy.text}, and ${deploymentTitle(istiod)} has ${controlPlane.text}`
  return { status: isSupportedSkew(proxy, controlPlane) ? 'ok' : 'warn', about, message }
}
