import { p256 } from '@noble/curves/nist.js'
import { base64url } from 'multiformats/bases/base64'
import { concat } from 'uint8arrays/concat'
import { fromString } from 'uint8arrays/from-string'
import { toString } from 'uint8arrays/to-string'
import { hkdfSha256, sha256 } from './hash.ts'
import { label } from './label.ts'

/** As libp2p's WebRTC takes it: PKCS #8 and X.509 in PEM, and the multihash (SHA-256, base64url multibase) that addresses name. */
export interface HostCertificate { privateKey: string, pem: string, certhash: string }

// DER, X.690 §8
const SEQUENCE = 0x30
const SET = 0x31
const INTEGER = 0x02
const BIT_STRING = 0x03
const OCTET_STRING = 0x04
const OBJECT_IDENTIFIER = 0x06
const UTF8_STRING = 0x0c
const GENERALIZED_TIME = 0x18
const EXPLICIT = 0xa0

const ECDSA_WITH_SHA256 = '2a8648ce3d040302' // 1.2.840.10045.4.3.2, RFC 5758 §3.2
const EC_PUBLIC_KEY = '2a8648ce3d0201' // 1.2.840.10045.2.1, RFC 5480 §2.1.1
const PRIME256V1 = '2a8648ce3d030107' // 1.2.840.10045.3.1.7
const COMMON_NAME = '550403' // 2.5.4.3
/** As in the certificates that libp2p makes: browsers look at the hash alone. */
const NAME = 'example.com'
const FROM = '20200101000000Z'
const UNTIL = '20991231235959Z'

function der (tag: number, ...content: Uint8Array[]): Uint8Array {
  const bytes = concat(content)
  const { length } = bytes
  const head = length < 128 ? [tag, length] : length < 256 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 255]
  return concat([Uint8Array.from(head), bytes])
}

const oid = (hex: string): Uint8Array => der(OBJECT_IDENTIFIER, fromString(hex, 'base16'))
const int = (...bytes: number[]): Uint8Array => der(INTEGER, Uint8Array.from(bytes))
const bits = (bytes: Uint8Array): Uint8Array => der(BIT_STRING, Uint8Array.of(0), bytes)
const text = (tag: number, value: string): Uint8Array => der(tag, fromString(value))

function pem (kind: string, bytes: Uint8Array): string {
  return [`-----BEGIN ${kind}-----`, ...toString(bytes, 'base64pad').match(/.{1,64}/g) ?? [], `-----END ${kind}-----`, ''].join('\n')
}

/**
 * The certificate (P-256, self-signed) under which browsers reach a relay at `/webrtc-direct`. It follows from the
 * relay's seed (32 bytes) to the byte, with RFC 6979 signatures, so that the hash in the relay's address stays good as
 * long as its peer ID does: one that is made anew at each start, and every fortnight, leaves pages outside that know the address of before.
 */
export function relayCertificate (seed: Uint8Array): HostCertificate {
  // 48 bytes, more than the order has, so that the remainder is not biased (FIPS 186-5 §A.2.1)
  const secret = p256.utils.randomSecretKey(hkdfSha256(seed, new Uint8Array(), label('relay-certificate'), 48))
  const publicKey = p256.getPublicKey(secret, false)
  const algorithm = der(SEQUENCE, oid(EC_PUBLIC_KEY), oid(PRIME256V1))
  const signing = der(SEQUENCE, oid(ECDSA_WITH_SHA256))
  const name = der(SEQUENCE, der(SET, der(SEQUENCE, oid(COMMON_NAME), text(UTF8_STRING, NAME))))
  const validity = der(SEQUENCE, text(GENERALIZED_TIME, FROM), text(GENERALIZED_TIME, UNTIL))
  // RFC 5280 §4.1: version 3, a serial number above 0
  const body = der(SEQUENCE, der(EXPLICIT, int(2)), int(1, ...sha256(publicKey).subarray(0, 15)), signing, name, validity, name, der(SEQUENCE, algorithm, bits(publicKey)))
  const certificate = der(SEQUENCE, body, signing, bits(p256.sign(body, secret, { format: 'der', lowS: false })))
  // RFC 5958 §2, RFC 5915 §3
  const privateKey = der(SEQUENCE, int(0), algorithm, der(OCTET_STRING, der(SEQUENCE, int(1), der(OCTET_STRING, secret), der(EXPLICIT + 1, bits(publicKey)))))
  return {
    privateKey: pem('PRIVATE KEY', privateKey),
    pem: pem('CERTIFICATE', certificate),
    // multihash: SHA-256 is 0x12, and has 32 bytes
    certhash: base64url.encode(concat([Uint8Array.of(0x12, 32), sha256(certificate)]))
  }
}
