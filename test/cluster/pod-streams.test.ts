import type { AddressInfo } from 'node:net'
import { connect as connectTls, createServer as createTlsServer } from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { connectExec } from '../../src/cluster/exec.ts'
import { connectPortForward } from '../../src/cluster/port-forward.ts'
import { connectPages } from '../../src/cluster/proxy.ts'
import { makeCa, makeLeaf } from '../../src/webhook/certificates/make.ts'
import { startApiServer } from '../support/api-server.ts'
import { servePods } from '../support/pod-streams.ts'

async function apiServer() {
  const server = await startApiServer()
  onTestFinished(() => server.close())
  return { server, options: { kubeconfig: server.kubeconfig, env: {}, userAgent: 'outrigger/1' } }
}

const target = { namespace: 'shop', pod: 'web', container: 'app' }

test('exec gives what a command printed, and says why one failed', async () => {
  const { server, options } = await apiServer()
  const long = 'x'.repeat(200_000)
  const asked: unknown[] = []
  servePods(server, {
    exec: (one) => {
      asked.push(one)
      return one.command[0] === 'cat' ? long : { stdout: 'half', failure: 'command terminated with exit code 1' }
    },
  })
  const exec = connectExec(options)
  expect(await exec(target, ['cat', '/a b', '--x=1&y'], 5000)).toEqual({ stdout: long, stderr: '', failure: undefined })
  expect(asked).toEqual([{ ...target, command: ['cat', '/a b', '--x=1&y'] }])
  const failed = { stdout: 'half', stderr: '', failure: 'command terminated with exit code 1' }
  expect(await exec(target, ['false'], 5000)).toEqual(failed)
  expect(server.requests.at(-1)).toMatchObject({ method: 'GET', userAgent: 'outrigger/1' })
})

test('exec says who refused, and waits for nobody', async () => {
  const { server, options } = await apiServer()
  const exec = connectExec(options)
  await expect(exec(target, ['cat'], 5000)).rejects.toMatchObject({
    name: 'KubeError',
    status: 403,
    message: 'cannot run cat in pod shop/web: forbidden by the API server',
  })
  const { open } = servePods(server, { exec: () => undefined })
  await expect(exec(target, ['cat'], 100)).rejects.toThrow('cannot run cat in pod shop/web: it took longer than 0.1 s')
  await expect.poll(open).toBe(0)
  server.upgrade = () => {}
  await expect(exec(target, ['cat'], 100)).rejects.toMatchObject({ name: 'KubeError', status: 0 })
  server.upgrade = (_, socket) => void socket.destroy()
  await expect(exec(target, ['cat'], 5000)).rejects.toMatchObject({ name: 'KubeError', status: 0 })
})

test('a forwarded port carries TLS, and an error of the kubelet breaks it off', async () => {
  const { server, options } = await apiServer()
  const ca = await makeCa('ca', new Date(), 1)
  const leaf = await makeLeaf(['web.shop.svc'], ca, new Date(), 1)
  const behind = createTlsServer({ cert: leaf.certificate, key: leaf.key }, (socket) => socket.pipe(socket))
  await new Promise<void>((resolve) => behind.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void behind.close())
  const { port } = behind.address() as AddressInfo
  servePods(server, { port: (pod, number) => (pod === 'shop/web' && number === 15017 ? port : undefined) })
  const forward = connectPortForward(options)
  const socket = await forward({ namespace: 'shop', pod: 'web', port: 15017 }, 5000)
  const tls = connectTls({ socket, servername: 'web.shop.svc', ca: [ca.certificate] })
  tls.write('x'.repeat(20_000))
  let echoed = 0
  for await (const chunk of tls) {
    echoed += chunk.length
    if (echoed === 20_000) break
  }
  expect([echoed, tls.authorized]).toEqual([20_000, true])
  socket.destroy()
  const refused = async () => {
    const broken = await forward({ namespace: 'shop', pod: 'web', port: 1 }, 5000)
    await new Promise((_, reject) => broken.on('error', reject))
  }
  await expect(refused()).rejects.toThrow('cannot connect to port 1 of pod shop/web: nothing listens on 1')
})

test('pages of the API server and of pods behind it', async () => {
  const { server, options } = await apiServer()
  server.pages.set('/version', { status: 200, body: '{"minor":"33"}' })
  const pod = '/api/v1/namespaces/shop/pods/web:15014/proxy'
  server.pages.set(`${pod}/debug/config`, { status: 200, body: '{}' })
  server.pages.set(`${pod}/gone`, { status: 404, body: 'nothing here\n' })
  const status = { kind: 'Status', message: 'error trying to reach service: EOF', reason: 'ServiceUnavailable' }
  server.pages.set(`${pod}/dead`, { status: 503, body: JSON.stringify(status) })
  const pages = connectPages(options)
  const limits = { timeoutMs: 5000 }
  const podPage = (path: string) => pages.podPage({ namespace: 'shop', pod: 'web', port: 15014, path }, limits)
  expect(await pages.page('/version', limits)).toBe('{"minor":"33"}')
  expect(await podPage('/debug/config')).toBe('{}')
  await expect(podPage('/gone')).rejects.toThrow('cannot get /gone of pod shop/web: HTTP 404')
  await expect(podPage('/dead')).rejects.toMatchObject({ status: 503, reason: 'ServiceUnavailable' })
})

test('pages wait for nobody', async () => {
  const { server, options } = await apiServer()
  server.faults.delayMs = 2000
  await expect(connectPages(options).page('/version', { timeoutMs: 100 })).rejects.toMatchObject({ reason: 'Timeout' })
})
