import { expect, test } from 'vitest'
import { evaluate } from '../../src/playground/evaluate.ts'
import { examples } from '../../src/playground/examples.ts'
import { pictureFile, pictureSvg } from '../../src/playground/picture/svg.ts'
import type { PictureModel } from '../../src/playground/picture/types.ts'
import { emptyState, noSettings } from '../../src/playground/state.ts'

function picture(id: string) {
  const found = examples.find((example) => example.id === id)
  const drawn = found && evaluate(found.state).subjects[0]?.picture
  if (drawn === undefined) throw new Error(`${id} has no picture`)
  return drawn
}

const order = ({ steps }: PictureModel) => steps.map(({ name, kind, holds, position }) => [name, kind, holds, position])

test('shows containers in the order in which they start', () => {
  expect(order(picture('plain'))).toEqual([
    ['istio-init', 'init', '', 0],
    ['web', 'main', '', 1],
    ['istio-proxy', 'main', '', 1],
  ])
  expect(order(picture('held'))).toEqual([
    ['istio-init', 'init', '', 0],
    ['istio-proxy', 'main', 'postStart hook', 1],
    ['web', 'main', '', 2],
  ])
  expect(order(picture('native'))).toEqual([
    ['istio-init', 'init', '', 0],
    ['istio-proxy', 'native', 'startup probe', 1],
    ['web', 'main', '', 2],
  ])
  expect(order(picture('skipped'))).toEqual([['web', 'main', '', 0]])
})

test('shows captured and excluded traffic, and the ports of the proxy', () => {
  const { inbound, outbound, proxyPorts } = picture('probes')
  expect([inbound.mode, inbound.captured, outbound.captured]).toEqual(['REDIRECT', 'all ports', 'all addresses'])
  expect(inbound.items.map(({ text, captured, container }) => [text, captured, container])).toEqual([
    ['8080', true, 'web'],
    ['9090', false, 'web'],
  ])
  expect(outbound.items.map(({ kind, text, captured }) => [kind, text, captured])).toEqual([
    ['range', '10.20.0.0/16', false],
    ['port', '5432', false],
  ])
  expect(outbound.items[0]?.why).toBe('by annotation traffic.sidecar.istio.io/excludeOutboundIPRanges')
  expect(proxyPorts.map(({ port }) => port)).toEqual([15001, 15006, 15020, 15021, 15090])
  expect(picture('skipped').inbound).toEqual({ mode: '', captured: 'nothing', items: [] })
})

test('shows the path of each probe from the kubelet to the application', () => {
  const { probes } = picture('probes')
  expect(probes.map(({ probe, rewritten, after }) => [probe, rewritten, after])).toEqual([
    ['startupProbe', true, ['kubelet', 'agent: http port 15020 /app-health/web/startupz', 'web: tcp port http']],
    [
      'readinessProbe',
      true,
      ['kubelet', 'agent: http port 15020 /app-health/web/readyz', 'web: http port http /ready'],
    ],
    ['livenessProbe', false, ['kubelet', 'web: exec']],
    [
      'lifecycle.preStop',
      true,
      ['kubelet', 'agent: http port 15020 /app-lifecycle/web/prestopz', 'web: http port 8080 /drain'],
    ],
  ])
})

const hostile = `</text><script>alert("1")</script><img onerror='x'>&amp;\u0000]]>`

test('escapes everything in a pod', () => {
  const container = { name: hostile, image: 'a', readinessProbe: { httpGet: { path: `/${hostile}`, port: hostile } } }
  const metadata = { name: hostile, annotations: { [hostile]: hostile } }
  const workload = JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [container] } })
  const { subjects } = evaluate({ ...emptyState, workload, settings: noSettings })
  const { picture: drawn } = subjects[0] ?? {}
  if (drawn === undefined) throw new Error('no picture')
  const long = { ...drawn, title: `\ud800${hostile.repeat(50)}` }
  for (const svg of [
    pictureSvg(drawn),
    pictureSvg(drawn, 300),
    pictureFile(drawn),
    pictureSvg(long),
    pictureSvg(long, 300),
    pictureFile(long),
  ]) {
    const tags = [...svg.matchAll(/<\/?([a-z]+)/g)].map(([, tag = '']) => tag)
    expect(new Set(tags)).toEqual(
      new Set(
        ['svg', 'title', 'desc', 'g', 'rect', 'text', 'line', 'path', 'circle'].filter((tag) => tags.includes(tag)),
      ),
    )
    expect(svg.replaceAll(/<[^<>]*>/g, '')).not.toMatch(/[<>]/)
    expect((svg.match(/<[^<>]*>/g) ?? []).join('')).not.toMatch(/\son\w+=/)
    expect(svg).not.toMatch(/&(?!amp;|lt;|gt;|quot;|#39;)/)
    expect(svg.isWellFormed()).toBe(true)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: XML doesn't allow these.
    expect(svg).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/)
  }
})

test('a picture has a description, follows the theme of its page, and is self-contained as a file', () => {
  const model = picture('held')
  const [svg, file] = [pictureSvg(model), pictureFile(model)]
  expect(svg).toMatch(/^<svg [^>]*role="img" aria-labelledby="picture-title picture-text"/)
  expect(svg).toContain('istio-proxy (container, injected, the next wait for its postStart hook)')
  expect(svg).toContain('var(--ink')
  expect(file).toMatch(/^<\?xml /)
  expect(file).not.toContain('var(')
  for (const markup of [svg, file]) expect(markup).not.toMatch(/style=|<style|href/)
})

test('limits how many containers of a pod are drawn', () => {
  const containers = Array.from({ length: 200 }, (_, index) => ({ name: `c${index}`, image: 'a' }))
  const workload = JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec: { containers } })
  const model = evaluate({ ...emptyState, workload }).subjects[0]?.picture
  const svg = model === undefined ? '' : pictureSvg(model)
  expect(svg).toContain('more</text>')
  expect(svg.length).toBeLessThan(60_000)
})
