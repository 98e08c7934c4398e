import { execFile, execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, expect, test } from 'vitest'
import { defaultValues } from '../../src/config/defaults.ts'
import { mergeValues } from '../../src/lang/json-data.ts'
import { writeYaml } from '../../src/lang/yaml/write.ts'
import { waitFor } from '../support/wait.ts'
import { bundle, root, start } from './bundle.ts'
import { folder, outrigger } from './support.ts'

let main: string
beforeAll(async () => {
  main = await bundle()
})

const anyPorts = ['--port', '0', '--monitoring-port', '0', '--host', '127.0.0.1', '--drain-delay', '100ms']

/** A working folder with the example review; certificates are made in it. */
function workplace(files: Readonly<Record<string, string>> = {}): string {
  const cwd = folder(files)
  mkdirSync(join(cwd, 'examples'))
  cpSync(join(root, 'examples/pod-review.json'), join(cwd, 'examples/pod-review.json'))
  return cwd
}

function values(folder: string, tag: string): string {
  return writeYaml(mergeValues(defaultValues, { global: { hub: `registry.example.com/${folder}`, tag } }))
}

async function shell(line: string, cwd: string): Promise<string> {
  const { stdout } = await promisify(execFile)('bash', ['-c', line], { cwd })
  return stdout
}

test('the curl line that it prints gets the answer that `review` gives, and a signal ends it well', async () => {
  const cwd = workplace()
  const server = start(main, ['serve', ...anyPorts, '--log-format', 'text'], cwd)
  const [line] = await server.says(/curl .*\/inject$/m)
  expect(server.output()).toMatch(/proxy image +registry\.istio\.io\/release\/proxyv2:1\.27\.1\n/)
  expect(server.output()).toMatch(/webhook +https:\/\/127\.0\.0\.1:\d+\/inject\n/)
  const answer = JSON.parse(await shell(`${line} --silent --show-error --fail`, cwd))
  const offline = execFileSync(process.execPath, [main, 'review', 'examples/pod-review.json'], {
    cwd,
    encoding: 'utf8',
  })
  expect(answer).toEqual(JSON.parse(offline))
  server.child.kill('SIGTERM')
  expect((await server.ended).code).toBe(0)
})

test('a value changed in a file while it serves shows in the next review', async () => {
  const cwd = workplace({ 'values.yaml': values('one', '1') })
  const server = start(main, ['serve', ...anyPorts, '--values', 'values.yaml'], cwd)
  const { try: line, proxyImage } = JSON.parse((await server.says(/^.*"msg":"serving".*$/m))[0])
  expect(proxyImage).toBe('registry.example.com/one/proxyv2:1')
  const patch = async () => {
    const { response } = JSON.parse(await shell(`${line} --silent --show-error --fail`, cwd))
    return Buffer.from(response.patch, 'base64').toString()
  }
  expect(await patch()).toContain('registry.example.com/one/proxyv2:1')
  writeFileSync(join(cwd, 'values.yaml'), 'global: {hub: [\n')
  await server.says('configuration not reloaded, the last valid one is still served')
  expect(await patch()).toContain('registry.example.com/one/proxyv2:1')
  writeFileSync(join(cwd, 'values.yaml'), values('two', '2'))
  await server.says('configuration reloaded')
  expect(await patch()).toContain('registry.example.com/two/proxyv2:2')
  server.child.kill('SIGTERM')
  expect((await server.ended).code).toBe(0)
})

test('a template for something else than pods, brought by a reload, is logged once and stops nothing', async () => {
  const config = (mark: string, more = '') =>
    `injectedAnnotations: {mark: ${mark}}\ntemplates:\n  own: "metadata: {}"\n${more}`
  const waypoint = '  waypoint: |\n    metadata:\n      name: {{ .DeploymentName }}\n'
  const cwd = workplace({ 'config.yaml': config('one') })
  const server = start(main, ['serve', ...anyPorts, '--config', 'config.yaml'], cwd)
  const { try: line, monitoringPort } = JSON.parse((await server.says(/^.*"msg":"serving".*$/m))[0])
  const review = async (sample = 'examples/pod-review.json') =>
    JSON.parse(await shell(`${line.replace('examples/pod-review.json', sample)} --silent --show-error --fail`, cwd))
      .response
  const mark = async () => /mark":"(\w+)/.exec(Buffer.from((await review()).patch, 'base64').toString())?.[1]
  const reload = async (text: string, count: number) => {
    writeFileSync(join(cwd, 'config.yaml'), text)
    await waitFor(() => server.output().split('"configuration reloaded"').length > count)
  }
  expect(await mark()).toBe('one')
  await reload(config('two', waypoint), 1)
  expect(await mark()).toBe('two')
  await reload(config('three', waypoint), 2)
  expect(await mark()).toBe('three')
  const warnings = server
    .output()
    .split('\n')
    .filter((one) => one.includes('unusable-template'))
  expect(warnings.map((one) => JSON.parse(one))).toMatchObject([
    { level: 'warn', code: 'unusable-template', document: 'config.yaml', path: 'templates.waypoint', line: 6 },
  ])
  const status = JSON.parse(
    await shell(`curl --silent --show-error --fail http://127.0.0.1:${monitoringPort}/debug/config`, cwd),
  )
  expect(status.warnings).toMatchObject([{ code: 'unusable-template', path: 'templates.waypoint' }])
  const asking = JSON.parse(readFileSync(join(cwd, 'examples/pod-review.json'), 'utf8'))
  asking.request.object.metadata.annotations = { 'inject.istio.io/templates': 'waypoint' }
  writeFileSync(join(cwd, 'asking.json'), JSON.stringify(asking))
  const {
    allowed,
    status: { message },
  } = await review('asking.json')
  expect(allowed).toBe(false)
  expect(message).toContain(
    `names the template "waypoint", which can't be rendered for this pod: template: waypoint:2:12`,
  )
  server.child.kill('SIGTERM')
  expect((await server.ended).code).toBe(0)
})

