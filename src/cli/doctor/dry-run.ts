import type { KubeError } from '../../cluster/client.ts'
import { initName, proxyName, statusAnnotation, validationName } from '../../istio/names.ts'
import type { WebhookConfiguration } from '../../istio/revisions/configuration.ts'
import { revisionValue } from '../../istio/revisions/names.ts'
import { isObject, type JsonObject, lookup, lookupString, own } from '../../lang/json.ts'
import type { CheckResult } from './check.ts'

/* What the answer to a dry run says of the webhook that should have been called. */

export type DryRunResult = Omit<CheckResult, 'about'>

export interface Subject {
  readonly configuration: WebhookConfiguration
  /** As labels spell it; empty where it isn't known. */
  readonly revision: string
  readonly namespace: string
  readonly conditions: readonly string[]
}

/** The pod was taken: with a sidecar, or without. */
export function evaluateAnswer(pod: JsonObject, subject: Subject): DryRunResult {
  const { namespace, revision, configuration, conditions } = subject
  const status = lookup(pod, 'metadata', 'annotations', statusAnnotation)
  if (typeof status === 'string') {
    const injectedBy =
      lookupString(pod, 'metadata', 'annotations', 'istio.io/rev') || lookupString(parsed(status), 'revision')
    if (injectedBy !== '' && revision !== '' && revisionValue(injectedBy) !== revision) {
      const message = `a pod of the namespace ${namespace} was injected by revision ${injectedBy}`
      return {
        status: 'fail',
        message,
        fix: 'let clientConfig lead to the injector of the revision of the label istio.io/rev',
      }
    }
    return { status: 'ok', message: `a pod of the namespace ${namespace} came back with its sidecar` }
  }
  const message = `a pod of the namespace ${namespace} came back without a sidecar`
  if (conditions.length > 0) {
    return {
      status: 'unknown',
      message: `${message}; its match conditions may keep the webhook from being called: ${conditions.join(', ')}`,
    }
  }
  if (configuration.webhooks.some(({ failurePolicy }) => failurePolicy === 'Ignore')) {
    const fix =
      'set failurePolicy: Fail for a moment and ask again: then the API server says why; or look at the log of the injector'
    return { status: 'fail', message: `${message}: the call failed, and failurePolicy Ignore hides why`, fix }
  }
  return {
    status: 'fail',
    message: `${message}, although the call was answered`,
    fix: 'look at the log of the injector for the reason',
  }
}

/** The pod was refused: by this webhook, on the way to it, or by something else. */
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
    return { status: 'warn', message: `it was called, and denied a plain pod: ${said}`, fix: 'follow what it says' }
  }
  if (sidecarNames.some((name) => said.includes(`"${name}"`))) {
    const text = `it was called, and what the sidecar needs is not allowed in the namespace ${namespace}: ${said}`
    return {
      status: 'warn',
      message: text,
      fix: 'use the Istio CNI plugin there, or allow the namespace what the sidecar needs',
    }
  }
  // What validates comes after all that changes a pod, and a webhook that could not be called would have ended it there.
  // https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#what-are-they
  const wasCalled =
    conditions.length === 0 && configuration.webhooks.every(({ failurePolicy }) => failurePolicy !== 'Ignore')
  if (wasCalled && /exceeded quota|violates PodSecurity/.test(said)) {
    return {
      status: 'ok',
      message: `it was called for a pod of the namespace ${namespace}, which was refused afterwards only: ${said}`,
    }
  }
  const other = failed ?? denied
  const who = other === undefined ? '' : ` by the webhook ${other}`
  const why = status === 403 || other !== undefined ? said : `${said} (HTTP ${status})`
  return {
    status: 'unknown',
    message: `a pod of the namespace ${namespace} was refused${who}, not by this one: ${why}`,
  }
}

const sidecarNames = [proxyName, initName, validationName] as const

/** What the API server says of a call that failed, and what to do then. */
const causes: readonly { readonly pattern: RegExp; readonly fix: string }[] = [
  {
    pattern: /unknown authority|certificate signed by|x509: certificate is not trusted/,
    fix: 'put the CA of the served certificate into the caBundle; the check certificate shows which it is',
  },
  {
    pattern: /certificate has expired|not yet valid/,
    fix: 'renew the certificate of the injector, and compare the clocks',
  },
  {
    pattern: /x509: certificate is (?:not )?valid for|doesn't contain any (?:IP )?SANs/,
    fix: 'serve a certificate for SERVICE.NAMESPACE.svc, which is the name that the API server asks for',
  },
  { pattern: /service "[^"]*" not found/, fix: 'install the injector again, or delete its webhook configurations' },
  { pattern: /no endpoints available|no service port/, fix: 'see the check endpoints' },
  {
    pattern: /connection refused/,
    fix: "compare the Service's targetPort with the port that the pods listen on (15017)",
  },
  {
    pattern: /deadline exceeded|timeout|timed out|no route to host/i,
    fix: "let firewalls and NetworkPolicies pass the API server to the pods' port 15017",
  },
  { pattern: /could not find the requested resource|404/, fix: 'set clientConfig.service.path to /inject' },
  {
    pattern: /invalid character|expected webhook response|malformed/,
    fix: 'check that the Service leads to an injector',
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
