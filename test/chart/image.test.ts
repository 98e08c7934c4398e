import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, linkSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { kinds } from '../../src/cluster/kinds.ts'
import { tagConfiguration } from '../../src/istio/revisions/webhooks.ts'
import { type Json, lookup } from '../../src/lang/json.ts'
import { devCertificate } from '../../src/webhook/certificates/dev.ts'
import { startApiServer } from '../support/api-server.ts'
import { imageNodeFlags } from '../support/image-entrypoint.ts'
import { waitFor } from '../support/wait.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const build = 'scripts/build-image-root.mjs'
const folder = mkdtempSync(join(tmpdir(), 'outrigger-image-'))
const image = join(folder, 'image')
// Node may lie in a folder that the other user can't enter.
const node = join(folder, 'node')
// The user of the image; whoever isn't root is a user without rights already.
const user = process.getuid?.() === 0 ? { uid: 65532, gid: 65532 } : {}
// Nothing may be written, and no process or thread started: https://nodejs.org/api/permissions.html
const known = process.allowedNodeEnvironmentFlags
const permissions = [
  known.has('--permission') ? '--permission' : '--experimental-permission',
  '--allow-fs-read=*',
  ...(known.has('--allow-net') ? ['--allow-net'] : []),
]

beforeAll(() => {
  execFileSync(process.execPath, [build, image], { cwd: root, stdio: 'pipe' })
  chmodSync(folder, 0o755)
  try {
    linkSync(process.execPath, node)
  } catch {
    copyFileSync(process.execPath, node)
  }
  for (const name of readdirSync(image)) chmodSync(join(image, name), 0o444)
  chmodSync(image, 0o555)
})

afterAll(() => {
  chmodSync(image, 0o755)
  rmSync(folder, { recursive: true })
})

interface Running {
  readonly port: number
  /** SIGTERM; gives the exit code. */
  stop(): Promise<number | null>
}

/** The bundle alone, as the image runs it: another user, an empty environment, and no place to write to. */
async function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Running> {
  const flags = ['serve', '--port', '0', '--monitoring-port', '0', '--drain-delay', '0', '--log-format=json']
  const child = spawn(node, [...permissions, ...imageNodeFlags(), join(image, 'main.mjs'), ...flags, ...args], {
    ...user,
    cwd: image,
    env: { HOME: '/nonexistent', TMPDIR: '/nonexistent', NODE_ENV: 'production', ...env },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text
    })
  }
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  child.once('error', (error) => {
    output += error.message
  })
  const stop = () => {
    child.kill('SIGTERM')
    return ended
  }
  const ready = async () => {
    if (child.pid === undefined || child.exitCode !== null) throw new Error('it has ended')
    const [line = '{}'] = /^\{.*"msg":"serving".*$/m.exec(output) ?? []
    const { webhookPort, monitoringPort } = JSON.parse(line)
    if (monitoringPort === undefined) return undefined
    const { ok } = await fetch(`http://127.0.0.1:${monitoringPort}/healthz/ready`)
    return ok ? Number(webhookPort) : undefined
  }
  try {
    return { port: await waitFor(ready), stop }
  } catch (cause) {
    child.kill('SIGKILL')
    throw new Error(`the bundle did not become ready\n${output}`, { cause })
  }
}

/** What the pod of `helm test` prints, against a server of this machine. */
function helmTest(port: number, ca: string): string {
  const script = join(root, 'charts/outrigger/files/review.mjs')
  const env = { WEBHOOK_URL: `https://localhost:${port}/inject`, CA_FILE: ca }
  return execFileSync(process.execPath, [script], { env, encoding: 'utf8' })
}

test('the image is a bundle and licences: no packages, no sources, no keys', () => {
  const names = readdirSync(image)
  expect(names.filter((name) => !name.endsWith('.mjs'))).toEqual(['LICENSE', 'THIRD-PARTY-LICENSES'])
  expect(readFileSync(join(image, 'THIRD-PARTY-LICENSES'), 'utf8')).toMatch(/^fastify \d/m)
  const bundled = names.filter((name) => name.endsWith('.mjs')).map((name) => readFileSync(join(image, name), 'utf8'))
  const imported = bundled.flatMap((text) =>
    [...text.matchAll(/^(?:import|export)\b[^'"\n]*?from ["']([^"']+)["']/gm)].map(([, from = '']) => from),
  )
  expect(imported.filter((from) => !from.startsWith('./') && !isBuiltin(from))).toEqual([])
})

test('the Dockerfile runs the command that is tested here, and copies what it needs', () => {
  const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8')
  expect(dockerfile).toContain(`RUN node ${build} /image`)
  expect(dockerfile).toMatch(/^USER 65532:65532$/m)
  expect(dockerfile).toMatch(/^FROM \$\{BASE_IMAGE\}$/m)
  const ignored = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n')
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names = '']) => names.split(' '))
  for (const name of copied) {
    expect(existsSync(join(root, name)), name).toBe(true)
    expect(ignored, name).toContain(`!${name}`)
  }
})

test('the bundle alone serves from a folder that it can not write to, with a certificate from files', async () => {
  const certs = join(folder, 'certs')
  await devCertificate(certs, ['localhost'])
  chmodSync(certs, 0o755)
  for (const name of readdirSync(certs)) chmodSync(join(certs, name), 0o444)
  const running = await start(['--tls-cert', join(certs, 'tls.crt'), '--tls-key', join(certs, 'tls.key')])
  try {
    expect(helmTest(running.port, join(certs, 'ca.crt'))).toMatch(/injects, with a patch of \d+ operations/)
  } finally {
    expect(await running.stop()).toBe(0)
  }
})

test('the bundle alone reaches an API server, and manages its certificate and the caBundle there', async () => {
  const server = await startApiServer()
  try {
    const kubeconfig = join(folder, 'kubeconfig')
    copyFileSync(server.kubeconfig, kubeconfig)
    chmodSync(kubeconfig, 0o444)
    const service = { name: 'outrigger', namespace: 'mesh', path: '/inject', port: 443 }
    const own = { revision: '', tag: 'outrigger', injector: 'outrigger' } as const
    server.put(tagConfiguration({ ...own, namespace: 'mesh', clientConfig: { service } }))
    const running = await start(
      ['--kubeconfig', kubeconfig, '--tls=managed', '--service-name=outrigger', '--ca-secret=outrigger-ca'],
      { POD_NAMESPACE: 'mesh', POD_NAME: 'outrigger-0' },
    )
    try {
      const [secret] = server.objects(kinds.secret)
      const ca = lookup(secret, 'data', 'ca.crt')
      const [configuration] = server.objects(kinds.mutatingWebhookConfiguration)
      const webhooks = lookup(configuration, 'webhooks') as readonly Json[]
      expect(webhooks.map((webhook) => lookup(webhook, 'clientConfig', 'caBundle'))).toEqual(webhooks.map(() => ca))
    } finally {
      expect(await running.stop()).toBe(0)
    }
  } finally {
    await server.close()
  }
})
