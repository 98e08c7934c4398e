import { checkClientAuthentication, type FollowedClients } from './clients.ts'
import { followFiles, readPemFile, type WatchTimes } from './follow.ts'
import { CertificateError } from './pair.ts'

export interface ClientCaOptions extends WatchTimes {
  readonly names: readonly string[]
  /** Called after each change of the file: without a reason when the new CA counts from now on. */
  readonly report: (reason: string | undefined) => void
}

/**
 * Client authentication by the CA in a file, whose changes are followed; while the file can't be used, the last good CA
 * counts. Throws a CertificateError when already the first one can't.
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
