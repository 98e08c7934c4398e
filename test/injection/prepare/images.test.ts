import { expect, test } from 'vitest'
import { images } from '../../../src/injection/prepare/images.ts'
import type { Json, JsonObject, StringMap } from '../../../src/lang/json.ts'
import { container, injected, podWith, snapshotOf } from '../support.ts'

const values = (global: { readonly [key: string]: Json }) => ({ global: { hub: 'hub', tag: '1.2', ...global } })

test.each<[string, JsonObject, string | undefined, string | undefined, string, string]>([
  ['hub, name and tag', values({}), undefined, undefined, 'hub/proxyv2:1.2', 'hub/proxyv2:1.2'],
  [
    'separate names',
    values({ proxy: { image: 'p' }, proxy_init: { image: 'i' } }),
    undefined,
    undefined,
    'hub/p:1.2',
    'hub/i:1.2',
  ],
  [
    'empty names',
    values({ proxy: { image: '' }, proxy_init: {} }),
    undefined,
    undefined,
    'hub/proxyv2:1.2',
    'hub/proxyv2:1.2',
  ],
  ['a number as tag', values({ tag: 1.1 }), undefined, undefined, 'hub/proxyv2:1.1', 'hub/proxyv2:1.1'],
  [
    'a large number as tag',
    values({ tag: 20240101 }),
    undefined,
    undefined,
    'hub/proxyv2:2.0240101e+07',
    'hub/proxyv2:2.0240101e+07',
  ],
  ['a variant', values({ variant: 'debug' }), undefined, undefined, 'hub/proxyv2:1.2-debug', 'hub/proxyv2:1.2-debug'],
  [
    'the type in the proxy configuration',
    values({ variant: 'debug' }),
    undefined,
    'distroless',
    'hub/proxyv2:1.2-distroless',
    'hub/proxyv2:1.2-debug',
  ],
  [
    'the type in the annotation',
    values({ variant: 'debug' }),
    'fips',
    'distroless',
    'hub/proxyv2:1.2-fips',
    'hub/proxyv2:1.2-fips',
  ],
  ['an empty annotation', values({ variant: 'debug' }), '', 'distroless', 'hub/proxyv2:1.2', 'hub/proxyv2:1.2'],
  [
    'a tag with a type',
    values({ tag: '1.2-distroless' }),
    'debug',
    undefined,
    'hub/proxyv2:1.2-debug',
    'hub/proxyv2:1.2-debug',
  ],
  [
    'a tag with the same type',
    values({ tag: '1.2-debug' }),
    'debug',
    undefined,
    'hub/proxyv2:1.2-debug',
    'hub/proxyv2:1.2-debug',
  ],
  [
    'a tag with a type, and none requested',
    values({ tag: '1.2-debug' }),
    undefined,
    undefined,
    'hub/proxyv2:1.2-debug',
    'hub/proxyv2:1.2-debug',
  ],
  [
    'default, which removes a type',
    values({ tag: '1.2-distroless' }),
    'default',
    undefined,
    'hub/proxyv2:1.2',
    'hub/proxyv2:1.2',
  ],
  ['default without a type', values({}), 'default', undefined, 'hub/proxyv2:1.2', 'hub/proxyv2:1.2'],
  [
    'a tag with an unknown type, which is kept',
    values({ tag: '1.2-rc1' }),
    'debug',
    undefined,
    'hub/proxyv2:1.2-rc1-debug',
    'hub/proxyv2:1.2-rc1-debug',
  ],
])('%s', (_, configuredValues, annotated, configured, proxy, init) => {
  const pod = podWith(annotated === undefined ? {} : { 'sidecar.istio.io/proxyImageType': annotated })
  const proxyConfig = configured === undefined ? {} : { image: { imageType: configured } }
  expect(images({ pod, proxyConfig, snapshot: { values: configuredValues } })).toEqual({ proxy, init })
})

test.each<[string, StringMap, readonly string[], string, string]>([
  [
    'the annotation with a slash, which is the whole image',
    { 'sidecar.istio.io/proxyImage': 'a/b:c' },
    [],
    'a/b:c',
    'a/b:c',
  ],
  [
    'the annotation with a slash, to which no type is added',
    { 'sidecar.istio.io/proxyImage': 'a/b:c', 'sidecar.istio.io/proxyImageType': 'debug' },
    [],
    'a/b:c',
    'a/b:c',
  ],
  [
    'the annotation without a slash, which has no effect',
    { 'sidecar.istio.io/proxyImage': 'own' },
    [],
    'registry.istio.io/release/proxyv2:1.27.1',
    'registry.istio.io/release/proxyv2:1.27.1',
  ],
  [
    'configured names with a slash',
    {},
    ['global.proxy.image=x/p:1', 'global.proxy_init.image=x/i:2'],
    'x/p:1',
    'x/i:2',
  ],
  [
    'the type in the proxy configuration',
    { 'proxy.istio.io/config': 'image: {imageType: debug}' },
    [],
    'registry.istio.io/release/proxyv2:1.27.1-debug',
    'registry.istio.io/release/proxyv2:1.27.1',
  ],
])('in an injected pod: %s', (_, annotations, set, proxy, init) => {
  const { pod } = injected(podWith(annotations), { snapshot: snapshotOf({ set }) })
  expect([container(pod, 'istio-proxy').image, container(pod, 'istio-init').image]).toEqual([proxy, init])
})
