import { afterAll, beforeAll, expect, test } from 'vitest'
import { sharedCluster } from './support/cluster-of-run.ts'
import { type Installation, install } from './support/installation.ts'
import { namespaceMaker } from './support/namespaces.ts'
import { proxyConfigCrd } from './support/proxy-config-crd.ts'

/* What the chart lets the injector do, asked of the API server: all that it needs, and nothing that an attacker wants. */

const cluster = sharedCluster()
const own = 'outrigger-system'
const istiod = 'rbac-istiod'
const makeNamespaces = namespaceMaker(cluster)
let installation: Installation

beforeAll(async () => {
  await makeNamespaces({ [istiod]: {} })
  // kubectl asks about the kinds that there are.
  await cluster.kubectl(['apply', '-f', '-'], proxyConfigCrd)
  installation = await install(cluster, {
    release: 'outrigger',
    namespace: own,
    values: {
      tags: ['outrigger', 'stable'],
      externalTags: ['prod'],
      istioNamespace: istiod,
      injector: { fromCluster: true, sharedMeshConfig: 'shared', config: { policy: 'enabled' } },
    },
    replicas: 0,
  })
})
afterAll(async () => {
  await installation?.uninstall()
  await cluster.kubectl(['delete', '-f', '-'], proxyConfigCrd)
})

/** Verb and resource, as `kubectl auth can-i` takes them; `in`: the namespace, all of them where it is missing. */
interface Question {
  readonly ask: string
  readonly in?: string
}

const webhooks = 'mutatingwebhookconfigurations.admissionregistration.k8s.io'

const needed: readonly Question[] = [
  { ask: 'list namespaces' },
  { ask: 'watch nodes' },
  { ask: 'list proxyconfigs.networking.istio.io' },
  { ask: `watch ${webhooks}` },
  { ask: `patch ${webhooks}/istio-revision-tag-outrigger-outrigger-system` },
  { ask: `patch ${webhooks}/istio-revision-tag-stable-outrigger-system` },
  // As istioctl or istiod's chart has named it, and as `outrigger tag set` does.
  { ask: `patch ${webhooks}/istio-revision-tag-prod` },
  { ask: `patch ${webhooks}/istio-revision-tag-prod-outrigger-system` },
  { ask: 'get secrets/outrigger-ca', in: own },
  { ask: 'update secrets/outrigger-ca', in: own },
  { ask: 'watch configmaps/outrigger', in: own },
  { ask: 'create events', in: own },
  { ask: 'watch configmaps/istio', in: istiod },
  { ask: 'watch configmaps/istio-sidecar-injector', in: istiod },
  { ask: 'get configmaps/shared', in: istiod },
  { ask: 'create events', in: istiod },
  { ask: 'get deployments.apps/istiod', in: istiod },
  { ask: 'watch deployments.apps/istiod', in: istiod },
]

const refused: readonly Question[] = [
  // Secrets: of other names, of other namespaces, or all at once.
  { ask: 'get secrets/other', in: own },
  { ask: 'update secrets/other', in: own },
  { ask: 'list secrets', in: own },
  { ask: 'watch secrets', in: own },
  { ask: 'delete secrets/outrigger-ca', in: own },
  { ask: 'get secrets/outrigger-ca', in: 'default' },
  { ask: 'create secrets', in: 'default' },
  { ask: 'get secrets' },
  // Pods and all that makes them.
  { ask: 'create pods --subresource=exec' },
  { ask: 'create pods --subresource=exec', in: own },
  { ask: 'create pods --subresource=attach', in: own },
  { ask: 'create pods --subresource=portforward', in: own },
  { ask: 'update pods --subresource=ephemeralcontainers', in: own },
  { ask: 'get pods --subresource=log', in: own },
  { ask: 'create pods', in: own },
  { ask: 'patch pods' },
  { ask: 'delete pods' },
  { ask: 'patch deployments.apps', in: own },
  // Of istiod, only its Deployment is read.
  { ask: 'patch deployments.apps/istiod', in: istiod },
  { ask: 'get deployments.apps/other', in: istiod },
  { ask: 'list deployments.apps', in: istiod },
  { ask: 'get pods', in: istiod },
  { ask: 'get secrets', in: istiod },
  { ask: 'create jobs.batch', in: own },
  // Webhook configurations: none made or removed, and no other's changed.
  { ask: `create ${webhooks}` },
  { ask: `delete ${webhooks}/istio-revision-tag-outrigger-outrigger-system` },
  { ask: `deletecollection ${webhooks}` },
  { ask: `update ${webhooks}/istio-revision-tag-outrigger-outrigger-system` },
  { ask: `patch ${webhooks}` },
  { ask: `patch ${webhooks}/istio-sidecar-injector` },
  { ask: `patch ${webhooks}/istio-revision-tag-stable` },
  { ask: `patch ${webhooks}/istio-revision-tag-default` },
  { ask: `delete ${webhooks}/cert-manager-webhook` },
  { ask: 'list validatingwebhookconfigurations.admissionregistration.k8s.io' },
  { ask: 'patch validatingwebhookconfigurations.admissionregistration.k8s.io' },
  // Configuration is read, only where it is.
  { ask: 'create configmaps', in: own },
  { ask: 'patch configmaps/outrigger', in: own },
  { ask: 'delete configmaps/outrigger', in: own },
  { ask: 'get configmaps/other', in: own },
  { ask: 'list configmaps' },
  { ask: 'get configmaps/extension-apiserver-authentication', in: 'kube-system' },
  { ask: 'patch proxyconfigs.networking.istio.io' },
  { ask: 'create events', in: 'default' },
  // The cluster itself.
  { ask: 'patch nodes' },
  { ask: 'update nodes --subresource=status' },
  { ask: 'get nodes --subresource=proxy' },
  { ask: 'create namespaces' },
  { ask: 'patch namespaces' },
  { ask: 'delete namespaces' },
  // More rights than these.
  { ask: 'create serviceaccounts --subresource=token', in: own },
  { ask: 'create tokenreviews.authentication.k8s.io' },
  { ask: 'impersonate users' },
  { ask: 'impersonate groups' },
  { ask: 'create rolebindings.rbac.authorization.k8s.io', in: own },
  { ask: 'create clusterrolebindings.rbac.authorization.k8s.io' },
  { ask: 'escalate clusterroles.rbac.authorization.k8s.io' },
  { ask: 'bind clusterroles.rbac.authorization.k8s.io' },
  { ask: 'approve certificatesigningrequests.certificates.k8s.io' },
  { ask: 'create customresourcedefinitions.apiextensions.k8s.io' },
  { ask: '* *' },
]

async function canI({ ask, in: namespace }: Question): Promise<string> {
  const where = namespace === undefined ? ['--all-namespaces'] : ['--namespace', namespace]
  const { stdout, stderr } = await cluster.tryKubectl([
    'auth',
    'can-i',
    ...ask.split(' '),
    ...where,
    '--as',
    installation.user,
  ])
  const answer = stdout.trim()
  if ((answer !== 'yes' && answer !== 'no') || stderr.includes("doesn't have a resource type"))
    throw new Error(`kubectl auth can-i ${ask}: ${stdout}${stderr}`)
  return answer
}

test.each(needed.map((question) => [titleOf(question), question] as const))('may %s', async (_title, question) => {
  expect(await canI(question)).toBe('yes')
})

test.each(refused.map((question) => [titleOf(question), question] as const))('may not %s', async (_title, question) => {
  expect(await canI(question)).toBe('no')
})

function titleOf({ ask, in: namespace }: Question): string {
  return `${ask}${namespace === undefined ? '' : ` in ${namespace}`}`
}
