import { X509Certificate } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { folder, outrigger } from './support.ts'

test('make, show and check agree; a second make changes nothing', async () => {
  const cwd = folder({})
  const made = await outrigger(['certs', 'make', '--name', 'outrigger.mesh.svc'], '', { cwd })
  expect(made.stdout).toContain('created a CA and a certificate')
  const pem = readFileSync(join(cwd, 'certs/tls.crt'), 'utf8')
  expect(new X509Certificate(pem).checkHost('outrigger.mesh.svc')).toBe('outrigger.mesh.svc')
  expect(statSync(join(cwd, 'certs/tls.key')).mode & 0o077).toBe(0)
  const again = await outrigger(['certs', 'make', '--name', 'outrigger.mesh.svc'], '', { cwd })
  expect(again.stdout).toContain('already contains a certificate')
  expect(readFileSync(join(cwd, 'certs/tls.crt'), 'utf8')).toBe(pem)
  const shown = JSON.parse((await outrigger(['certs', 'show', '-o', 'json'], '', { cwd })).stdout)
  expect(shown.map((one: { role: string }) => one.role)).toEqual(['CA', 'serving'])
  expect(shown[1].names).toEqual(['localhost', '127.0.0.1', '::1', 'outrigger.mesh.svc'])
  expect(await outrigger(['certs', 'check'], '', { cwd })).toMatchObject({ code: 0, stderr: '' })
})

test('check finds a key that belongs to another certificate, and says what fixes it', async () => {
  const [cwd, other] = [folder({}), folder({})]
  for (const one of [cwd, other]) await outrigger(['certs', 'make'], '', { cwd: one })
  writeFileSync(join(cwd, 'certs/tls.key'), readFileSync(join(other, 'certs/tls.key')))
  const { code, stdout } = await outrigger(['certs', 'check'], '', { cwd })
  expect(code).toBe(1)
  expect(stdout).toContain('the key does not belong to the certificate')
  expect(stdout).toContain('outrigger certs make --dir certs')
  await outrigger(['certs', 'make'], '', { cwd })
  expect((await outrigger(['certs', 'check'], '', { cwd })).code).toBe(0)
})

test('a folder without certificates is a sentence', async () => {
  const { code, stderr } = await outrigger(['certs', 'show'])
  expect(code).toBe(2)
  expect(stderr).toContain("ca.crt can't be read: no such file or directory")
})
