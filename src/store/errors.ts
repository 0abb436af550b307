/** Another process (or another tab) has the same data open. */
export class DataInUseError extends Error {
  static name = 'DataInUseError'
  name = 'DataInUseError'

  constructor (message = 'Another Undertone is using this data. Close it first, or choose another folder with --data.') {
    super(message)
  }
}

/** There is no room left on the disk (or in the browser's quota). What was stored before is intact. */
export class DiskFullError extends Error {
  static name = 'DiskFullError'
  name = 'DiskFullError'

  constructor (message = 'The disk is full. Free some space; what was stored before is intact, the last change was not stored.') {
    super(message)
  }
}

/** The data may be read but not written. */
export class ReadOnlyStoreError extends Error {
  static name = 'ReadOnlyStoreError'
  name = 'ReadOnlyStoreError'

  constructor (message = 'The data cannot be written. Check the permissions of the folder, or start with --memory.') {
    super(message)
  }
}

/** A record's bytes were altered or damaged: only this record is lost. */
export class CorruptRecordError extends Error {
  static name = 'CorruptRecordError'
  name = 'CorruptRecordError'

  constructor (message = 'A stored record is damaged and cannot be read. Only this record is lost; members who hold it can send it again.') {
    super(message)
  }
}

/** Both copies of the vault are damaged, or they come from a newer version. */
export class CorruptVaultError extends Error {
  static name = 'CorruptVaultError'
  name = 'CorruptVaultError'

  constructor (message = 'The vault that holds the keys of this data is damaged. Restore the folder from a copy, or choose an empty folder with --data.') {
    super(message)
  }
}

/** The store was closed or wiped, or its vault was destroyed by another process. */
export class StoreClosedError extends Error {
  static name = 'StoreClosedError'
  name = 'StoreClosedError'

  constructor (message = 'The store is closed. Open it again first.') {
    super(message)
  }
}

/** A passphrase was asked of a store that has none, or the new one cannot be used. */
export class PassphraseNotUsableError extends Error {
  static name = 'PassphraseNotUsableError'
  name = 'PassphraseNotUsableError'
}
