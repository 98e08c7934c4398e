import { X509Certificate } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { clientsFromFile } from '../../../src/webhook/certificates/client-ca.ts'
import { devCertificate, devCertificateFiles, devCertificateSource } from '../../../src/webhook/certificates/dev.ts'
import { certificateFromFiles } from '../../../src/webhook/certificates/files.ts'
import { makeCa, makeLeaf } from '../../../src/webhook/certificates/make.ts'
import { checkPair, describeCertificate, missingNames } from '../../../src/webhook/certificates/pair.ts'
import type { CertificateReport } from '../../../src/webhook/certificates/source.ts'
import { waitFor } from '../../support/wait.ts'
import { ca, keepAliveAgent, leaf, openSocket, post, reviewOf, startServer } from './support.ts'

const day = 24 * 60 * 60 * 1000

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'outrigger-certificates-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** Replaces a folder by a file; returns false if somebody wrote there meanwhile. */
function replaceByFile(path: string): boolean {
  try {
    rmSync(path, { recursive: true, force: true })
    writeFileSync(path, '')
    return true
  } catch {
    return false
  }
}

describe('a pair', () => {
  test('is described', () => {
    const description = describeCertificate(leaf.certificate)
    expect(description).toMatchObject({
      subject: 'CN=localhost',
      issuer: 'CN=Test CA',
      names: ['localhost', '127.0.0.1'],
      isCa: false,
    })
    expect(description.notAfter.getTime()).toBeGreaterThan(Date.now() + 9 * day)
    expect(missingNames(description, ['localhost', 'webhook.istio-system.svc'])).toEqual(['webhook.istio-system.svc'])
    expect(
      missingNames({ ...description, names: ['*.example.org', '::1'] }, ['a.example.org', 'b.a.example.org', '::1']),
    ).toEqual(['b.a.example.org'])
  })

  test('that cannot be served is rejected with the reason', async () => {
    const now = new Date()
    const otherCa = await makeCa('Other CA', now, 1)
    const other = await makeLeaf(['localhost'], otherCa, now, 1)
    expect(() => checkPair({ ...leaf, certificate: 'x' }, now)).toThrow('it contains no certificate')
    expect(() => checkPair({ ...leaf, certificate: leaf.certificate.replace(/M/g, '*') }, now)).toThrow(
      'not a PEM certificate',
    )
    expect(() => checkPair({ ...leaf, key: leaf.key.slice(0, 60) }, now)).toThrow('the key is not a PEM private key')
    expect(() => checkPair({ ...leaf, key: other.key }, now)).toThrow('the key does not belong to the certificate')
    expect(() => checkPair(leaf, new Date(Date.now() + 11 * day))).toThrow('it expired at')
    expect(() => checkPair(leaf, new Date(Date.now() - day))).toThrow('it is not valid before')
    expect(() => checkPair({ ...leaf, ca: otherCa.certificate }, now)).toThrow(
      'not signed by the given CA (its issuer is CN=Test CA)',
    )
    expect(checkPair({ ...leaf, certificate: leaf.certificate + ca.certificate }, now)).toMatchObject({
      subject: 'CN=localhost',
    })
  })
})

// The object identifier 1.2.840.10045.4.3.2 of RFC 5758, in DER.
const ecdsaWithSha256 = Buffer.from('06082a8648ce3d040302', 'hex')

