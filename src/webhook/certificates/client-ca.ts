import { checkClientAuthentication, type FollowedClients } from './clients.ts'
import { followFiles, readPemFile, type WatchTimes } from './follow.ts'
import { CertificateError } from './pair.ts'

export interface ClientCaOptions extends WatchTimes {
  readonly names: readonly string[]
  /** Called after each change of the file: with the reason if the new CA is invalid. */
  readonly report: (reason: string | undefined) => void
}

/**
 * Client authentication with the CA in a file, which is watched for changes; while the file is invalid, the last valid CA
 * is used. Throws a CertificateError if the first one is invalid.
 */
export function clientsFromFile(file: string, { names, report, ...times }: ClientCaOptions): FollowedClients {
  const listeners: ((ca: string) => void)[] = []
  const followed = followFiles({
    ...times,
    files: [file],
    read: () => readCa(file, names),
    isSame: (one, other) => one === other,
    onGood: (ca) => {
      for (const listener of listeners) listener(ca)
      report(undefined)
    },
    onBad: report,
  })
  return {
    ca: followed.current(),
    names,
    onChange: (listener) => listeners.push(listener),
    close: followed.close,
  }
}

function readCa(file: string, names: readonly string[]): string {
  const ca = readPemFile(file)
  try {
    checkClientAuthentication({ ca, names }, new Date())
    return ca
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error
    throw new CertificateError(`the client CA ${file} cannot be used: ${error.message}`)
  }
}
