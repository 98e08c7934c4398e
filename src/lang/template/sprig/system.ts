/* What would reach out of a template: the environment by an allow-list, and functions that a webhook's template has no business with. */

import { own } from '../../json.ts'
import { FunctionError } from '../errors.ts'
import { define, type FunctionTable } from '../functions.ts'

/** Names and values that env and expandenv may read; any other name is the empty text. */
export type Environment = Readonly<Record<string, string>>

/** `$NAME` and `${NAME}` filled in; a `$` in front of anything else goes with it, as Go's os.Expand reads shell variables. */
export function expandEnv(text: string, lookup: (name: string) => string): string {
  return text.replace(
    /\$(?:\{([^}]*)\}|([*#$@!?-]|[0-9]|[A-Za-z_][A-Za-z0-9_]*)|\{)/g,
    (_, braced?: string, bare?: string) => {
      const name = braced ?? bare ?? ''
      return name === '' ? '' : lookup(name)
    },
  )
}

export function environmentFunctions(environment: Environment): FunctionTable {
  const lookup = (name: string): string => {
    return own(environment, name) ?? ''
  }
  return {
    env: define({ params: ['string'], call: lookup }),
    expandenv: define({ params: ['string'], call: (text) => expandEnv(text, lookup) }),
  }
}

/** Functions of sprig that are left out, with the reason that a template which calls one gets. */
const leftOut: Readonly<Record<string, string>> = {
  genPrivateKey: 'keys',
  genCA: 'certificates',
  genCAWithKey: 'certificates',
  genSelfSignedCert: 'certificates',
  genSelfSignedCertWithKey: 'certificates',
  genSignedCert: 'certificates',
  genSignedCertWithKey: 'certificates',
  buildCustomCert: 'certificates',
  bcrypt: 'password hashes',
  htpasswd: 'password hashes',
  derivePassword: 'passwords',
  encryptAES: 'encrypted texts',
  decryptAES: 'decrypted texts',
  getHostByName: 'addresses from DNS',
}

export const leftOutFunctions: FunctionTable = Object.fromEntries(
  Object.entries(leftOut).map(([name, product]) => [
    name,
    define({
      params: [],
      variadic: 'any',
      call: () => {
        throw new FunctionError(
          `${name} is not available here: templates don't make ${product}; give the value in the configuration instead`,
        )
      },
    }),
  ]),
)
