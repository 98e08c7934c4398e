import { kinds } from '../../../cluster/kinds.ts'
import {
  injectorConfigMapName,
  readControlPlanes,
  readDefaultRevision,
  readGateways,
  readServices,
} from '../../../istio/revisions/control-planes.ts'
import { describeMixture, findMixtures, mixtureFixes } from '../../../istio/revisions/mixtures.ts'
import type { CheckResult, DoctorCheck } from '../check.ts'

export const istiodCheck: DoctorCheck = {
  id: 'istiod',
  title: 'Does istiod leave the webhooks alone, and keep its Gateways',
  how: "Compares the labels and names of webhook configurations with what istiod considers its own: it writes its CA into webhooks of its revision whose names end in `sidecar-injector.istio.io`, and owns the Gateways of its revision's tags.",
  meaning: {
    ok: 'istiod writes into none of the webhooks of other injectors, every tag is one of its revision, and every Gateway has an owner. Or there is no istiod in the cluster.',
    warn: "The values of istiod's ConfigMap inject proxies that Istio doesn't support with this istiod: OUT0024.",
    fail: 'istiod overwrites the caBundle of an injector, or a label takes Gateways away from it: OUT0021 to OUT0023 in docs/rules.md.',
  },
  fix: "label every tag with istiod's revision, and call no other injector under istiod's webhook names",
  run: async ({ configurations, namespaces, list, get }) => {
    const controlPlanes = readControlPlanes(await list(kinds.deployment))
    const about = 'istiod'
    if (controlPlanes.length === 0) return [{ status: 'ok', about, message: 'no istiod in the cluster' }]
    const [services, gateways, validators, configMaps] = await Promise.all([
      list(kinds.service),
      list(kinds.gateway),
      list(kinds.validatingWebhookConfiguration),
      Promise.all(controlPlanes.map((plane) => get(kinds.configMap, injectorConfigMapName(plane), plane.namespace))),
    ])
    const mixtures = findMixtures({
      controlPlanes,
      configurations,
      namespaces: await namespaces(),
      services: readServices(services),
      gateways: readGateways(gateways),
      injectorConfigMaps: configMaps.filter((one) => one !== undefined),
      defaultRevision: readDefaultRevision(validators),
    })
    if (mixtures.length === 0) {
      const revisions = controlPlanes.map(({ revision }) => revision).join(', ')
      return [
        {
          status: 'ok',
          about,
          message: `istiod of revision ${revisions}: its webhooks, tags and Gateways are its own`,
        },
      ]
    }
    return mixtures.map(
      (mixture): CheckResult => ({
        status: mixture.code === 'unsupported-proxies' ? 'warn' : 'fail',
        about,
        message: describeMixture(mixture),
        fix: mixtureFixes[mixture.code],
      }),
    )
  },
}