test('a second signal ends it at once', async () => {
  const server = start(main, ['serve', ...anyPorts, '--drain-delay', '1m'], workplace())
  await server.says('"msg":"serving"')
  server.child.kill('SIGINT')
  await server.says('"msg":"shutting down"')
  server.child.kill('SIGINT')
  expect((await server.ended).code).toBe(1)
})

test('without a client certificate nobody is answered where --client-ca asks for one', async () => {
  const cwd = workplace()
  for (const dir of ['certs', 'clients']) await outrigger(['certs', 'make', '--dir', dir], '', { cwd })
  const names = ['--client-ca', 'clients/ca.crt', '--client-names', 'localhost']
  const server = start(main, ['serve', ...anyPorts, '--log-format', 'text', ...names], cwd)
  const [line] = await server.says(/curl .*\/inject$/m)
  expect(line).toContain('--cert client.crt --key client.key')
  const ours = line.replace('client.crt', 'clients/tls.crt').replace('client.key', 'clients/tls.key')
  expect(JSON.parse(await shell(`${ours} -sS --fail`, cwd)).response.allowed).toBe(true)
  const strangers = line.replace('client.crt', 'certs/tls.crt').replace('client.key', 'certs/tls.key')
  await expect(shell(`${strangers} -sS --fail`, cwd)).rejects.toThrow()
})

test('certificates from files serve under their own name', async () => {
  const cwd = workplace()
  const make = ['certs', 'make', '--dir', 'tls', '--name', 'outrigger.mesh.svc']
  await outrigger(make, '', { cwd })
  const files = ['--tls-cert', 'tls/tls.crt', '--tls-key', 'tls/tls.key', '--tls-ca', 'tls/ca.crt']
  const server = start(main, ['serve', ...anyPorts, ...files, '--tls-name', 'other.svc', '--log-format', 'text'], cwd)
  const [line] = await server.says(/curl .*\/inject$/m)
  expect(server.output()).toContain('the certificate tls/tls.crt is not valid for other.svc')
  expect(JSON.parse(await shell(`${line} -sS --fail`, cwd)).response.allowed).toBe(true)
})

test.each([
  ['a broken configuration', ['--config', 'broken.yaml'], 'broken.yaml'],
  ['a certificate that is none', ['--tls-cert', 'broken.yaml', '--tls-key', 'broken.yaml'], 'broken.yaml'],
  ['a certificate that is not there', ['--tls-cert', 'a.crt', '--tls-key', 'a.key'], 'a.crt'],
  ['half a certificate', ['--tls', 'files'], '--tls files requires both --tls-cert and --tls-key'],
  ['a port that is none', ['--port', '70000'], '--port 70000'],
  ['a time that is none', ['--drain-delay', 'soon'], '--drain-delay soon'],
  ['an unknown limit', ['--limit', 'speed=1'], 'the limits are bodyBytes'],
  ['client names without a CA', ['--client-names', 'a'], '--client-names requires --client-ca'],
  ['a flag of no command', ['--prot', '1'], 'Did you mean --port?'],
])('%s is a sentence and exit code 2', async (_, args, sentence) => {
  const cwd = workplace({ 'broken.yaml': 'templates: {sidecar: "{{ if }}"}\npolicy: 7\n' })
  const { code, stdout, stderr } = await outrigger(['serve', ...anyPorts, ...args], '', { cwd })
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain(sentence)
  expect(stderr).not.toMatch(/^ +at /m)
})

test('all faults of a configuration are told together', async () => {
  const cwd = workplace({ 'broken.yaml': 'templates: {sidecar: "{{ if }}"}\npolicy: 7\n' })
  const { code, output } = await start(main, ['serve', ...anyPorts, '--config', 'broken.yaml'], cwd).ended
  expect(code).toBe(2)
  expect(output).not.toMatch(/^ +at /m)
  expect(output).toContain('templates.sidecar')
  expect(output).toContain('policy')
})

test('a port in use is a sentence and exit code 2', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await new Promise((done) => other.once('listening', done))
  const address = other.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const { code, output } = await start(main, ['serve', ...anyPorts, '--port', String(port)], workplace()).ended
  other.close()
  expect(code).toBe(2)
  expect(output).toContain(`port ${port} of 127.0.0.1 is in use`)
  expect(output).not.toMatch(/^ +at /m)
})

test('commands work in a pipe: a reader that stops early is no fault', async () => {
  const cwd = folder({})
  const deployment = readFileSync(join(root, 'examples/deployment.yaml'), 'utf8')
  writeFileSync(join(cwd, 'many.yaml'), Array.from({ length: 100 }, () => deployment).join('---\n'))
  const line = `set -o pipefail; '${process.execPath}' '${main}' inject -f - < many.yaml | head -1`
  expect(await shell(line, cwd)).toBe("# A shop's front end, as it would stand in git: nothing of a mesh in it.\n")
})

test('a file that may not be read is a sentence', async () => {
  const cwd = folder({ 'secret.yaml': 'kind: Pod\n' })
  chmodSync(join(cwd, 'secret.yaml'), 0)
  const { code, output } = await start(main, ['inject', '-f', 'secret.yaml'], cwd).ended
  // Root may read everything.
  expect(output).toBe(
    process.getuid?.() === 0 ? 'kind: Pod\n' : "outrigger: secret.yaml can't be read: permission denied\n",
  )
  expect(code).toBe(process.getuid?.() === 0 ? 0 : 2)
})
