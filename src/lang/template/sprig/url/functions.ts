/* URLs as dictionaries of their parts. */

import { FunctionError } from '../../errors.ts'
import { define, type FunctionTable } from '../../functions.ts'
import { type GoMap, getKey, kindOf } from '../../value.ts'
import { counted } from '../counted.ts'
import { nilPointerError } from '../go-errors.ts'
import { hostname, joinUrl, parseUrl, type User, userText } from './parse.ts'

function urlParse(text: string): GoMap {
  const url = explained('unable to parse url', () => parseUrl(text))
  return {
    scheme: url.scheme,
    host: url.host,
    hostname: hostname(url),
    path: url.path,
    query: url.query,
    opaque: url.opaque,
    fragment: url.fragment,
    userinfo: userText(url.user),
  }
}

function textOf(parts: GoMap, key: string): string {
  if (!Object.hasOwn(parts, key)) return ''
  const value = getKey(parts, key)
  if (value === null || value === undefined) throw nilPointerError()
  if (typeof value === 'string') return value
  throw new FunctionError(`unable to parse ${key} key, must be of type string, but ${kindOf(value)} found`)
}

function userOf(userinfo: string): User | null {
  if (userinfo === '') return null
  return explained('unable to parse userinfo in dict', () => parseUrl(`proto://${userinfo}@host`)).user
}

function explained<T>(what: string, call: () => T): T {
  try {
    return call()
  } catch (error) {
    throw error instanceof FunctionError ? new FunctionError(`${what}: ${error.message}`) : error
  }
}

export const urlFunctions: FunctionTable = {
  urlParse: define({ params: ['string'], call: urlParse }),
  urlJoin: counted(
    define({
      params: ['map'],
      call: (parts) =>
        joinUrl({
          scheme: textOf(parts, 'scheme'),
          host: textOf(parts, 'host'),
          path: textOf(parts, 'path'),
          query: textOf(parts, 'query'),
          opaque: textOf(parts, 'opaque'),
          fragment: textOf(parts, 'fragment'),
          user: userOf(textOf(parts, 'userinfo')),
        }),
    }),
  ),
}
