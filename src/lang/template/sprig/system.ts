/* Access to the system: an environment of listed variables, and functions that templates must not have. */

import { own } from '../../json.ts'
import { FunctionError } from '../errors.ts'
import { define, type FunctionTable } from '../functions.ts'

/** The variables that env and expandenv may read; others are empty. */
export type Environment = Readonly<Record<string, string>>

/** Expands `$NAME` and `${NAME}` like Go's os.Expand; a `$` before anything else is removed. */
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

/** Unsupported functions of sprig, with what they would create. */
const unsupported: Readonly<Record<string, string>> = {
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
  encryptAES: 'encrypted data',
  decryptAES: 'decrypted data',
  getHostByName: 'addresses from DNS',
}

export const unsupportedFunctions: FunctionTable = Object.fromEntries(
  Object.entries(unsupported).map(([name, product]) => [
    name,
    define({
      params: [],
      variadic: 'any',
      call: () => {
        throw new FunctionError(
          `${name} is not available here: templates can't create ${product}; put the value in the configuration instead`,
        )
      },
    }),
  ]),
)
