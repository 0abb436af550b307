import { decodeParts } from '../../src/wire/message.ts'
import type { SignedMessage } from '../../src/wire/index.ts'

/** The same words under another signature, as a liar would hand them over. */
export function withSignature ({ payload }: SignedMessage, signature: Uint8Array): SignedMessage {
  return decodeParts({ payload, signature })
}
