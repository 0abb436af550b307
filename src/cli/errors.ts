/** Thrown for arguments that cannot be used; the process exits with 2. */
export class UsageError extends Error {
  static name = 'UsageError'
  name = 'UsageError'
}

/** Thrown when a command did what it could and that was not enough; the process exits with 1. */
export class CommandFailedError extends Error {
  static name = 'CommandFailedError'
  name = 'CommandFailedError'
}
