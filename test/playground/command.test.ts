import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { basename, dirname, join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { revisionConfiguration } from '../../src/istio/revisions/webhooks.ts'
import { readState } from '../../src/playground/state.ts'
import { bundle, type Running, start } from '../cli/bundle.ts'
import { folder } from '../cli/support.ts'
import { at } from '../istio/revisions/sets.ts'
import { startApiServer } from '../support/api-server.ts'

let main: string
beforeAll(async () => {
  main = await bundle()
  const page = join(dirname(main), 'playground')
  mkdirSync(page, { recursive: true })
  writeFileSync(join(page, 'index.html'), '<!doctype html><title>page</title>')
  writeFileSync(join(page, 'main.js'), 'export {}')
  writeFileSync(join(page, 'secret.key'), 'secret')
})

interface Response {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

function get(
  port: number,
  path: string,
  { host = `localhost:${port}`, method = 'GET', address = '127.0.0.1' } = {},
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: address, port, path, method, headers: { host }, agent: false }, (response) => {
      let body = ''
      response.on('data', (chunk: Buffer) => {
        body += chunk.toString()
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
    })
    sent.on('error', reject)
    sent.end()
  })
}

async function serving(
  args: readonly string[],
  files: Record<string, string> = {},
): Promise<Running & { readonly port: number }> {
  const running = start(main, ['playground', '--port', '0', ...args], folder(files))
  const [, port = ''] = await running.says(/http:\/\/localhost:(\d+)\//)
  return { ...running, port: Number(port) }
}

const pod = 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a}]}\n'

test('serves the page and the state given by flags, and exits on a signal', async () => {
  const { port, child, ended, output } = await serving(
    [
      '-f',
      'a.yaml',
      '-f',
      'b.yaml',
      '--mesh',
      'mesh.yaml',
      '--revision',
      'blue',
      '-n',
      'shop',
      '--set',
      'global.tag=7',
    ],
    { 'a.yaml': pod, 'b.yaml': pod.trimEnd(), 'mesh.yaml': 'rootNamespace: root # mine\n' },
  )
  const page = await get(port, '/')
  expect([page.status, page.headers['content-type'], page.body]).toEqual([
    200,
    'text/html; charset=utf-8',
    '<!doctype html><title>page</title>',
  ])
  expect(page.headers['x-content-type-options']).toBe('nosniff')
  expect(page.headers['content-security-policy']).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; worker-src 'self'; connect-src 'self'; " +
      "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  )
  expect((await get(port, '/main.js')).headers['content-type']).toBe('text/javascript; charset=utf-8')
  const initial = JSON.parse((await get(port, '/initial.json')).body)
  expect(readState(initial)).toEqual({ state: initial })
  expect(initial).toMatchObject({
    workload: `${pod}---\n${pod}`,
    mesh: 'rootNamespace: root # mine\n',
    config: '',
    settings: { revision: 'blue', nativeSidecars: '' },
    namespace: { name: 'shop' },
  })
  expect(initial.values).toContain('tag: 7')
  child.kill('SIGINT')
  expect(await ended).toMatchObject({ code: 0 })
  expect(output()).toBe(`The playground is at http://localhost:${port}/ (Ctrl+C to stop)\n`)
})

test('serves localhost only, and nothing but its own files', async () => {
  const { port } = await serving([])
  for (const host of ['localhost', `127.0.0.1:${port}`, `[::1]:${port}`])
    expect((await get(port, '/', { host })).status).toBe(200)
  for (const host of ['evil.example', `evil.example:${port}`, 'localhost.evil.example', 'localhost:1@evil.example']) {
    expect((await get(port, '/initial.json', { host })).status).toBe(403)
  }
  for (const path of [
    '/secret.key',
    '/../main.js',
    '/%2e%2e/main.js',
    '//index.html',
    '/__proto__',
    '/playground/index.html',
  ]) {
    const { status, headers } = await get(port, path)
    expect([path, status, headers['x-content-type-options']]).toEqual([path, 404, 'nosniff'])
  }
  expect((await get(port, '/', { method: 'POST' })).status).toBe(405)
  expect(await get(port, '/', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' })
  // 127.0.0.2 is this machine, too, but the server does not listen there.
  await expect(get(port, '/', { address: '127.0.0.2' })).rejects.toThrow(/ECONNREFUSED/)
})

test('--from-cluster loads what injection depends on from the cluster, and nothing else', async () => {
  const api = await startApiServer()
  try {
    const webhooks = revisionConfiguration(at('')) as object
    api.put({
      ...webhooks,
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingWebhookConfiguration',
    } as never)
    api.put({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'shop', labels: { 'istio-injection': 'enabled' } },
    })
    api.put({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'n1', labels: { secret: 'label' } },
      status: { nodeInfo: { kubeletVersion: 'v1.30.1' }, addresses: [{ address: '10.9.8.7' }] },
    })
    const data = { config: 'policy: disabled\n', values: 'global: {hub: h, tag: from-cluster}\n' }
    api.put({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'istio-sidecar-injector', namespace: 'istio-system' },
      data,
    })
    const mesh = { mesh: 'rootNamespace: istio-system\n' }
    api.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'istio', namespace: 'istio-system' }, data: mesh })
    const { port } = await serving(['--from-cluster', '--kubeconfig', api.kubeconfig])
    const initial = JSON.parse((await get(port, '/initial.json')).body)
    expect(initial).toMatchObject({ ...data, ...mesh, namespace: { name: '', labels: '' } })
    for (const text of ['kind: MutatingWebhookConfiguration', 'istio-injection: enabled', 'kubeletVersion: v1.30.1']) {
      expect(initial.cluster).toContain(text)
    }
    for (const text of ['10.9.8.7', 'secret', 'resourceVersion', 'caBundle', 'uid'])
      expect(initial.cluster).not.toContain(text)
  } finally {
    await api.close()
  }
})

test.each([
  ['an invalid port', ['--port', '70000'], /--port 70000: must be a number from 0 to 65535/],
  ['a missing file', ['-f', 'missing.yaml'], /missing\.yaml can't be read/],
  ['a missing configuration', ['--values', 'missing.yaml'], /missing\.yaml/],
])('fails with a message for %s', async (_, args, sentence) => {
  const { ended } = start(main, ['playground', ...args], folder({}))
  expect(await ended).toEqual({ code: 2, output: expect.stringMatching(sentence) })
})

test('the image, which has no page, reports where to find one', async () => {
  const image = folder({})
  cpSync(dirname(main), image, { recursive: true, filter: (path) => basename(path) !== 'playground' })
  const { ended } = start(join(image, 'main.mjs'), ['playground', '--port', '0'], folder({}))
  expect(await ended).toEqual({
    code: 2,
    output: expect.stringMatching(
      /does not include the playground, like the container image.*npx outrigger playground/s,
    ),
  })
})
