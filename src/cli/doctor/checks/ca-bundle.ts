import {
  isDeactivated,
  tagOf,
  type Webhook,
  type WebhookConfiguration,
} from '../../../istio/revisions/configuration.ts'
import { type Bundle, lifeOf, readBundle } from '../../../webhook/certificates/bundle.ts'
import type { CheckResult, DoctorCheck } from '../check.ts'
import { aboutConfiguration, aboutOf, type Installation } from '../installations.ts'

const day = 24 * 60 * 60 * 1000
const soonDays = 14
const soon = soonDays * day

export const caBundleCheck: DoctorCheck = {
  id: 'ca-bundle',
  title: 'Is the caBundle there, and the same in all tags',
  how: 'Reads the caBundle of each webhook, and when its certificates end. Bundles are compared as sets of certificates.',
  meaning: {
    ok: 'Every webhook holds the same CAs, and they are valid.',
    warn: `A CA ends within ${soonDays} days; webhooks or tags hold different CAs; or there is no caBundle, so that only public CAs are trusted.`,
    fail: 'A caBundle is not PEM, or none of its CAs is valid now.',
  },
  fix: 'let the injector keep it (certificates.mode: managed in the chart), or set it to the CA of its certificate',
  run: async ({ installations, now }) =>
    installations.flatMap((installation) => {
      const worst = installation.configurations.flatMap((one) => faultOf(one, installation, now))
      return worst.length > 0 ? worst : [agreement(installation)]
    }),
}

/** The CAs of a webhook; undefined where it has none, `broken` where nothing can be read of it. */
export function bundleOfWebhook({ clientConfig: { caBundle } }: Webhook): Bundle | 'broken' | undefined {
  if (caBundle === undefined) return undefined
  const bundle = readBundle(Buffer.from(caBundle, 'base64').toString('utf8'))
  return bundle.size === 0 ? 'broken' : bundle
}

/** The worst that can be said of a configuration's own caBundles. */
function faultOf(configuration: WebhookConfiguration, installation: Installation, now: Date): readonly CheckResult[] {
  const about = aboutConfiguration(configuration, installation)
  const bundles = configuration.webhooks.filter((one) => !isDeactivated(one)).map(bundleOfWebhook)
  if (bundles.includes('broken')) {
    return [{ status: 'fail', about, message: `the caBundle of ${configuration.name} holds no PEM certificate` }]
  }
  const cas = bundles.flatMap((bundle) => (bundle instanceof Map ? [...bundle.values()] : []))
  if (bundles.includes(undefined)) {
    const message = `${configuration.name} has ${cas.length > 0 ? 'webhooks without a' : 'no'} caBundle: the API server trusts only public CAs there`
    return [{ status: 'warn', about, message }]
  }
  const ends = cas.map((pem) => lifeOf(pem)?.notAfter ?? now)
  const last = ends.reduce((latest, end) => (end > latest ? end : latest), new Date(0))
  if (cas.length > 0 && last <= now) {
    return [
      {
        status: 'fail',
        about,
        message: `every CA of ${configuration.name} has ended, the last at ${last.toISOString()}`,
      },
    ]
  }
  if (cas.length > 0 && last.getTime() - now.getTime() < soon) {
    const fix = 'renew the CA, or see in the log of the injector why it did not'
    return [{ status: 'warn', about, message: `the CA of ${configuration.name} ends at ${last.toISOString()}`, fix }]
  }
  return []
}

/** Whether a revision's own configuration and its tags hold the same CAs. */
function agreement(installation: Installation): CheckResult {
  const about = aboutOf(installation)
  const held = installation.configurations.flatMap((configuration) =>
    configuration.webhooks.map((webhook) => {
      const bundle = bundleOfWebhook(webhook)
      return { configuration, cas: bundle instanceof Map ? [...bundle.keys()].sort().join() : '' }
    }),
  )
  const first = held.find(({ configuration }) => tagOf(configuration) === undefined) ?? held[0]
  const others = new Set(held.filter(({ cas }) => cas !== first?.cas).map(({ configuration }) => configuration.name))
  if (first === undefined || others.size === 0) {
    const count = installation.configurations.length
    return {
      status: 'ok',
      about,
      message: `the same CAs in ${count === 1 ? 'all webhooks' : `all ${count} configurations`}`,
    }
  }
  const message = `${[...others].join(', ')} and ${first.configuration.name} hold different CAs`
  return {
    status: 'warn',
    about,
    message,
    fix: 'see the check certificate for which of them is right; set the tag again (outrigger tag set --overwrite)',
  }
}
