/** Thrown when a passphrase opens neither the data nor the file it was given for, or is missing. Nothing was changed. */
export class WrongPassphraseError extends Error {
  static name = 'WrongPassphraseError'
  name = 'WrongPassphraseError'

  constructor (message = 'This passphrase does not open the data. Check it and try again; nothing was changed.') {
    super(message)
  }
}
