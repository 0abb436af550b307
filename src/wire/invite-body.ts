import { decodeMessage, encodeMessage, MaxLengthError, message, streamMessage } from 'protons-runtime'
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface InviteBody {
  kind: number
  room: Uint8Array<ArrayBuffer>
  name: Uint8Array<ArrayBuffer>
  key: Uint8Array<ArrayBuffer>
  epoch: bigint
  epochLength: bigint
  secret: Uint8Array<ArrayBuffer>
  founder: Uint8Array<ArrayBuffer>
  charter: Uint8Array<ArrayBuffer>
  policy: Uint8Array<ArrayBuffer>
  expires: bigint
  uses: number
  inviteSeed: Uint8Array<ArrayBuffer>
  certificate: Uint8Array<ArrayBuffer>
  contacts: Uint8Array<ArrayBuffer>[]
}

export namespace InviteBody {
  let _codec: Codec<InviteBody>

  export const codec = (): Codec<InviteBody> => {
    if (_codec == null) {
      _codec = message<InviteBody>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.kind != null && obj.kind !== 0)) {
          w.uint32(8)
          w.uint32(obj.kind)
        }

        if ((obj.room != null && obj.room.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.room)
        }

        if ((obj.name != null && obj.name.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.name)
        }

        if ((obj.key != null && obj.key.byteLength > 0)) {
          w.uint32(34)
          w.bytes(obj.key)
        }

        if ((obj.epoch != null && obj.epoch !== 0n)) {
          w.uint32(40)
          w.uint64(obj.epoch)
        }

        if ((obj.epochLength != null && obj.epochLength !== 0n)) {
          w.uint32(48)
          w.uint64(obj.epochLength)
        }

        if ((obj.secret != null && obj.secret.byteLength > 0)) {
          w.uint32(58)
          w.bytes(obj.secret)
        }

        if ((obj.founder != null && obj.founder.byteLength > 0)) {
          w.uint32(66)
          w.bytes(obj.founder)
        }

        if ((obj.charter != null && obj.charter.byteLength > 0)) {
          w.uint32(74)
          w.bytes(obj.charter)
        }

        if ((obj.policy != null && obj.policy.byteLength > 0)) {
          w.uint32(82)
          w.bytes(obj.policy)
        }

        if ((obj.expires != null && obj.expires !== 0n)) {
          w.uint32(88)
          w.uint64(obj.expires)
        }

        if ((obj.uses != null && obj.uses !== 0)) {
          w.uint32(96)
          w.uint32(obj.uses)
        }

        if ((obj.inviteSeed != null && obj.inviteSeed.byteLength > 0)) {
          w.uint32(106)
          w.bytes(obj.inviteSeed)
        }

        if ((obj.certificate != null && obj.certificate.byteLength > 0)) {
          w.uint32(114)
          w.bytes(obj.certificate)
        }

