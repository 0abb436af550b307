/** The one suite we seal with, in a module of its own: whoever seals nothing loads nothing of it. */
import { Aes256Gcm, CipherSuite, HkdfSha256 } from '@hpke/core'
import { XWing } from '@hpke/hybridkem-x-wing'

export { XWing }

/** HPKE with X-Wing, HKDF-SHA-256 and AES-256-GCM (RFC 9180 §7, draft-connolly-cfrg-xwing-kem). */
export function createSuite (): CipherSuite {
  return new CipherSuite({ kem: new XWing(), kdf: new HkdfSha256(), aead: new Aes256Gcm() })
}
