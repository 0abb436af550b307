import { language, t } from './catalogue/index.ts'
import type { Key } from './catalogue/index.ts'

/** What people meet, by the stable names of the engine's errors. */
const WORDS: Record<string, Key> = {
  InvalidInviteError: 'error.invite',
  InvalidRoomNameError: 'error.name',
  WrongPassphraseError: 'error.passphrase',
  PassphraseNotUsableError: 'error.passphrase.weak',
  RateLimitedError: 'error.rate',
  NotMemberError: 'error.member',
  MessageTooLargeError: 'error.large',
  ListTooLargeError: 'error.large',
  DiskFullError: 'error.full',
  FileError: 'error.file',
  UnreadablePictureError: 'error.file',
  InvalidBundleError: 'error.file',
  InvalidReportError: 'error.file',
  InvalidListError: 'error.file',
  InvalidResourcesError: 'error.file',
  CorruptVaultError: 'error.file',
  WebAddressError: 'error.web',
  NotConnectedError: 'error.unreachable',
  ConnectionClosedError: 'error.unreachable',
  UnknownMessageError: 'error.gone',
  UnknownRoomError: 'error.gone',
  UnknownListError: 'error.gone',
  UnknownAttachmentError: 'error.gone'
}

/** What went wrong in the person's language. In English the engine says it itself, more exactly. */
export function errorWords (error: unknown): string {
  const { name, message } = (error ?? {}) as Partial<Error>
  const key = WORDS[name ?? '']
  return key == null || language.value.code === 'en' ? String(message ?? error) : t(key)
}
