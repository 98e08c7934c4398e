import { expect, test } from 'vitest'
import { hostPortFault } from '../../../src/istio/mesh/host-port.ts'

test('accepts only HOST:PORT with a valid host and port', () => {
  const valid = [
    'a:1',
    'a.b-c.d:65535',
    'A.b.:80',
    '10.0.0.1:80',
    '[::1]:80',
    '[fe80::1%eth0]:80',
    'a1.b2:080',
    `${'a'.repeat(63)}:1`,
  ]
  for (const text of valid) expect.soft(hostPortFault(text), text).toBeUndefined()
  const names = [
    'a_b:1',
    '-a:1',
    'a-:1',
    'a..b:1',
    '.a:1',
    'a.1:1',
    '1:1',
    ':1',
    '1.2.3.256:1',
    `${'a'.repeat(64)}:1`,
    'a b:1',
    'a\n:1',
    '[a%b]:1',
    '*.a:1',
  ]
  const ports = [
    'a',
    'a:',
    'a:0',
    'a:65536',
    'a:x',
    'a:1 ',
    'a:-1',
    'a:1.0',
    'a:1\n',
    '::1:80',
    '[::1]',
    '[::1:80',
    'a]:1',
    '',
  ]
  for (const text of [...names, ...ports])
    expect.soft(hostPortFault(text)?.code, JSON.stringify(text)).toMatch(/^host-port-/)
})
