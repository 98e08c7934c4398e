import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { IncomingHttpHeaders } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { TLSSocket } from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { connect } from '../../src/cluster/connect.ts'
import { connectExec } from '../../src/cluster/exec.ts'
import { kinds } from '../../src/cluster/kinds.ts'
import type { JsonObject } from '../../src/lang/json.ts'
import { makeCa, makeLeaf } from '../../src/webhook/certificates/make.ts'
import { folder } from '../cli/support.ts'
import { acceptSocket } from '../support/web-socket.ts'

const ca = await makeCa('ca', new Date(), 1)
const leaf = await makeLeaf(['127.0.0.1', 'api.example'], ca, new Date(), 1)
const client = await makeLeaf(['someone'], ca, new Date(), 1)
const base64 = (text: string) => Buffer.from(text).toString('base64')

/** An API server of empty lists: who asked, and with which certificate. It takes only `accepted` as authorization. */
async function apiServer() {
  const asked: {
    readonly headers: IncomingHttpHeaders
    readonly subject: string | undefined
    readonly servername: unknown
  }[] = []
  const state = { asked, accepted: undefined as string | undefined, url: '' }
  const tls = {
    key: leaf.key,
    cert: leaf.certificate,
    ca: ca.certificate,
    requestCert: true,
    rejectUnauthorized: false,
  }
  const isRefused = ({ headers }: { headers: IncomingHttpHeaders }) =>
    state.accepted !== undefined && headers.authorization !== state.accepted
  const server = createServer(tls, (request, response) => {
    const socket = request.socket
    if (!(socket instanceof TLSSocket)) throw new Error('not TLS')
    const subject = socket.getPeerCertificate().subject?.CN
    asked.push({ headers: request.headers, subject: String(subject), servername: socket.servername })
    response.writeHead(isRefused(request) ? 401 : 200).end('{"items":[]}')
  })
  server.on('upgrade', (request, socket) => {
    if (isRefused(request)) return void socket.end('HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n')
    acceptSocket(request, socket).send(3, '{"status":"Success"}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  state.url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  return state
}

interface Given {
  readonly cluster?: JsonObject
  readonly user?: JsonObject
  readonly files?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** A kubeconfig as YAML is written by hand: relative paths, in a folder of its own. */
function kubeconfig({ url }: { readonly url: string }, { cluster, user = {}, files = {}, env = {} }: Given) {
  const home = folder({ ...files, 'ca.crt': ca.certificate })
  const content = {
    clusters: [{ name: 'c', cluster: { server: url, 'certificate-authority': 'ca.crt', ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [
      { name: 'x', context: { cluster: 'c', user: 'u' } },
      { name: 'unfinished', context: {} },
    ],
    'current-context': 'x',
  }
  writeFileSync(join(home, 'config'), JSON.stringify(content))
  const options = { kubeconfig: join(home, 'config'), env: { PATH: process.env['PATH'], ...env } }
  return { home, options, list: () => connect(options).list(kinds.node) }
}

test('a token file is read for each request, and takes precedence over a token', async () => {
  const server = await apiServer()
  const { home, options } = kubeconfig(server, {
    user: { tokenFile: 'token', token: 'static' },
    files: { token: 'first\n' },
  })
  const kube = connect(options)
  await kube.list(kinds.node)
  writeFileSync(join(home, 'token'), ' second ')
  await kube.list(kinds.node)
  expect(server.asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer first', 'Bearer second'])
  const missing = kubeconfig(server, { user: { tokenFile: 'nowhere' } })
  await expect(missing.list()).rejects.toThrow(/no credentials for https:.*no such file or directory.*nowhere/)
  const fallback = kubeconfig(server, { user: { tokenFile: 'nowhere', token: 'static' } })
  await fallback.list()
  expect(server.asked.at(-1)?.headers.authorization).toBe('Bearer static')
})

test('client certificates from files and from the kubeconfig, which takes precedence', async () => {
  const server = await apiServer()
  const data = {
    'client-certificate-data': base64(client.certificate),
    'client-key-data': base64(client.key),
  }
  const paths = { 'client-certificate': 'me.crt', 'client-key': 'me.key' }
  await kubeconfig(server, { user: data }).list()
  await kubeconfig(server, { user: paths, files: { 'me.crt': client.certificate, 'me.key': client.key } }).list()
  await kubeconfig(server, {
    user: { ...paths, ...data },
    cluster: { 'certificate-authority': 'nowhere', 'certificate-authority-data': base64(ca.certificate) },
  }).list()
  await kubeconfig(server, {}).list()
  expect(server.asked.map(({ subject }) => subject)).toEqual(['someone', 'someone', 'someone', 'undefined'])
})

test('says which certificate can\u2019t be used', async () => {
  const server = await apiServer()
  const { key } = await makeLeaf(['another'], ca, new Date(), 1)
  const pair = { 'client-certificate-data': base64(client.certificate), 'client-key-data': base64(key) }
  const fault = (given: Given) =>
    kubeconfig(server, given)
      .list()
      .then(String, (error: Error) => error.message.replaceAll(server.url, 'URL'))
  expect(await fault({ cluster: { 'certificate-authority': '', 'certificate-authority-data': 'aGVsbG8=' } })).toBe(
    'no credentials for URL: the certificate-authority of cluster "c" is not a PEM certificate',
  )
  expect(await fault({ user: pair })).toMatch(
    /^no credentials for URL: the client-certificate and client-key of user "u" can't be used: .*key values mismatch/,
  )
  expect(await fault({ user: { 'client-key-data': base64(key) } })).toMatch(/can't be used: one of the two is missing$/)
  expect(await fault({ cluster: { 'certificate-authority': '' } })).toMatch(
    /^cannot reach the API server URL: .*certificate/,
  )
})

test('tls-server-name is asked for and verified; insecure-skip-tls-verify verifies nothing', async () => {
  const server = await apiServer()
  await kubeconfig(server, { cluster: { 'tls-server-name': 'api.example' } }).list()
  expect(server.asked.at(-1)?.servername).toBe('api.example')
  await expect(kubeconfig(server, { cluster: { 'tls-server-name': 'other' } }).list()).rejects.toThrow(
    /other.* is not in/,
  )
  const skipped = { 'certificate-authority': '', 'insecure-skip-tls-verify': true, 'tls-server-name': 'other' }
  await kubeconfig(server, { cluster: skipped }).list()
})

test('users, passwords and impersonation', async () => {
  const server = await apiServer()
  const impersonated = {
    as: 'jane',
    'as-uid': '7',
    'as-groups': ['dev', 'ops'],
    'as-user-extra': { 'acme.com/project': ['p', 'q'] },
  }
  const { list, options } = kubeconfig(server, { user: { username: 'me', password: 'p', ...impersonated } })
  await list()
  expect(server.asked[0]?.headers).toMatchObject({
    authorization: `Basic ${base64('me:p')}`,
    'impersonate-user': 'jane',
    'impersonate-uid': '7',
    'impersonate-group': 'dev, ops',
    'impersonate-extra-acme.com%2fproject': 'p, q',
  })
  await connectExec(options)({ namespace: 'a', pod: 'b', container: 'c' }, ['true'], 5000)
})

const v1 = 'client.authentication.k8s.io/v1'

/** A plugin that is a script next to the kubeconfig: it notes each run, and prints what `status` evaluates to. */
function plugin(status: string, more: JsonObject = {}): { readonly user: JsonObject; readonly script: string } {
  const script = `#!${process.execPath}
    const { appendFileSync, readFileSync } = require('node:fs')
    const log = __dirname + '/runs'
    appendFileSync(log, process.env.KUBERNETES_EXEC_INFO + '\\n')
    const runs = readFileSync(log, 'utf8').trim().split('\\n').length
    const { apiVersion, kind } = JSON.parse(process.env.KUBERNETES_EXEC_INFO)
    console.log(JSON.stringify({ apiVersion, kind, status: ${status} }))`
  const exec = { apiVersion: v1, command: './bin/plugin.cjs', interactiveMode: 'IfAvailable', ...more }
  return { user: { exec }, script }
}

async function withPlugin(status: string, more: JsonObject = {}, given: Given = {}) {
  const server = await apiServer()
  const { user, script } = plugin(status, more)
  const found = kubeconfig(server, { user, ...given })
  mkdirSync(join(found.home, 'bin'))
  writeFileSync(join(found.home, 'bin', 'plugin.cjs'), script)
  chmodSync(join(found.home, 'bin', 'plugin.cjs'), 0o755)
  const runs = () =>
    readFileSync(join(found.home, 'bin', 'runs'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  return { server, ...found, runs }
}

test('a credential plugin runs once for all requests until its credential expires', async () => {
  const forever = await withPlugin('{ token: "t" + runs }')
  const kube = connect(forever.options)
  await Promise.all([kube.list(kinds.node), kube.list(kinds.node)])
  await kube.list(kinds.node)
  expect(forever.runs()).toEqual([{ apiVersion: v1, kind: 'ExecCredential', spec: { interactive: false } }])

  const brief = await withPlugin(
    '{ token: "t" + runs, expirationTimestamp: new Date(Date.now() + (runs === 1 ? -1 : 3.6e6)) }',
    {
      apiVersion: `${v1}beta1`,
    },
  )
  const second = connect(brief.options)
  for (let times = 0; times < 3; times++) await second.list(kinds.node)
  expect(brief.server.asked.map(({ headers }) => headers.authorization)).toEqual([
    'Bearer t1',
    'Bearer t2',
    'Bearer t2',
  ])
})

test('a credential that the API server refuses is replaced at once', async () => {
  const { server, options, runs } = await withPlugin('{ token: "t" + runs }')
  const kube = connect(options)
  await kube.list(kinds.node)
  server.accepted = 'Bearer t2'
  await Promise.all([kube.list(kinds.node), kube.list(kinds.node)])
  expect(runs()).toHaveLength(2)
  const exec = connectExec(options)
  server.accepted = 'Bearer t4'
  expect(await exec({ namespace: 'a', pod: 'b', container: 'c' }, ['true'], 5000)).toMatchObject({ failure: undefined })
  server.accepted = 'Bearer never'
  await expect(kube.list(kinds.node)).rejects.toMatchObject({ status: 401 })
  expect(runs()).toHaveLength(5)
})

test('a plugin gives a client certificate, and gets the cluster if it asks for it', async () => {
  const status = `{ clientCertificateData: process.env.CERT, clientKeyData: process.env.KEY }`
  const env = [
    { name: 'CERT', value: client.certificate },
    { name: 'KEY', value: client.key },
  ]
  const cluster = {
    'tls-server-name': 'api.example',
    extensions: [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'x' } }],
  }
  const { server, list, runs } = await withPlugin(status, { env, provideClusterInfo: true }, { cluster })
  await list()
  expect(server.asked[0]?.subject).toBe('someone')
  expect(runs()[0].spec.cluster).toEqual({
    server: server.url,
    'certificate-authority-data': base64(ca.certificate),
    'tls-server-name': 'api.example',
    config: { audience: 'x' },
  })
})

test('a token takes precedence over a plugin', async () => {
  const { user } = plugin('{}', { command: 'nowhere' })
  const server = await apiServer()
  await kubeconfig(server, { user: { ...user, token: 'static' } }).list()
  expect(server.asked[0]?.headers.authorization).toBe('Bearer static')
})

test('says in one sentence what is wrong with a plugin', async () => {
  const server = await apiServer()
  const fault = async (exec: JsonObject) => {
    const { list } = kubeconfig(server, { user: { exec: { apiVersion: v1, ...exec } } })
    const message = await list().then(String, (error: Error) => error.message)
    return message.replaceAll(process.execPath, 'NODE').replace(`no credentials for ${server.url}: `, '')
  }
  const script = (text: string, more: JsonObject = {}) =>
    fault({ command: process.execPath, args: ['-e', text], ...more })
  const prints = (status: string, apiVersion = v1) =>
    script(`console.log(JSON.stringify({ apiVersion: '${apiVersion}', kind: 'ExecCredential', status: ${status} }))`)
  expect({
    missing: await fault({ command: 'acme-login', installHint: 'Install it with: brew install acme-login\n' }),
    noHint: await fault({ command: 'acme-login' }),
    noCommand: await fault({}),
    old: await fault({ command: 'acme-login', apiVersion: 'client.authentication.k8s.io/v1alpha1' }),
    terminal: await fault({ command: 'acme-login', interactiveMode: 'Always' }),
    failed: await script('console.error("log in first"); process.exit(3)'),
    silent: await script('process.exit(3)'),
    killed: await script('process.kill(process.pid)'),
    text: await script('console.log("hello")'),
    endless: await script('setInterval(() => console.log("x".repeat(1e5)))'),
    status: await prints('undefined'),
    key: await prints('{ clientCertificateData: "x" }'),
    version: await prints('{ token: "t" }', `${v1}beta1`),
  }).toMatchInlineSnapshot(`
    {
      "endless": "credential plugin NODE printed more than 1 MiB",
      "failed": "credential plugin NODE exited with code 3: log in first",
      "key": "credential plugin NODE returned a client certificate without its key",
      "killed": "credential plugin NODE was ended by SIGTERM",
      "missing": "credential plugin acme-login was not found. Install it with: brew install acme-login",
      "noCommand": "the exec section of the user has no command",
      "noHint": "credential plugin acme-login was not found",
      "old": "credential plugin acme-login: apiVersion must be one of client.authentication.k8s.io/v1, client.authentication.k8s.io/v1beta1, not "client.authentication.k8s.io/v1alpha1"",
      "silent": "credential plugin NODE exited with code 3",
      "status": "credential plugin NODE returned neither a token nor a client certificate",
      "terminal": "credential plugin acme-login needs a terminal (interactiveMode: Always)",
      "text": "credential plugin NODE returned no ExecCredential",
      "version": "credential plugin NODE returned apiVersion "client.authentication.k8s.io/v1beta1" instead of "client.authentication.k8s.io/v1"",
    }
  `)
})
