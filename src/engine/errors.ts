export * from '../room/errors.ts'
export { InvalidInviteError, MessageTooLargeError } from '../wire/index.ts'

/** Thrown when a list ID is not one this reader follows or maintains. */
export class UnknownListError extends Error {
  static name = 'UnknownListError'
  name = 'UnknownListError'
}

/** Thrown when the engine is used before `start()` or after `stop()`. */
export class NotStartedError extends Error {
  static name = 'NotStartedError'
  name = 'NotStartedError'
}

/** Thrown when something exists only on another platform or with another setting; the message says which. */
export class NotSupportedError extends Error {
  static name = 'NotSupportedError'
  name = 'NotSupportedError'
}

/** Thrown by `send` with `anyway: false` when the writer's own classifier calls the words harmful. */
export class HarmfulTextError extends Error {
  static name = 'HarmfulTextError'
  name = 'HarmfulTextError'
}
