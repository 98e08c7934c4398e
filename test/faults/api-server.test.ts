import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { kinds } from '../../src/cluster/kinds.ts'
import type { JsonObject } from '../../src/lang/json.ts'
import { bundle } from '../cli/bundle.ts'
import { startApiServer } from '../support/api-server.ts'
import { type ServerProcess, serveProcess } from './process.ts'
import { reviewOf, smallPod } from './support.ts'

let main: string
beforeAll(async () => {
  main = await bundle()
})

async function colour(server: ServerProcess): Promise<string | undefined> {
  const { status, text } = await server.post(reviewOf(smallPod))
  expect(status).toBe(200)
  const patch = Buffer.from(JSON.parse(text).response.patch, 'base64').toString()
  return /"name":"COLOUR","value":"(\w+)"/.exec(patch)?.[1]
}

test('keeps answering reviews whatever the API server does, from the last state it reported', async () => {
  const api = await startApiServer()
  onTestFinished(() => api.close())
  let version = 0
  const paint = (value: string): JsonObject => {
    const spec = { environmentVariables: { COLOUR: value, VERSION: String(++version) } }
    return api.put({ ...kinds.proxyConfig, metadata: { name: 'paint', namespace: 'shop' }, spec })
  }
  const first = paint('red')
  const server = await serveProcess(main, ['--kubeconfig', api.kubeconfig, '--drain-delay', '0'])
  expect(await colour(server)).toBe('red')

  const faults: readonly (() => void)[] = [
    () => {
      api.faults.delayMs = 300
    },
    () => {
      api.faults.twice = true
    },
    () => api.send(kinds.proxyConfig, { type: 'MODIFIED', object: first }),
    () => api.endWatches(),
    () => {
      for (let times = 0; times < 4; times++) api.faults.next.push({ status: 500 })
      api.reset()
    },
    () => {
      api.compact()
      api.reset()
    },
    () => {
      api.faults.goneAs = 'status'
      api.compact()
      api.endWatches()
    },
    () => api.send(kinds.proxyConfig, { type: 'SURPRISE', object: { metadata: {} } }),
  ]
  const colours = ['green', 'blue', 'white', 'black', 'grey', 'pink', 'brown', 'orange']
  for (const [index, fault] of faults.entries()) {
    const value = colours[index] ?? ''
    const before = await colour(server)
    const resume = api.hold()
    fault()
    // While the API server doesn't respond, reviews are answered from its last known state.
    for (let times = 0; times < 3; times++) expect(await colour(server)).toBe(before)
    resume()
    paint(value)
    await expect.poll(() => colour(server)).toBe(value)
    api.faults.delayMs = 0
    api.faults.twice = false
  }
  await expect.poll(() => server.monitoring('/healthz/ready')).toContain('"ready":true')
  server.running.child.kill('SIGTERM')
  expect((await server.running.ended).code).toBe(0)
})
