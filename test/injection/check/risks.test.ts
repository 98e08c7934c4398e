import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../src/lang/json.ts'
import { injected, podWith, snapshotOf } from '../support.ts'

const codes = (warnings: readonly { readonly code: string }[]) => warnings.map(({ code }) => code)

describe('dnsPolicy', () => {
  test.each<[string | undefined, readonly string[]]>([
    [undefined, []],
    ['ClusterFirst', []],
    ['Default', ['dns-policy']],
    ['None', ['dns-policy']],
    ['ClusterFirstWithHostNet', ['dns-policy']],
  ])('%s', (dnsPolicy, expected) => {
    const pod = podWith({}, {}, dnsPolicy === undefined ? {} : { dnsPolicy })
    expect(codes(injected(pod).warnings)).toEqual(expected)
  })
})

describe('a hold without its hook', () => {
  const hold = { mesh: { defaultConfig: { holdApplicationUntilProxyStarts: true } } }
  const lifecycle = ['global.proxy.lifecycle.preStop.exec.command[0]=sleep']
  const waiting = ['postStart.exec.command[0]=pilot-agent', 'postStart.exec.command[1]=wait']
  const inValues = waiting.map((value) => `global.proxy.lifecycle.${value}`)
  const own = (hook: JsonObject) => ({
    containers: [
      { name: 'app', image: 'app:1' },
      { name: 'istio-proxy', image: 'auto', lifecycle: { postStart: hook } },
    ],
  })

  test('is reported where the values replace the lifecycle, and says what asks for it', () => {
    const { warnings } = injected(podWith(), { snapshot: snapshotOf({ ...hold, set: lifecycle }) })
    expect(warnings).toEqual([
      {
        code: 'hold-without-hook',
        text: 'holdApplicationUntilProxyStarts (defaultConfig.holdApplicationUntilProxyStarts) has no effect: the lifecycle of the proxy has no postStart hook that runs pilot-agent wait. Add it, or make the proxy a native sidecar',
      },
    ])
  })

  test('is reported where the pod replaces it', () => {
    const pod = podWith({}, {}, own({ sleep: { seconds: 1 } }))
    expect(codes(injected(pod, { snapshot: snapshotOf(hold) }).warnings)).toEqual(['hold-without-hook'])
  })

  test.each([
    ['with the hook of the template', hold, {}],
    ['with the same hook in the values', { ...hold, set: inValues }, {}],
    [
      'with a hook that waits and does more',
      hold,
      own({ exec: { command: ['sh', '-c', 'pilot-agent wait && sleep 1'] } }),
    ],
    ['without a hold', { set: lifecycle }, {}],
    ['as a native sidecar', { ...hold, set: lifecycle, nativeSidecars: 'enabled' as const }, {}],
    ['for a gateway', { ...hold, set: lifecycle, config: { defaultTemplates: ['gateway'] } }, {}],
  ])('is not reported %s', (_, configuration, spec) => {
    expect(codes(injected(podWith({}, {}, spec), { snapshot: snapshotOf(configuration) }).warnings)).toEqual([])
  })
})
