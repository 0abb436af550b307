/** The peer sent what no honest member could have sent: the caller drops it. */
export class SyncProtocolError extends Error {
  static name = 'SyncProtocolError'
  name = 'SyncProtocolError'
}

/** The stream ended before both sides were done. What arrived is kept: reconciling again goes on from there. */
export class SyncInterruptedError extends Error {
  static name = 'SyncInterruptedError'
  name = 'SyncInterruptedError'

  constructor (message = 'The other member went away before everything was exchanged. What arrived is kept; the rest comes with the next meeting.') {
    super(message)
  }
}

/** A room file is damaged, cut short, altered, or from a newer version. */
export class InvalidBundleError extends Error {
  static name = 'InvalidBundleError'
  name = 'InvalidBundleError'
}
