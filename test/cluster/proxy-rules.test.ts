import { expect, test } from 'vitest'
import { ConnectError } from '../../src/cluster/client.ts'
import { proxyFor } from '../../src/cluster/proxy-rules.ts'

const proxied = (server: string, noProxy: string) =>
  proxyFor(
    new URL(server),
    { name: 'c', proxyUrl: '' },
    { HTTPS_PROXY: 'p:1', HTTP_PROXY: 'p:1', NO_PROXY: noProxy },
  ) !== undefined

/* Go's httpproxy of golang.org/x/net v0.57.0 gives the same for each of these. */

test.each([
  ['https://api.example:6443', ['*', 'a.b, *', 'api.example', 'API.Example', 'example', '.example', '*.example']],
  ['https://api.example:6443', [' , other ,\tapi.example ', 'api.example:6443', 'api.example:', '.example:6443']],
  ['https://API.example', ['api.example', 'api.example:443']],
  ['http://api.example', ['api.example:80']],
  ['https://10.0.0.1', ['10.0.0.1', '10.0.0.1:443', '10.0.0.0/8', '10.0.0.1/32', '10.0.0.0/0', '::ffff:10.0.0.1']],
  ['https://[::ffff:10.0.0.1]', ['10.0.0.1', '10.0.0.0/8']],
  ['https://[fd00::1]', ['fd00::1', '[fd00::1]:443', 'fd00::/8', 'fd00:0:0::1']],
  ['https://kubernetes.default.svc', ['.svc,.cluster.local']],
  ['https://xn--bcher-kva.example', ['B\u00fccher.example', '.example']],
])('NO_PROXY: %s is reached directly', (server, lists) => {
  expect(lists.filter((list) => proxied(server, list))).toEqual([])
})

test.each([
  [
    'https://api.example:6443',
    ['', '*x', 'pi.example', 'api.example:443', ':6443', 'api.example:6443:1', '*.example:443'],
  ],
  [
    'https://api.example:6443',
    ['http://api.example', 'api.example other', '*.*.example', '.', '*.', '10.0.0.0/8', 'api.example/8'],
  ],
  ['https://example', ['.example', '*.example']],
  ['https://myexample', ['example']],
  ['https://10.0.0.1', ['10.0.0.1:6443', '10.0.0.0/33', '10.0.0.0/', '10.', '.1', '10.0.0', '11.0.0.0/8', '::/0']],
  ['https://[fd00::1]', ['[fd00::1]', '[fd00::1]:6443', '0.0.0.0/0', '[fd00::]/8']],
  ['https://0.0.0.0', ['']],
  ['https://localhost.', ['']],
  ['https://my.localhost', ['']],
])('NO_PROXY: %s is reached through the proxy', (server, lists) => {
  expect(lists.filter((list) => !proxied(server, list))).toEqual([])
})

test('this machine is never reached through the proxy of the environment', () => {
  const own = ['localhost', '127.0.0.1', '127.1.2.3', '[::1]', '[::ffff:127.0.0.1]'].map(
    (host) => `https://${host}:6443`,
  )
  expect(own.filter((server) => proxied(server, ''))).toEqual([])
})

test('which setting names the proxy, and how its URL may be written', () => {
  const server = new URL('https://api.example')
  const found = (env: Record<string, string>, proxyUrl = '', at = server) => {
    const proxy = proxyFor(at, { name: 'c', proxyUrl }, env)
    return proxy && `${proxy.setting}: ${proxy.url.protocol}//${proxy.url.host}`
  }
  const both = { HTTPS_PROXY: 'upper:1', https_proxy: 'lower:1', HTTP_PROXY: 'http:1', ALL_PROXY: 'all:1' }
  expect(found(both)).toBe('HTTPS_PROXY: http://upper:1')
  expect(found({ ...both, HTTPS_PROXY: '' })).toBe('https_proxy: http://lower:1')
  expect(found(both, '', new URL('http://api.example'))).toBe('HTTP_PROXY: http://http:1')
  expect(found({ ALL_PROXY: 'all:1' })).toBeUndefined()
  expect(found({ ...both, NO_PROXY: '', no_proxy: 'api.example' })).toBeUndefined()
  expect(found({ ...both, NO_PROXY: 'other', no_proxy: 'api.example' })).toBe('HTTPS_PROXY: http://upper:1')
  expect(found({ ...both, NO_PROXY: '*' }, 'socks5://s')).toBe('proxy-url of cluster "c": socks5://s')
  for (const [value, url] of [
    ['p', 'http://p'],
    ['user:hush@p:1', 'http://p:1'],
    ['[::1]:1', 'http://[::1]:1'],
    ['https://p', 'https://p'],
    ['HTTP://P:1', 'http://p:1'],
    ['socks5h://p:1', 'socks5h://p:1'],
  ] as const) {
    expect(found({ HTTPS_PROXY: value })).toBe(`HTTPS_PROXY: ${url}`)
  }
  for (const value of ['http://', 'ftp://u:hush@p', '://p', 'http://u:hush@p:x', 'p:x', 'file:///p']) {
    expect(() => found({ HTTPS_PROXY: value })).toThrow(ConnectError)
    expect(() => found({ HTTPS_PROXY: value })).not.toThrow('hush')
  }
})
