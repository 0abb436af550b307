/** Thrown when a caller passes a value of the wrong type or range; the message names the parameter. */
export class InvalidParametersError extends Error {
  static name = 'InvalidParametersError'
  name = 'InvalidParametersError'
}

/** Thrown when a room ID is not one of the rooms this node is in. */
export class UnknownRoomError extends Error {
  static name = 'UnknownRoomError'
  name = 'UnknownRoomError'
}

/** Thrown when a message ID is not in the room's timeline (never seen, or gone by retention). */
export class UnknownMessageError extends Error {
  static name = 'UnknownMessageError'
  name = 'UnknownMessageError'
}

/** Thrown when an attachment is unknown or no member who holds it can be reached. */
export class UnknownAttachmentError extends Error {
  static name = 'UnknownAttachmentError'
  name = 'UnknownAttachmentError'
}

/** Thrown when a persona is not a member of the room. */
export class UnknownPersonaError extends Error {
  static name = 'UnknownPersonaError'
  name = 'UnknownPersonaError'
}

/** Thrown when the room's policy does not let this persona do it, or it has left or been burned. */
export class NotMemberError extends Error {
  static name = 'NotMemberError'
  name = 'NotMemberError'
}

/** Thrown when the room's policy makes a persona wait (slow mode) before it may write again. */
export class RateLimitedError extends Error {
  static name = 'RateLimitedError'
  name = 'RateLimitedError'
}
