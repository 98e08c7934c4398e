import type { KubeError } from '../../cluster/client.ts'
import { initName, proxyName, statusAnnotation, validationName } from '../../istio/names.ts'
import type { WebhookConfiguration } from '../../istio/revisions/configuration.ts'
import { revisionValue } from '../../istio/revisions/names.ts'
import { isObject, type JsonObject, lookup, lookupString, own } from '../../lang/json.ts'
import type { CheckResult } from './check.ts'

/* What the response to a dry run means for the webhook that should have been called. */

export type DryRunResult = Omit<CheckResult, 'about'>

export interface Subject {
  readonly configuration: WebhookConfiguration
  /** As in labels; empty if unknown. */
  readonly revision: string
  readonly namespace: string
  readonly conditions: readonly string[]
}

/** The pod was admitted, with or without a sidecar. */
export function evaluateAnswer(pod: JsonObject, subject: Subject): DryRunResult {
  const { namespace, revision, configuration, conditions } = subject
  const status = lookup(pod, 'metadata', 'annotations', statusAnnotation)
  if (typeof status === 'string') {
    const injectedBy =
      lookupString(pod, 'metadata', 'annotations', 'istio.io/rev') || lookupString(parsed(status), 'revision')
    if (injectedBy !== '' && revision !== '' && revisionValue(injectedBy) !== revision) {
      const message = `a pod in the namespace ${namespace} was injected by revision ${injectedBy}`
      return {
        status: 'fail',
        message,
        fix: 'set clientConfig to the injector of the revision in the label istio.io/rev',
      }
    }
    return { status: 'ok', message: `a pod in the namespace ${namespace} was injected` }
  }
  const message = `a pod in the namespace ${namespace} was not injected`
  if (conditions.length > 0) {
    return {
      status: 'unknown',
      message: `${message}; its match conditions may keep the webhook from being called: ${conditions.join(', ')}`,
    }
  }
  if (configuration.webhooks.some(({ failurePolicy }) => failurePolicy === 'Ignore')) {
    const fix =
      'set failurePolicy: Fail temporarily and run this again, so that the API server reports the reason; or read the log of the injector'
    return { status: 'fail', message: `${message}: the call failed, and failurePolicy Ignore hides the reason`, fix }
  }
  return {
    status: 'fail',
    message: `${message}, although the webhook was called`,
    fix: 'read the log of the injector for the reason',
  }
}

/** The pod was rejected: by this webhook, because it couldn't be called, or by something else. */
export function evaluateError(
  { message, status }: KubeError,
  { configuration, namespace, conditions }: Subject,
): DryRunResult {
  const said = message.replace(/^cannot create Pod [^:]*: (?:Internal error occurred: )?/, '')
  if (status === 0) return { status: 'unknown', message: said }
  const failed = /failed calling webhook "([^"]+)"/.exec(said)?.[1]
  const denied = /admission webhook "([^"]+)" denied the request/.exec(said)?.[1]
  const isOwn = (name: string) => configuration.webhooks.some((one) => one.name === name)
  if (failed !== undefined && isOwn(failed)) {
    const reason = said.replace(/^failed calling webhook "[^"]+": /, '')
    const cause = causes.find(({ pattern }) => pattern.test(reason))
    return { status: 'fail', message: `the API server can't call it: ${reason}`, ...(cause && { fix: cause.fix }) }
  }
  if (denied !== undefined && isOwn(denied)) {
    return { status: 'warn', message: `it was called, and denied a plain pod: ${said}`, fix: 'follow its message' }
  }
  if (sidecarNames.some((name) => said.includes(`"${name}"`))) {
    const text = `it was called, but the sidecar is not allowed in the namespace ${namespace}: ${said}`
    return {
      status: 'warn',
      message: text,
      fix: 'use the Istio CNI plugin there, or allow what the sidecar needs in the namespace',
    }
  }
  // Validation comes after all mutation, and a webhook that could not be called would have failed the request before.
  // https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#what-are-they
  const wasCalled =
    conditions.length === 0 && configuration.webhooks.every(({ failurePolicy }) => failurePolicy !== 'Ignore')
  if (wasCalled && /exceeded quota|violates PodSecurity/.test(said)) {
    return {
      status: 'ok',
      message: `it was called for a pod in the namespace ${namespace}, which was only rejected afterwards: ${said}`,
    }
  }
  const other = failed ?? denied
  const who = other === undefined ? '' : ` by the webhook ${other}`
  const why = status === 403 || other !== undefined ? said : `${said} (HTTP ${status})`
  return {
    status: 'unknown',
    message: `a pod in the namespace ${namespace} was rejected${who}, not by this one: ${why}`,
  }
}

const sidecarNames = [proxyName, initName, validationName] as const

/** Errors that the API server reports for a failed call, and what to do about them. */
const causes: readonly { readonly pattern: RegExp; readonly fix: string }[] = [
  {
    pattern: /unknown authority|certificate signed by|x509: certificate is not trusted/,
    fix: 'set the caBundle to the CA of the serving certificate, which the check certificate shows',
  },
  {
    pattern: /certificate has expired|not yet valid/,
    fix: 'renew the certificate of the injector, and check the clocks',
  },
  {
    pattern: /x509: certificate is (?:not )?valid for|doesn't contain any (?:IP )?SANs/,
    fix: 'serve a certificate for SERVICE.NAMESPACE.svc, the name that the API server expects',
  },
  { pattern: /service "[^"]*" not found/, fix: 'install the injector again, or delete its webhook configurations' },
  { pattern: /no endpoints available|no service port/, fix: 'see the check endpoints' },
  {
    pattern: /connection refused/,
    fix: "compare the Service's targetPort with the port that the pods listen on (15017)",
  },
  {
    pattern: /deadline exceeded|timeout|timed out|no route to host/i,
    fix: 'allow the API server to reach port 15017 of the pods in firewalls and NetworkPolicies',
  },
  { pattern: /could not find the requested resource|404/, fix: 'set clientConfig.service.path to /inject' },
  {
    pattern: /invalid character|expected webhook response|malformed/,
    fix: 'check that the Service selects an injector',
  },
]

function parsed(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) && own(value, 'revision') !== undefined ? value : {}
  } catch {
    return {}
  }
}
