import { expect, test } from 'vitest'
import { waitFor } from '../support/wait.ts'
import {
  apiServer,
  bundles,
  configuration,
  editSecret,
  fileOf,
  handshake,
  holdsJust,
  quick,
  startReplica,
} from '../webhook/certificates/support.ts'
import { startServer } from '../webhook/server/support.ts'

const minute = 60_000
const own = 'istio-sidecar-injector'

test('is not ready while the clock is past the expiry of the certificate, and ready again once it is set back', async () => {
  let offset = 0
  const server = await startServer({ now: () => new Date(Date.now() + offset) })
  expect(server.readiness().ready).toBe(true)
  offset = 20 * 24 * 60 * minute
  expect(server.readiness().conditions['certificate']).toMatch(/^the certificate expired at /)
  expect((await server.metrics())['outrigger_ready']).toBe(0)
  offset = -20 * 24 * 60 * minute
  expect(server.readiness().ready).toBe(true)
})

test('replaces the CA and the certificate when the clock jumps past the expiry of the CA', async () => {
  const api = await apiServer()
  api.put(configuration(own), 'helm')
  let offset = -3 * 60 * minute
  const { source, server, logged } = await startReplica(api, { now: () => new Date(Date.now() + offset) })
  const first = fileOf(api, 'ca.crt')
  await waitFor(() => holdsJust(api, own, first))
  await expect(handshake(server.webhookPort, first)).rejects.toMatchObject({ code: 'CERT_HAS_EXPIRED' })
  // The CA is valid for an hour. A change wakes the replica, which would otherwise sleep for minutes of real time.
  offset = 0
  editSecret(api, {}, { touched: 'now' })
  await waitFor(() => fileOf(api, 'ca.crt') !== first && source.current().pair.ca === fileOf(api, 'ca.crt'))
  await waitFor(() => holdsJust(api, own, fileOf(api, 'ca.crt')))
  expect(logged().flatMap(({ change }) => change ?? [])).toEqual(['found', 'replace'])
  await handshake(server.webhookPort, bundles(api, own)[0] ?? '')
})

test('replaces a certificate issued while the clock was ahead, once the clock is right again', async () => {
  const api = await apiServer()
  api.put(configuration(own), 'helm')
  let offset = 0
  const { source, server } = await startReplica(api, {
    now: () => new Date(Date.now() + offset),
    times: { ...quick, caLife: 24 * 60 * minute },
  })
  await waitFor(() => holdsJust(api, own, fileOf(api, 'ca.crt')))
  const jump = async (to: number) => {
    const before = source.current().pair.certificate
    offset = to
    editSecret(api, {}, { touched: String(to) })
    await waitFor(() => source.current().pair.certificate !== before)
  }
  await jump(2 * 60 * minute)
  await expect(handshake(server.webhookPort, bundles(api, own)[0] ?? '')).rejects.toMatchObject({
    code: 'CERT_NOT_YET_VALID',
  })
  await jump(0)
  await handshake(server.webhookPort, bundles(api, own)[0] ?? '')
})