describe('development certificates', () => {
  test('are created once, for all names, with keys that only the owner can read', async () => {
    const path = join(folder(), 'certs')
    const created = await devCertificate(path, ['outrigger.istio-system.svc'])
    expect(created.made).toBe('a CA and a certificate')
    expect(created.description.names).toEqual(['localhost', '127.0.0.1', '::1', 'outrigger.istio-system.svc'])
    const files = devCertificateFiles(path)
    for (const key of [files.key, files.caKey]) expect(statSync(key).mode & 0o777).toBe(0o600)
    expect(readFileSync(join(path, '.gitignore'), 'utf8')).toBe('*\n')
    const leaf = new X509Certificate(readFileSync(files.certificate))
    expect(leaf.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1')
    expect(leaf.raw.includes(ecdsaWithSha256)).toBe(true)
    expect(leaf.verify(new X509Certificate(readFileSync(files.ca)).publicKey)).toBe(true)
    expect(await devCertificate(path, [])).toMatchObject({ made: undefined, pair: created.pair })
  })

  test('are recreated when a name is missing, when they expire, or when they are broken; the CA is kept', async () => {
    const path = folder()
    const files = devCertificateFiles(path)
    const first = await devCertificate(path)
    const named = await devCertificate(path, ['a.example.org'])
    expect(named).toMatchObject({ made: 'a certificate', pair: { ca: first.pair.ca } })
    const later = await devCertificate(path, [], new Date(Date.now() + 360 * day))
    expect(later).toMatchObject({ made: 'a certificate', pair: { ca: first.pair.ca } })
    writeFileSync(files.key, 'half')
    expect(await devCertificate(path, [], new Date(Date.now() + 360 * day))).toMatchObject({ made: 'a certificate' })
    writeFileSync(files.ca, 'half')
    expect(await devCertificate(path)).toMatchObject({ made: 'a CA and a certificate' })
  })

  test('are shared by all processes that start at once', async () => {
    const path = join(folder(), 'certs')
    const all = await Promise.all(Array.from({ length: 5 }, () => devCertificate(path)))
    expect(new Set(all.map(({ pair }) => pair.certificate)).size).toBe(1)
    expect(all.filter(({ made }) => made !== undefined)).toHaveLength(1)
  })

  test('are renewed while they are served, when they are about to expire', async () => {
    const path = folder()
    let ago = 360 * day
    const reports: CertificateReport[] = []
    const source = await devCertificateSource(path, {
      report: (report) => reports.push(report),
      lookMs: 20,
      now: () => new Date(Date.now() - ago),
    })
    onTestFinished(() => source.close())
    const server = await startServer({ certificates: source })
    const { certificate, ca: devCa = '' } = source.current().pair
    const call = async () => (await post(server.webhookPort, reviewOf(), { ca: devCa })).status
    expect(await call()).toBe(200)
    ago = 0
    await waitFor(() => source.current().pair.certificate !== certificate)
    expect(source.current().pair.ca).toBe(devCa)
    expect(reports).toMatchObject([{ result: 'success' }])
    expect(await call()).toBe(200)
    // The source may be writing there at this moment.
    await waitFor(() => replaceByFile(path))
    const failure = await waitFor(() => reports.find(({ result }) => result === 'error'))
    expect(failure).toMatchObject({ reason: expect.stringContaining('cannot be created in') })
    expect(source.current().pair.ca).toBe(devCa)
  })

  test('report the folder in which they cannot be created', async () => {
    const file = join(folder(), 'file')
    writeFileSync(file, '')
    await expect(devCertificate(file)).rejects.toThrow(`development certificates cannot be created in ${file}: `)
  })
})

describe('certificates from files', () => {
  /** Files as Kubernetes mounts a Secret: symlinks into `..data`, which is a symlink itself and is replaced. */
  function mount(path: string) {
    let version = 0
    const swap = (pair: { certificate: string; key: string }) => {
      const data = `..version-${++version}`
      mkdirSync(join(path, data))
      writeFileSync(join(path, data, 'tls.crt'), pair.certificate)
      writeFileSync(join(path, data, 'tls.key'), pair.key)
      symlinkSync(data, join(path, '..data_tmp'))
      renameSync(join(path, '..data_tmp'), join(path, '..data'))
    }
    swap(leaf)
    for (const name of ['tls.crt', 'tls.key']) symlinkSync(join('..data', name), join(path, name))
    return swap
  }

  function watched(path: string, pollMs = 60_000) {
    const reports: CertificateReport[] = []
    const files = { certificate: join(path, 'tls.crt'), key: join(path, 'tls.key') }
    const source = certificateFromFiles(files, { report: (report) => reports.push(report), settleMs: 20, pollMs })
    onTestFinished(() => source.close())
    return { source, reports }
  }

  test('are served without a restart when they change: open connections stay, new ones see the new certificate', async () => {
    const path = folder()
    const swap = mount(path)
    const { source } = watched(path)
    const server = await startServer({ certificates: source })
    const agent = keepAliveAgent()
    await post(server.webhookPort, reviewOf(), { agent })
    const next = await makeLeaf(['localhost', '127.0.0.1', 'new.example.org'], ca, new Date(), 5)
    swap(next)
    await waitFor(() => source.current().pair.certificate === next.certificate)
    expect((await post(server.webhookPort, reviewOf(), { agent })).status).toBe(200)
    expect((await server.metrics())['outrigger_connections']).toBe(1)
    const socket = await openSocket(server.webhookPort)
    expect(socket.getPeerCertificate().subjectaltname).toContain('new.example.org')
  })

  test('are reported once if invalid, and the last valid pair is still served', async () => {
    const path = folder()
    const swap = mount(path)
    const { source, reports } = watched(path, 50)
    const other = await makeLeaf(['localhost'], ca, new Date(), 5)
    swap({ certificate: leaf.certificate, key: other.key })
    await waitFor(() => reports.length === 1)
    expect(reports[0]).toMatchObject({
      result: 'error',
      reason: expect.stringContaining('the key does not belong to the certificate'),
    })
    const expired = await makeLeaf(['localhost'], ca, new Date(Date.now() - 5 * day), 1)
    swap(expired)
    await waitFor(() => reports.length === 2)
    expect(reports[1]).toMatchObject({ result: 'error', reason: expect.stringContaining('it expired at') })
    rmSync(join(path, 'tls.key'))
    await waitFor(() => reports.length === 3)
    expect(reports[2]).toMatchObject({ result: 'error', reason: expect.stringContaining('tls.key cannot be read') })
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(reports).toHaveLength(3)
    expect(source.current().pair.certificate).toBe(leaf.certificate)
    symlinkSync(join('..data', 'tls.key'), join(path, 'tls.key'))
    swap(other)
    await waitFor(() => reports.length === 4)
    expect(reports[3]?.result).toBe('success')
    expect(source.current().pair.certificate).toBe(other.certificate)
  })

  test('throw an error that names the file if they are invalid at the start', () => {
    expect(() => watched(folder())).toThrow(/tls\.crt cannot be read/)
  })
})

describe('the client CA', () => {
  test('is reloaded: accepts clients with a certificate of the new CA, and no longer those of the old one', async () => {
    const path = folder()
    const file = join(path, 'ca.crt')
    const [oldCa, newCa] = await Promise.all(['Old', 'New'].map((name) => makeCa(name, new Date(), 1)))
    if (oldCa === undefined || newCa === undefined) throw new Error('no CAs')
    const [old, fresh] = await Promise.all(
      [oldCa, newCa].map((signer) => makeLeaf(['apiserver'], signer, new Date(), 1)),
    )
    writeFileSync(file, oldCa.certificate)
    const reports: (string | undefined)[] = []
    const clients = clientsFromFile(file, {
      names: ['apiserver'],
      report: (reason) => reports.push(reason),
      settleMs: 20,
    })
    onTestFinished(() => clients.close())
    const server = await startServer({ clients })
    const call = async (pair: typeof old) =>
      post(server.webhookPort, reviewOf(), { cert: pair?.certificate, key: pair?.key }).then(
        ({ status }) => status,
        () => 'refused',
      )
    expect([await call(old), await call(fresh)]).toEqual([200, 'refused'])
    writeFileSync(file, 'half')
    await waitFor(() => reports.length === 1)
    expect(reports[0]).toMatch(/the client CA .*ca.crt cannot be used: it is not a PEM certificate/)
    expect(await call(old)).toBe(200)
    writeFileSync(file, newCa.certificate)
    await waitFor(() => reports.length === 2)
    expect([await call(old), await call(fresh)]).toEqual(['refused', 200])
  })

  test('throws an error that names the file if it is invalid at the start', () => {
    const file = join(folder(), 'ca.crt')
    expect(() => clientsFromFile(file, { names: [], report: () => {} })).toThrow(`${file} cannot be read`)
  })
})
