import { afterEach, beforeEach, expect, test } from 'vitest'
import { connect } from '../../src/cluster/connect.ts'
import { createEvents, type Events, type EventsOptions, maxMessageLength } from '../../src/cluster/events.ts'
import { kinds } from '../../src/cluster/kinds.ts'
import { type ApiServer, startApiServer } from '../support/api-server.ts'
import { pause } from '../support/wait.ts'

let server: ApiServer
const errors: string[] = []

beforeEach(async () => {
  server = await startApiServer()
  errors.length = 0
})

afterEach(() => server.close())

const subject = { kind: kinds.configMap, namespace: 'istio-system', name: 'istio', uid: 'u1', resourceVersion: '7' }
const rejected = { type: 'Warning', reason: 'ConfigurationRejected', message: 'policy: is wrong' } as const

function events(more: Partial<EventsOptions> = {}): Events {
  const client = connect({ kubeconfig: server.kubeconfig, env: {} })
  const onError: EventsOptions['onError'] = ({ message }) => errors.push(message)
  return createEvents({ client, component: 'outrigger', instance: 'pod-1', onError, ...more })
}

test('an Event says what happened, to which object and by whom', async () => {
  const one = events()
  one.record(subject, rejected)
  await one.close()
  expect(server.objects(kinds.event)).toMatchObject([
    {
      metadata: { namespace: 'istio-system', name: expect.stringMatching(/^istio\.[0-9a-f]{16}$/) },
      involvedObject: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'istio-system', name: 'istio', uid: 'u1' },
      ...rejected,
      source: { component: 'outrigger' },
      count: 1,
      firstTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    },
  ])
  expect(errors).toEqual([])
})

test('replicas that tell the same at once make one Event that counts, another fault another one', async () => {
  const replicas = [events(), events(), events()]
  for (const replica of replicas) replica.record(subject, rejected)
  for (const replica of replicas) replica.record(subject, { ...rejected, message: 'mesh: is wrong' })
  await Promise.all(replicas.map((replica) => replica.close()))
  expect(errors).toEqual([])
  expect(server.objects(kinds.event).map(({ message, count }) => [message, count])).toEqual([
    ['policy: is wrong', 3],
    ['mesh: is wrong', 3],
  ])
})

test('what one replica tells again and again is written now and then', async () => {
  const pauseMs = 300
  const one = events({ pauseMs })
  const began = performance.now()
  for (let told = 0; server.objects(kinds.event)[0]?.['count'] !== 3; told++) {
    one.record(subject, rejected)
    await one.close()
    await pause(told % 10)
  }
  expect(performance.now() - began).toBeGreaterThanOrEqual(2 * pauseMs)
})

test.each(['x', 'ü', '🚤'])('a long message of %s is cut to what the API server takes', async (letter) => {
  const one = events()
  one.record(subject, { ...rejected, message: letter.repeat(2000) })
  await one.close()
  const message = String(server.objects(kinds.event)[0]?.['message'])
  expect(message.endsWith(`${letter}...`)).toBe(true)
  expect(Buffer.byteLength(message)).toBeLessThanOrEqual(maxMessageLength)
  expect(Buffer.byteLength(message)).toBeGreaterThan(maxMessageLength - 5)
  expect(message.isWellFormed()).toBe(true)
})

test('an Event that may not be written is an error for the log, no more', async () => {
  const one = events()
  server.faults.next.push({ status: 403, path: /events/ })
  one.record(subject, rejected)
  one.record({ ...subject, uid: 'u2' }, rejected)
  await one.close()
  expect(errors).toEqual([expect.stringContaining('told to answer 403')])
  expect(server.objects(kinds.event)).toHaveLength(1)
})
