import { expect, test } from 'vitest'
import { isSameRelease, isSupportedSkew, minorText, versionOfImage, versionOfTag } from '../../src/istio/version.ts'

test.each([
  ['1.27.1', '1.27.1', '1.27'],
  ['v1.27.1', '1.27.1', '1.27'],
  ['1.27.1-distroless', '1.27.1-distroless', '1.27'],
  ['1.28-alpha.0123456789abcdef0123456789abcdef01234567', undefined, '1.28'],
  ['1.26.0-rc.1', '1.26.0-rc.1', '1.26'],
  ['1.24', '1.24', '1.24'],
])('the tag %s is a version', (tag, text, minor) => {
  const version = versionOfTag(tag)
  expect(version?.text).toBe(text ?? tag)
  expect(version && minorText(version)).toBe(minor)
})

test.each(['', 'latest', 'master', '0123abc', '1', '2026.01.15', '1.27x', 'release-1.27'])(
  'the tag %j is none',
  (tag) => {
    expect(versionOfTag(tag)).toBeUndefined()
  },
)

const digest = 'sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'

test.each([
  ['registry.istio.io/release/pilot:1.27.1', '1.27.1'],
  ['localhost:5000/istio/pilot:v1.26.0-debug', '1.26.0-debug'],
  [`pilot:1.25.3@${digest}`, '1.25.3'],
  [`pilot@${digest}`, undefined],
  ['localhost:5000/istio/pilot', undefined],
  ['pilot', undefined],
  ['', undefined],
])('the image %s has version %s', (image, text) => {
  expect(versionOfImage(image)?.text).toBe(text)
})

const version = (tag: string) => versionOfTag(tag) ?? expect.fail(`${tag} is not a version`)

test('variants of an image are the same release', () => {
  expect(isSameRelease(version('1.27.1'), version('1.27.1-distroless'))).toBe(true)
  expect(isSameRelease(version('1.27.1'), version('1.27.2'))).toBe(false)
})

test.each([
  ['1.27.1', '1.27.3', true],
  ['1.26.0', '1.27.0', true],
  ['1.25.9', '1.27.0', false],
  ['1.28.0', '1.27.0', false],
])('proxies %s with a control plane %s', (proxy, controlPlane, supported) => {
  expect(isSupportedSkew(version(proxy), version(controlPlane))).toBe(supported)
})