        if (obj.contacts != null && obj.contacts.length > 0) {
          for (const value of obj.contacts) {
            w.uint32(122)
            w.bytes(value)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          kind: 0,
          room: uint8ArrayAlloc(0),
          name: uint8ArrayAlloc(0),
          key: uint8ArrayAlloc(0),
          epoch: 0n,
          epochLength: 0n,
          secret: uint8ArrayAlloc(0),
          founder: uint8ArrayAlloc(0),
          charter: uint8ArrayAlloc(0),
          policy: uint8ArrayAlloc(0),
          expires: 0n,
          uses: 0,
          inviteSeed: uint8ArrayAlloc(0),
          certificate: uint8ArrayAlloc(0),
          contacts: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.kind = reader.uint32()
              break
            }
            case 2: {
              obj.room = reader.bytes()
              break
            }
            case 3: {
              obj.name = reader.bytes()
              break
            }
            case 4: {
              obj.key = reader.bytes()
              break
            }
            case 5: {
              obj.epoch = reader.uint64()
              break
            }
            case 6: {
              obj.epochLength = reader.uint64()
              break
            }
            case 7: {
              obj.secret = reader.bytes()
              break
            }
            case 8: {
              obj.founder = reader.bytes()
              break
            }
            case 9: {
              obj.charter = reader.bytes()
              break
            }
            case 10: {
              obj.policy = reader.bytes()
              break
            }
            case 11: {
              obj.expires = reader.uint64()
              break
            }
            case 12: {
              obj.uses = reader.uint32()
              break
            }
            case 13: {
              obj.inviteSeed = reader.bytes()
              break
            }
            case 14: {
              obj.certificate = reader.bytes()
              break
            }
            case 15: {
              if (opts.limits?.contacts != null && obj.contacts.length === opts.limits.contacts) {
                throw new MaxLengthError('Decode error - repeated field "contacts" had too many elements')
              }

              if (obj.contacts.length === 8) {
                throw new MaxLengthError('Decode error - repeated field "contacts" had too many elements')
              }

              obj.contacts.push(reader.bytes())
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const obj = {
          contacts: 8
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.kind`,
                value: reader.uint32()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.room`,
                value: reader.bytes()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.name`,
                value: reader.bytes()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.key`,
                value: reader.bytes()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.epoch`,
                value: reader.uint64()
              }
              break
            }
            case 6: {
              yield {
                field: `${prefix}.epochLength`,
                value: reader.uint64()
              }
              break
            }
            case 7: {
              yield {
                field: `${prefix}.secret`,
                value: reader.bytes()
              }
              break
            }
            case 8: {
              yield {
                field: `${prefix}.founder`,
                value: reader.bytes()
              }
              break
            }
            case 9: {
              yield {
                field: `${prefix}.charter`,
                value: reader.bytes()
              }
              break
            }
            case 10: {
              yield {
                field: `${prefix}.policy`,
                value: reader.bytes()
              }
              break
            }
            case 11: {
              yield {
                field: `${prefix}.expires`,
                value: reader.uint64()
              }
              break
            }
            case 12: {
              yield {
                field: `${prefix}.uses`,
                value: reader.uint32()
              }
              break
            }
            case 13: {
              yield {
                field: `${prefix}.inviteSeed`,
                value: reader.bytes()
              }
              break
            }
            case 14: {
              yield {
                field: `${prefix}.certificate`,
                value: reader.bytes()
              }
              break
            }
            case 15: {
              if (opts.limits?.contacts != null && obj.contacts === opts.limits.contacts) {
                throw new MaxLengthError('Streaming decode error - repeated field "contacts" had too many elements')
              }

              if (obj.contacts === 8) {
                throw new MaxLengthError('Streaming decode error - repeated field "contacts" had too many elements')
              }

              yield {
                field: `${prefix}.contacts[]`,
                index: obj.contacts,
                value: reader.bytes()
              }

              obj.contacts++

              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface InviteBodyKindFieldEvent {
    field: '$.kind'
    value: number
  }

  export interface InviteBodyRoomFieldEvent {
    field: '$.room'
    value: Uint8Array<ArrayBuffer>
  }

  export interface InviteBodyNameFieldEvent {
    field: '$.name'
    value: Uint8Array<ArrayBuffer>
  }

  export interface InviteBodyKeyFieldEvent {
    field: '$.key'
    value: Uint8Array<ArrayBuffer>
  }

  export interface InviteBodyEpochFieldEvent {
    field: '$.epoch'
    value: bigint
  }

  export interface InviteBodyEpochLengthFieldEvent {
    field: '$.epochLength'
    value: bigint
  }

  export interface InviteBodySecretFieldEvent {
    field: '$.secret'
    value: Uint8Array<ArrayBuffer>
  }

  export interface InviteBodyFounderFieldEvent {
    field: '$.founder'
    value: Uint8Array<ArrayBuffer>
  }

  export interface InviteBodyCharterFieldEvent {
    field: '$.charter'
    value: Uint8Array<ArrayBuffer>
  }

  export interface InviteBodyPolicyFieldEvent {
    field: '$.policy'
    value: Uint8Array<ArrayBuffer>
  }

  export interface InviteBodyExpiresFieldEvent {
    field: '$.expires'
    value: bigint
  }

  export interface InviteBodyUsesFieldEvent {
    field: '$.uses'
    value: number
  }

  export interface InviteBodyInviteSeedFieldEvent {
    field: '$.inviteSeed'
    value: Uint8Array<ArrayBuffer>
  }

  export interface InviteBodyCertificateFieldEvent {
    field: '$.certificate'
    value: Uint8Array<ArrayBuffer>
  }

  export interface InviteBodyContactsFieldEvent {
    field: '$.contacts[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<InviteBody>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, InviteBody.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<InviteBody>): InviteBody {
    return decodeMessage(buf, InviteBody.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<InviteBody>): Generator<InviteBodyKindFieldEvent | InviteBodyRoomFieldEvent | InviteBodyNameFieldEvent | InviteBodyKeyFieldEvent | InviteBodyEpochFieldEvent | InviteBodyEpochLengthFieldEvent | InviteBodySecretFieldEvent | InviteBodyFounderFieldEvent | InviteBodyCharterFieldEvent | InviteBodyPolicyFieldEvent | InviteBodyExpiresFieldEvent | InviteBodyUsesFieldEvent | InviteBodyInviteSeedFieldEvent | InviteBodyCertificateFieldEvent | InviteBodyContactsFieldEvent> {
    return streamMessage(buf, InviteBody.codec(), opts)
  }
}

export interface CertificateBody {
  inviteKey: Uint8Array<ArrayBuffer>
  issuer: Uint8Array<ArrayBuffer>
  expires: bigint
  uses: number
  label: Uint8Array<ArrayBuffer>
}

export namespace CertificateBody {
  let _codec: Codec<CertificateBody>

  export const codec = (): Codec<CertificateBody> => {
    if (_codec == null) {
      _codec = message<CertificateBody>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.inviteKey != null && obj.inviteKey.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.inviteKey)
        }

        if ((obj.issuer != null && obj.issuer.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.issuer)
        }

        if ((obj.expires != null && obj.expires !== 0n)) {
          w.uint32(24)
          w.uint64(obj.expires)
        }

        if ((obj.uses != null && obj.uses !== 0)) {
          w.uint32(32)
          w.uint32(obj.uses)
        }

        if ((obj.label != null && obj.label.byteLength > 0)) {
          w.uint32(42)
          w.bytes(obj.label)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          inviteKey: uint8ArrayAlloc(0),
          issuer: uint8ArrayAlloc(0),
          expires: 0n,
          uses: 0,
          label: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.inviteKey = reader.bytes()
              break
            }
            case 2: {
              obj.issuer = reader.bytes()
              break
            }
            case 3: {
              obj.expires = reader.uint64()
              break
            }
            case 4: {
              obj.uses = reader.uint32()
              break
            }
            case 5: {
              obj.label = reader.bytes()
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.inviteKey`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.issuer`,
                value: reader.bytes()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.expires`,
                value: reader.uint64()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.uses`,
                value: reader.uint32()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.label`,
                value: reader.bytes()
              }
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface CertificateBodyInviteKeyFieldEvent {
    field: '$.inviteKey'
    value: Uint8Array<ArrayBuffer>
  }

  export interface CertificateBodyIssuerFieldEvent {
    field: '$.issuer'
    value: Uint8Array<ArrayBuffer>
  }

  export interface CertificateBodyExpiresFieldEvent {
    field: '$.expires'
    value: bigint
  }

  export interface CertificateBodyUsesFieldEvent {
    field: '$.uses'
    value: number
  }

  export interface CertificateBodyLabelFieldEvent {
    field: '$.label'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<CertificateBody>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, CertificateBody.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<CertificateBody>): CertificateBody {
    return decodeMessage(buf, CertificateBody.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<CertificateBody>): Generator<CertificateBodyInviteKeyFieldEvent | CertificateBodyIssuerFieldEvent | CertificateBodyExpiresFieldEvent | CertificateBodyUsesFieldEvent | CertificateBodyLabelFieldEvent> {
    return streamMessage(buf, CertificateBody.codec(), opts)
  }
}
