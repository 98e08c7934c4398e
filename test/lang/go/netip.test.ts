import { expect, test } from 'vitest'
import { isCidr, isIp } from '../../../src/lang/go/netip.ts'

test('addresses', () => {
  const valid = [
    '0.0.0.0',
    '255.255.255.255',
    '::',
    '::1',
    '1::',
    '1:2:3:4:5:6:7:8',
    '1:2:3:4:5:6:7::',
    '::2:3:4:5:6:7:8',
  ]
  const mixed = ['::ffff:1.2.3.4', '1:2:3:4:5:6:1.2.3.4', 'fe80::1%eth0', 'ABCD:ef01::']
  for (const text of [...valid, ...mixed]) expect.soft(isIp(text), text).toBe(true)
  const invalid4 = [
    '',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '01.2.3.4',
    '1.2.3.4 ',
    '1.2.3.',
    '1.2.3.4%eth0',
    '1.2.3.-4',
    '1.2.3.4\n',
  ]
  const invalid6 = [
    ':',
    ':::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1::2::3',
    '12345::',
    'g::',
    '::1%',
    '::1.2.3',
    '1.2.3.4::',
    '::1\n',
  ]
  const more6 = ['1:2:3:4:5:6:7:1.2.3.4', '1:', ':1', '[::1]', 'fe80::1%a b', '1:2:3:4:5:6:7:8::']
  for (const text of [...invalid4, ...invalid6, ...more6]) expect.soft(isIp(text), JSON.stringify(text)).toBe(false)
})

test('CIDRs', () => {
  for (const text of ['10.0.0.0/8', '127.0.0.1/24', '0.0.0.0/0', '1.2.3.4/32', '::/0', '2001:db8::/32', '::1/128']) {
    expect.soft(isCidr(text), text).toBe(true)
  }
  const invalid = [
    '',
    '/',
    '10.0.0.0',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '10.0.0.0/+8',
    '10.0.0.0/-1',
    '10.0.0/8',
    '10.0.0.0/8/8',
  ]
  for (const text of [
    ...invalid,
    ' 10.0.0.0/8',
    '10.0.0.0/8 ',
    '::/129',
    'fe80::%eth0/64',
    '10.0.0.0/8\n',
    'bad',
    '*',
  ]) {
    expect.soft(isCidr(text), JSON.stringify(text)).toBe(false)
  }
})
