import { concat } from 'uint8arrays/concat'
import { fromString } from 'uint8arrays/from-string'
import { toString } from 'uint8arrays/to-string'
import { andThen, generateKeyPair, hmacSha256, label, personaId, publicKeyOf, roomIdBytes, sign, SIGNATURE_LENGTH, verify } from '../crypto/index.ts'
import { InvalidMessageError } from './errors.ts'
import { CertificateBody } from './invite-body.ts'
import { exactly, MAX_CERTIFICATE_LENGTH, readNumber, writeNumber } from './limits.ts'
import type { Admission } from './body.ts'
import type { KeyPair, MaybePromise, PersonaId, RoomId } from '../crypto/index.ts'

const EMPTY = new Uint8Array(0)
const LABEL_LENGTH = 16

/** What an admitted persona says about an invite it made. */
export interface Certificate {
  /** Ed25519 public key of the invite, 32 bytes */
  inviteKey: Uint8Array
  issuer: PersonaId
  /** ms since 1970; absent: never */
  expires?: number
  /** how many may join with it; 0: no limit */
  uses: number
}

/** Where somebody came from: the branch of a persona's admission. */
export interface AdmissionClaim {
  /** public key of the invite, hex */
  branch: string
  issuer: PersonaId
  uses: number
  expires?: number
}

function statement (room: RoomId, body: Uint8Array): Uint8Array {
  return label('certificate', roomIdBytes(room), body)
}

/** Signature (64 bytes) ‖ protobuf body. The label is hashed under the issuer's key: only the issuer can tell it again. */
export function issueCertificate (issuer: KeyPair, room: RoomId, invite: { inviteKey: Uint8Array, expires?: number, uses?: number, label?: string }): MaybePromise<Uint8Array> {
  const body = CertificateBody.encode({
    inviteKey: exactly(invite.inviteKey, 'Invite key', 32) as Uint8Array<ArrayBuffer>,
    issuer: issuer.publicKey as Uint8Array<ArrayBuffer>,
    expires: writeNumber(invite.expires ?? 0, 'Expiry'),
    uses: invite.uses ?? 0,
    label: (invite.label == null ? EMPTY : hmacSha256(issuer.privateKey, label('invite-label'), fromString(invite.label)).subarray(0, LABEL_LENGTH)) as Uint8Array<ArrayBuffer>
  })
  return andThen(sign(issuer.privateKey, statement(room, body)), signature => concat([signature, body]))
}

/**
 * Reads a certificate without checking its signature.
 *
 * @throws {InvalidMessageError}
 */
export function readCertificate (certificate: Uint8Array): Certificate {
  if (certificate.length <= SIGNATURE_LENGTH || certificate.length > MAX_CERTIFICATE_LENGTH) {
    throw new InvalidMessageError('A certificate has a signature and a body.')
  }
  try {
    const body = CertificateBody.decode(certificate.subarray(SIGNATURE_LENGTH))
    const expires = readNumber(body.expires, 'Expiry')
    return {
      inviteKey: exactly(body.inviteKey, 'Invite key', 32),
      issuer: personaId(body.issuer),
      ...(expires === 0 ? {} : { expires }),
      uses: body.uses
    }
  } catch (err: any) {
    throw new InvalidMessageError(`The bytes are not a certificate: ${err?.message ?? err}`, { cause: err })
  }
}

/** Shows that this persona holds the invite: the invite key signs the persona, for one room. */
export function proveAdmission (inviteSeed: Uint8Array, certificate: Uint8Array, room: RoomId, persona: PersonaId): MaybePromise<Admission> {
  const { publicKey, privateKey } = generateKeyPair(inviteSeed)
  return andThen(sign(privateKey, label('admission', roomIdBytes(room), publicKeyOf(persona))), proof => ({ inviteKey: publicKey, certificate, proof }))
}

/** What an admission claims, unchecked; undefined when it cannot be read. */
export function readAdmission (admission: Admission): AdmissionClaim | undefined {
  try {
    const { inviteKey, issuer, uses, expires } = readCertificate(admission.certificate)
    const branch = toString(inviteKey, 'hex')
    return branch === toString(admission.inviteKey, 'hex') ? { branch, issuer, uses, expires } : undefined
  } catch {
    return undefined
  }
}

/** What an admission shows, after both its signatures were checked; undefined when one is wrong. Whether the issuer is a member is the room's to judge. */
export async function verifyAdmission (room: RoomId, admission: Admission, persona: PersonaId): Promise<AdmissionClaim | undefined> {
  const claim = readAdmission(admission)
  if (claim == null) {
    return undefined
  }
  const body = admission.certificate.subarray(SIGNATURE_LENGTH)
  const issued = await verify(publicKeyOf(claim.issuer), admission.certificate.subarray(0, SIGNATURE_LENGTH), statement(room, body))
  const proven = await verify(admission.inviteKey, admission.proof, label('admission', roomIdBytes(room), publicKeyOf(persona)))
  return issued && proven ? claim : undefined
}
