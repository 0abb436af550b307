/** Thrown when bytes are not a message of this protocol: damaged, over a limit, or never a message. */
export class InvalidMessageError extends Error {
  static name = 'InvalidMessageError'
  name = 'InvalidMessageError'
}
