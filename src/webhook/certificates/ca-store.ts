import type { StringMap } from '../../lang/json.ts'

/** Where the CA lies that all replicas share: one record that is only ever changed as a whole, and only if nobody else did. */
export interface CaStore {
  /** Where that is, for messages. */
  readonly place: string
  /** How to ask for a new CA, as a command. */
  readonly renewCommand: string
  /** As it is now, not as it was seen last; undefined: there is none. Rejects when the store can't be asked. */
  read(): Promise<StoredCa | undefined>
  /** False when there is one already. Rejects when the store refuses. */
  create(record: CaRecord): Promise<boolean>
  /** Puts a record in the place of the one that was read; false when that was changed or removed meanwhile. */
  replace(version: string, record: CaRecord): Promise<boolean>
  /** Calls back with what is stored whenever that has changed. */
  onChange(listener: (stored: StoredCa | undefined) => void): void
  close(): Promise<void>
}

export interface StoredCa {
  readonly record: CaRecord
  readonly version: string
}

/** What is stored, as texts: whoever can write it may have written anything. */
export interface CaRecord {
  /** PEM by the name of the file: see `caFiles`. */
  readonly files: StringMap
  /** By the names of `caNotes`. */
  readonly notes: StringMap
}

/** The files of a record: the CA that signs now, the one that will, and those that did. */
export const caFiles = {
  certificate: 'ca.crt',
  key: 'ca.key',
  nextCertificate: 'next.crt',
  nextKey: 'next.key',
  previous: 'previous.crt',
} as const

/** `promoted-at`: when the last of the previous CAs was followed by another, RFC 3339. `renew`: anything asks for a new CA. */
export const caNotes = { promotedAt: 'promoted-at', renew: 'renew' } as const
