import type { StringMap } from '../../lang/json.ts'

/** The store of the CA that all replicas share: one record with compare-and-swap. */
export interface CaStore {
  /** The location, for messages. */
  readonly place: string
  /** The command that requests a new CA. */
  readonly renewCommand: string
  /** Reads the record, uncached; undefined if there is none. Rejects if the store can't be read. */
  read(): Promise<StoredCa | undefined>
  /** Returns false if there is a record already. Rejects if the store returns an error. */
  create(record: CaRecord): Promise<boolean>
  /** Replaces the record that was read; returns false if it was changed or removed in the meantime. */
  replace(version: string, record: CaRecord): Promise<boolean>
  /** Calls back with the record after each change. */
  onChange(listener: (stored: StoredCa | undefined) => void): void
  close(): Promise<void>
}

export interface StoredCa {
  readonly record: CaRecord
  readonly version: string
}

/** The stored strings, which may contain anything. */
export interface CaRecord {
  /** PEM by file name: see `caFiles`. */
  readonly files: StringMap
  /** By the keys of `caNotes`. */
  readonly notes: StringMap
}

/** The files of a record: the active, the next and the previous CAs. */
export const caFiles = {
  certificate: 'ca.crt',
  key: 'ca.key',
  nextCertificate: 'next.crt',
  nextKey: 'next.key',
  previous: 'previous.crt',
} as const

/** `promoted-at`: when the last of the previous CAs was replaced, in RFC 3339. `renew`: any value requests a new CA. */
export const caNotes = { promotedAt: 'promoted-at', renew: 'renew' } as const
