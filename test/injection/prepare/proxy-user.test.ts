import { describe, expect, test } from 'vitest'
import { noFacts } from '../../../src/injection/model/facts.ts'
import type { JsonObject, StringMap } from '../../../src/lang/json.ts'
import { container, injected, podWith, snapshotOf } from '../support.ts'

const openshift = snapshotOf({ platform: 'openshift' })
const range = 'openshift.io/sa.scc.uid-range'
const groups = 'openshift.io/sa.scc.supplemental-groups'

function proxyOf(pod: JsonObject, annotations: StringMap = {}, snapshot = openshift) {
  const namespaces = new Map([['shop', { labels: {}, annotations }]])
  return container(injected(pod, { snapshot, facts: { ...noFacts, namespaces } }).pod, 'istio-proxy').securityContext
}

describe('the user and group of a namespace on OpenShift', () => {
  test.each<[string, StringMap, number, number]>([
    ['a start and a size', { [range]: '1000620000/10000' }, 1000629999, 1000629999],
    ['a start and an end', { [range]: '1000-1999' }, 1999, 1999],
    ['separate groups', { [range]: '1000/10', [groups]: '2000/10' }, 1009, 2009],
    ['several blocks of groups', { [range]: '1000/10', [groups]: '2000/10,3000-3009' }, 1009, 2009],
    ['empty groups', { [range]: '1000/10', [groups]: '' }, 1009, 1009],
    ['only groups', { [groups]: '2000/10' }, 1337, 2009],
    ['invalid groups', { [range]: '1000/10', [groups]: 'x' }, 1009, 1337],
    ['an empty range', { [range]: '' }, 1337, 1337],
    ['a number', { [range]: '1000' }, 1337, 1337],
    ['an end before the start', { [range]: '2000-1000' }, 1337, 1337],
    ['a size of zero', { [range]: '1000/0' }, 1337, 1337],
    ['a negative number', { [range]: '-1/10' }, 1337, 1337],
    ['a number too large', { [range]: '99999999999999999999/1' }, 1337, 1337],
    ['no annotations', {}, 1337, 1337],
  ])('%s', (_, annotations, runAsUser, runAsGroup) => {
    expect(proxyOf(podWith(), annotations)).toMatchObject({ runAsUser, runAsGroup })
  })

  test('are 1337 on other platforms and for an unknown namespace', () => {
    const annotations = { [range]: '1000/10' }
    expect(proxyOf(podWith(), annotations, snapshotOf())).toMatchObject({ runAsUser: 1337, runAsGroup: 1337 })
    const { pod } = injected(podWith(), { snapshot: openshift })
    expect(container(pod, 'istio-proxy').securityContext).toMatchObject({ runAsUser: 1337, runAsGroup: 1337 })
  })
})

describe('a user that OpenShift assigned to all containers', () => {
  const user = (name: string, runAsUser?: number) => ({
    name,
    ...(runAsUser === undefined ? {} : { securityContext: { runAsUser } }),
  })
  const own = { name: 'istio-proxy', securityContext: { runAsUser: 5, runAsGroup: 6, readOnlyRootFilesystem: false } }

  test.each<[string, readonly JsonObject[], readonly JsonObject[], boolean]>([
    ['the same as the application', [user('app', 5), own], [], true],
    ['different from the application', [user('app', 7), own], [], false],
    ['the same as the last application', [user('app', 7), own, user('other', 5)], [], true],
    ['the same as the first, not the last', [user('app', 5), own, user('other', 7)], [], false],
    ['the last application container with a user takes precedence', [user('app', 5), own, user('other')], [], true],
    ['init containers come after', [user('app', 7), own], [user('setup', 5)], true],
    ['injected ones are ignored', [user('app', 5), own], [user('istio-init', 7), user('istio-validation', 7)], true],
    ['none sets one, which is treated as root', [user('app'), own], [], false],
  ])('%s', (_, containers, initContainers, dropped) => {
    const pod = podWith({}, {}, { containers, initContainers })
    const expected = dropped ? { runAsUser: 1337, runAsGroup: 1337 } : { runAsUser: 5, runAsGroup: 6 }
    expect(proxyOf(pod)).toMatchObject({ ...expected, readOnlyRootFilesystem: false })
    expect(proxyOf(pod, {}, snapshotOf())).toMatchObject({ runAsUser: 5, runAsGroup: 6 })
  })

  test('an unset user equals an unset one, and root', () => {
    const ungrouped = (runAsUser: number | null) => ({
      name: 'istio-proxy',
      securityContext: { runAsUser, runAsGroup: 6 },
    })
    expect(proxyOf(podWith({}, {}, { containers: [user('app'), ungrouped(null)] }))).toMatchObject({ runAsGroup: 1337 })
    expect(proxyOf(podWith({}, {}, { containers: [user('app', 0), ungrouped(null)] }))).toMatchObject({
      runAsGroup: 1337,
    })
    expect(proxyOf(podWith({}, {}, { containers: [user('app'), ungrouped(0)] }))).toMatchObject({
      runAsUser: 1337,
      runAsGroup: 1337,
    })
  })
})
