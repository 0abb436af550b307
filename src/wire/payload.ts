/* eslint-disable require-yield */

import { decodeMessage, encodeMessage, MaxLengthError, message, streamMessage } from 'protons-runtime'
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface Payload {
  author: Uint8Array<ArrayBuffer>
  sequence: bigint
  previous: Uint8Array<ArrayBuffer>
  seen: Uint8Array<ArrayBuffer>[]
  time: bigint
  expires?: bigint
  text?: Text
  reply?: Reply
  reaction?: Reaction
  edit?: Edit
  delete?: Delete
  attachment?: Attachment
  receipt?: Receipt
  typing?: Typing
  hello?: Hello
  burn?: Burn
  charter?: Charter
  vote?: Vote
  report?: Report
  entry?: Entry
  move?: Move
  direct?: Direct
}

export namespace Payload {
  let _codec: Codec<Payload>

  export const codec = (): Codec<Payload> => {
    if (_codec == null) {
      _codec = message<Payload>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        obj = { ...obj }


        if (obj.direct != null) {
          obj.move = undefined
          obj.entry = undefined
          obj.report = undefined
          obj.vote = undefined
          obj.charter = undefined
          obj.burn = undefined
          obj.hello = undefined
          obj.typing = undefined
          obj.receipt = undefined
          obj.attachment = undefined
          obj.delete = undefined
          obj.edit = undefined
          obj.reaction = undefined
          obj.reply = undefined
          obj.text = undefined
        }

        if (obj.move != null) {
          obj.direct = undefined
          obj.entry = undefined
          obj.report = undefined
          obj.vote = undefined
          obj.charter = undefined
          obj.burn = undefined
          obj.hello = undefined
          obj.typing = undefined
          obj.receipt = undefined
          obj.attachment = undefined
          obj.delete = undefined
          obj.edit = undefined
          obj.reaction = undefined
          obj.reply = undefined
          obj.text = undefined
        }

        if (obj.entry != null) {
          obj.direct = undefined
          obj.move = undefined
          obj.report = undefined
          obj.vote = undefined
          obj.charter = undefined
          obj.burn = undefined
          obj.hello = undefined
          obj.typing = undefined
          obj.receipt = undefined
          obj.attachment = undefined
          obj.delete = undefined
          obj.edit = undefined
          obj.reaction = undefined
          obj.reply = undefined
          obj.text = undefined
        }

        if (obj.report != null) {
          obj.direct = undefined
          obj.move = undefined
          obj.entry = undefined
          obj.vote = undefined
          obj.charter = undefined
          obj.burn = undefined
          obj.hello = undefined
          obj.typing = undefined
          obj.receipt = undefined
          obj.attachment = undefined
          obj.delete = undefined
          obj.edit = undefined
          obj.reaction = undefined
          obj.reply = undefined
          obj.text = undefined
        }

        if (obj.vote != null) {
          obj.direct = undefined
          obj.move = undefined
          obj.entry = undefined
          obj.report = undefined
          obj.charter = undefined
          obj.burn = undefined
          obj.hello = undefined
          obj.typing = undefined
          obj.receipt = undefined
          obj.attachment = undefined
          obj.delete = undefined
          obj.edit = undefined
          obj.reaction = undefined
          obj.reply = undefined
          obj.text = undefined
        }

        if (obj.charter != null) {
          obj.direct = undefined
          obj.move = undefined
          obj.entry = undefined
          obj.report = undefined
          obj.vote = undefined
          obj.burn = undefined
          obj.hello = undefined
          obj.typing = undefined
          obj.receipt = undefined
          obj.attachment = undefined
          obj.delete = undefined
          obj.edit = undefined
          obj.reaction = undefined
          obj.reply = undefined
          obj.text = undefined
        }

        if (obj.burn != null) {
          obj.direct = undefined
          obj.move = undefined
          obj.entry = undefined
          obj.report = undefined
          obj.vote = undefined
          obj.charter = undefined
          obj.hello = undefined
          obj.typing = undefined
          obj.receipt = undefined
          obj.attachment = undefined
          obj.delete = undefined
          obj.edit = undefined
          obj.reaction = undefined
          obj.reply = undefined
          obj.text = undefined
        }

        if (obj.hello != null) {
          obj.direct = undefined
          obj.move = undefined
          obj.entry = undefined
          obj.report = undefined
          obj.vote = undefined
          obj.charter = undefined
          obj.burn = undefined
          obj.typing = undefined
          obj.receipt = undefined
          obj.attachment = undefined
          obj.delete = undefined
          obj.edit = undefined
          obj.reaction = undefined
          obj.reply = undefined
          obj.text = undefined
        }

        if (obj.typing != null) {
          obj.direct = undefined
          obj.move = undefined
          obj.entry = undefined
          obj.report = undefined
          obj.vote = undefined
          obj.charter = undefined
          obj.burn = undefined
          obj.hello = undefined
          obj.receipt = undefined
          obj.attachment = undefined
          obj.delete = undefined
          obj.edit = undefined
          obj.reaction = undefined
          obj.reply = undefined
          obj.text = undefined
        }

        if (obj.receipt != null) {
          obj.direct = undefined
          obj.move = undefined
          obj.entry = undefined
          obj.report = undefined
          obj.vote = undefined
          obj.charter = undefined
          obj.burn = undefined
          obj.hello = undefined
          obj.typing = undefined
          obj.attachment = undefined
          obj.delete = undefined
          obj.edit = undefined
          obj.reaction = undefined
          obj.reply = undefined
          obj.text = undefined
        }

        if (obj.attachment != null) {
          obj.direct = undefined
          obj.move = undefined
          obj.entry = undefined
          obj.report = undefined
          obj.vote = undefined
          obj.charter = undefined
          obj.burn = undefined
          obj.hello = undefined
          obj.typing = undefined
          obj.receipt = undefined
          obj.delete = undefined
          obj.edit = undefined
          obj.reaction = undefined
          obj.reply = undefined
          obj.text = undefined
        }

        if (obj.delete != null) {
          obj.direct = undefined
          obj.move = undefined
          obj.entry = undefined
          obj.report = undefined
          obj.vote = undefined
          obj.charter = undefined
          obj.burn = undefined
          obj.hello = undefined
          obj.typing = undefined
          obj.receipt = undefined
          obj.attachment = undefined
          obj.edit = undefined
          obj.reaction = undefined
          obj.reply = undefined
          obj.text = undefined
        }

        if (obj.edit != null) {
          obj.direct = undefined
          obj.move = undefined
          obj.entry = undefined
          obj.report = undefined
          obj.vote = undefined
          obj.charter = undefined
          obj.burn = undefined
          obj.hello = undefined
          obj.typing = undefined
          obj.receipt = undefined
          obj.attachment = undefined
          obj.delete = undefined
          obj.reaction = undefined
          obj.reply = undefined
          obj.text = undefined
        }

        if (obj.reaction != null) {
          obj.direct = undefined
          obj.move = undefined
          obj.entry = undefined
          obj.report = undefined
          obj.vote = undefined
          obj.charter = undefined
          obj.burn = undefined
          obj.hello = undefined
          obj.typing = undefined
          obj.receipt = undefined
          obj.attachment = undefined
          obj.delete = undefined
          obj.edit = undefined
          obj.reply = undefined
          obj.text = undefined
        }

        if (obj.reply != null) {
          obj.direct = undefined
          obj.move = undefined
          obj.entry = undefined
          obj.report = undefined
          obj.vote = undefined
          obj.charter = undefined
          obj.burn = undefined
          obj.hello = undefined
          obj.typing = undefined
          obj.receipt = undefined
          obj.attachment = undefined
          obj.delete = undefined
          obj.edit = undefined
          obj.reaction = undefined
          obj.text = undefined
        }

        if (obj.text != null) {
          obj.direct = undefined
          obj.move = undefined
          obj.entry = undefined
          obj.report = undefined
          obj.vote = undefined
          obj.charter = undefined
          obj.burn = undefined
          obj.hello = undefined
          obj.typing = undefined
          obj.receipt = undefined
          obj.attachment = undefined
          obj.delete = undefined
          obj.edit = undefined
          obj.reaction = undefined
          obj.reply = undefined
        }

        if ((obj.author != null && obj.author.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.author)
        }

        if ((obj.sequence != null && obj.sequence !== 0n)) {
          w.uint32(16)
          w.uint64(obj.sequence)
        }

        if ((obj.previous != null && obj.previous.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.previous)
        }

        if (obj.seen != null && obj.seen.length > 0) {
          for (const value of obj.seen) {
            w.uint32(34)
            w.bytes(value)
          }
        }

        if ((obj.time != null && obj.time !== 0n)) {
          w.uint32(40)
          w.uint64(obj.time)
        }

        if (obj.expires != null) {
          w.uint32(48)
          w.uint64(obj.expires)
        }

        if (obj.text != null) {
          w.uint32(130)
          Text.codec().encode(obj.text, w)
        }

        if (obj.reply != null) {
          w.uint32(138)
          Reply.codec().encode(obj.reply, w)
        }

        if (obj.reaction != null) {
          w.uint32(146)
          Reaction.codec().encode(obj.reaction, w)
        }

        if (obj.edit != null) {
          w.uint32(154)
          Edit.codec().encode(obj.edit, w)
        }

        if (obj.delete != null) {
          w.uint32(162)
          Delete.codec().encode(obj.delete, w)
        }

        if (obj.attachment != null) {
          w.uint32(170)
          Attachment.codec().encode(obj.attachment, w)
        }

        if (obj.receipt != null) {
          w.uint32(178)
          Receipt.codec().encode(obj.receipt, w)
        }

        if (obj.typing != null) {
          w.uint32(186)
          Typing.codec().encode(obj.typing, w)
        }

        if (obj.hello != null) {
          w.uint32(194)
          Hello.codec().encode(obj.hello, w)
        }

        if (obj.burn != null) {
          w.uint32(202)
          Burn.codec().encode(obj.burn, w)
        }

        if (obj.charter != null) {
          w.uint32(210)
          Charter.codec().encode(obj.charter, w)
        }

        if (obj.vote != null) {
          w.uint32(218)
          Vote.codec().encode(obj.vote, w)
        }

        if (obj.report != null) {
          w.uint32(226)
          Report.codec().encode(obj.report, w)
        }

        if (obj.entry != null) {
          w.uint32(234)
          Entry.codec().encode(obj.entry, w)
        }

        if (obj.move != null) {
          w.uint32(242)
          Move.codec().encode(obj.move, w)
        }

        if (obj.direct != null) {
          w.uint32(250)
          Direct.codec().encode(obj.direct, w)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          author: uint8ArrayAlloc(0),
          sequence: 0n,
          previous: uint8ArrayAlloc(0),
          seen: [],
          time: 0n
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.author = reader.bytes()
              break
            }
            case 2: {
              obj.sequence = reader.uint64()
              break
            }
            case 3: {
              obj.previous = reader.bytes()
              break
            }
            case 4: {
              if (opts.limits?.seen != null && obj.seen.length === opts.limits.seen) {
                throw new MaxLengthError('Decode error - repeated field "seen" had too many elements')
              }

              if (obj.seen.length === 8) {
                throw new MaxLengthError('Decode error - repeated field "seen" had too many elements')
              }

              obj.seen.push(reader.bytes())
              break
            }
            case 5: {
              obj.time = reader.uint64()
              break
            }
            case 6: {
              obj.expires = reader.uint64()
              break
            }
            case 16: {
              obj.text = Text.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.text
              })
              break
            }
            case 17: {
              obj.reply = Reply.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.reply
              })
              break
            }
            case 18: {
              obj.reaction = Reaction.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.reaction
              })
              break
            }
            case 19: {
              obj.edit = Edit.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.edit
              })
              break
            }
            case 20: {
              obj.delete = Delete.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.delete
              })
              break
            }
            case 21: {
              obj.attachment = Attachment.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.attachment
              })
              break
            }
            case 22: {
              obj.receipt = Receipt.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.receipt
              })
              break
            }
            case 23: {
              obj.typing = Typing.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.typing
              })
              break
            }
            case 24: {
              obj.hello = Hello.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.hello
              })
              break
            }
            case 25: {
              obj.burn = Burn.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.burn
              })
              break
            }
            case 26: {
              obj.charter = Charter.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.charter
              })
              break
            }
            case 27: {
              obj.vote = Vote.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.vote
              })
              break
            }
            case 28: {
              obj.report = Report.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.report
              })
              break
            }
            case 29: {
              obj.entry = Entry.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.entry
              })
              break
            }
            case 30: {
              obj.move = Move.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.move
              })
              break
            }
            case 31: {
              obj.direct = Direct.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.direct
              })
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }


        if (obj.direct != null) {
          delete obj.move
          delete obj.entry
          delete obj.report
          delete obj.vote
          delete obj.charter
          delete obj.burn
          delete obj.hello
          delete obj.typing
          delete obj.receipt
          delete obj.attachment
          delete obj.delete
          delete obj.edit
          delete obj.reaction
          delete obj.reply
          delete obj.text
        }

        if (obj.move != null) {
          delete obj.direct
          delete obj.entry
          delete obj.report
          delete obj.vote
          delete obj.charter
          delete obj.burn
          delete obj.hello
          delete obj.typing
          delete obj.receipt
          delete obj.attachment
          delete obj.delete
          delete obj.edit
          delete obj.reaction
          delete obj.reply
          delete obj.text
        }

        if (obj.entry != null) {
          delete obj.direct
          delete obj.move
          delete obj.report
          delete obj.vote
          delete obj.charter
          delete obj.burn
          delete obj.hello
          delete obj.typing
          delete obj.receipt
          delete obj.attachment
          delete obj.delete
          delete obj.edit
          delete obj.reaction
          delete obj.reply
          delete obj.text
        }

        if (obj.report != null) {
          delete obj.direct
          delete obj.move
          delete obj.entry
          delete obj.vote
          delete obj.charter
          delete obj.burn
          delete obj.hello
          delete obj.typing
          delete obj.receipt
          delete obj.attachment
          delete obj.delete
          delete obj.edit
          delete obj.reaction
          delete obj.reply
          delete obj.text
        }

        if (obj.vote != null) {
          delete obj.direct
          delete obj.move
          delete obj.entry
          delete obj.report
          delete obj.charter
          delete obj.burn
          delete obj.hello
          delete obj.typing
          delete obj.receipt
          delete obj.attachment
          delete obj.delete
          delete obj.edit
          delete obj.reaction
          delete obj.reply
          delete obj.text
        }

        if (obj.charter != null) {
          delete obj.direct
          delete obj.move
          delete obj.entry
          delete obj.report
          delete obj.vote
          delete obj.burn
          delete obj.hello
          delete obj.typing
          delete obj.receipt
          delete obj.attachment
          delete obj.delete
          delete obj.edit
          delete obj.reaction
          delete obj.reply
          delete obj.text
        }

        if (obj.burn != null) {
          delete obj.direct
          delete obj.move
          delete obj.entry
          delete obj.report
          delete obj.vote
          delete obj.charter
          delete obj.hello
          delete obj.typing
          delete obj.receipt
          delete obj.attachment
          delete obj.delete
          delete obj.edit
          delete obj.reaction
          delete obj.reply
          delete obj.text
        }

        if (obj.hello != null) {
          delete obj.direct
          delete obj.move
          delete obj.entry
          delete obj.report
          delete obj.vote
          delete obj.charter
          delete obj.burn
          delete obj.typing
          delete obj.receipt
          delete obj.attachment
          delete obj.delete
          delete obj.edit
          delete obj.reaction
          delete obj.reply
          delete obj.text
        }

        if (obj.typing != null) {
          delete obj.direct
          delete obj.move
          delete obj.entry
          delete obj.report
          delete obj.vote
          delete obj.charter
          delete obj.burn
          delete obj.hello
          delete obj.receipt
          delete obj.attachment
          delete obj.delete
          delete obj.edit
          delete obj.reaction
          delete obj.reply
          delete obj.text
        }

        if (obj.receipt != null) {
          delete obj.direct
          delete obj.move
          delete obj.entry
          delete obj.report
          delete obj.vote
          delete obj.charter
          delete obj.burn
          delete obj.hello
          delete obj.typing
          delete obj.attachment
          delete obj.delete
          delete obj.edit
          delete obj.reaction
          delete obj.reply
          delete obj.text
        }

        if (obj.attachment != null) {
          delete obj.direct
          delete obj.move
          delete obj.entry
          delete obj.report
          delete obj.vote
          delete obj.charter
          delete obj.burn
          delete obj.hello
          delete obj.typing
          delete obj.receipt
          delete obj.delete
          delete obj.edit
          delete obj.reaction
          delete obj.reply
          delete obj.text
        }

        if (obj.delete != null) {
          delete obj.direct
          delete obj.move
          delete obj.entry
          delete obj.report
          delete obj.vote
          delete obj.charter
          delete obj.burn
          delete obj.hello
          delete obj.typing
          delete obj.receipt
          delete obj.attachment
          delete obj.edit
          delete obj.reaction
          delete obj.reply
          delete obj.text
        }

        if (obj.edit != null) {
          delete obj.direct
          delete obj.move
          delete obj.entry
          delete obj.report
          delete obj.vote
          delete obj.charter
          delete obj.burn
          delete obj.hello
          delete obj.typing
          delete obj.receipt
          delete obj.attachment
          delete obj.delete
          delete obj.reaction
          delete obj.reply
          delete obj.text
        }

        if (obj.reaction != null) {
          delete obj.direct
          delete obj.move
          delete obj.entry
          delete obj.report
          delete obj.vote
          delete obj.charter
          delete obj.burn
          delete obj.hello
          delete obj.typing
          delete obj.receipt
          delete obj.attachment
          delete obj.delete
          delete obj.edit
          delete obj.reply
          delete obj.text
        }

        if (obj.reply != null) {
          delete obj.direct
          delete obj.move
          delete obj.entry
          delete obj.report
          delete obj.vote
          delete obj.charter
          delete obj.burn
          delete obj.hello
          delete obj.typing
          delete obj.receipt
          delete obj.attachment
          delete obj.delete
          delete obj.edit
          delete obj.reaction
          delete obj.text
        }

        if (obj.text != null) {
          delete obj.direct
          delete obj.move
          delete obj.entry
          delete obj.report
          delete obj.vote
          delete obj.charter
          delete obj.burn
          delete obj.hello
          delete obj.typing
          delete obj.receipt
          delete obj.attachment
          delete obj.delete
          delete obj.edit
          delete obj.reaction
          delete obj.reply
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const obj = {
          seen: 8
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.author`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.sequence`,
                value: reader.uint64()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.previous`,
                value: reader.bytes()
              }
              break
            }
            case 4: {
              if (opts.limits?.seen != null && obj.seen === opts.limits.seen) {
                throw new MaxLengthError('Streaming decode error - repeated field "seen" had too many elements')
              }

              if (obj.seen === 8) {
                throw new MaxLengthError('Streaming decode error - repeated field "seen" had too many elements')
              }

              yield {
                field: `${prefix}.seen[]`,
                index: obj.seen,
                value: reader.bytes()
              }

              obj.seen++

              break
            }
            case 5: {
              yield {
                field: `${prefix}.time`,
                value: reader.uint64()
              }
              break
            }
            case 6: {
              yield {
                field: `${prefix}.expires`,
                value: reader.uint64()
              }
              break
            }
            case 16: {
              yield * Text.codec().stream(reader, reader.uint32(), `${prefix}.text`, {
                limits: opts.limits?.text
              })

              break
            }
            case 17: {
              yield * Reply.codec().stream(reader, reader.uint32(), `${prefix}.reply`, {
                limits: opts.limits?.reply
              })

              break
            }
            case 18: {
              yield * Reaction.codec().stream(reader, reader.uint32(), `${prefix}.reaction`, {
                limits: opts.limits?.reaction
              })

              break
            }
            case 19: {
              yield * Edit.codec().stream(reader, reader.uint32(), `${prefix}.edit`, {
                limits: opts.limits?.edit
              })

              break
            }
            case 20: {
              yield * Delete.codec().stream(reader, reader.uint32(), `${prefix}.delete`, {
                limits: opts.limits?.delete
              })

              break
            }
            case 21: {
              yield * Attachment.codec().stream(reader, reader.uint32(), `${prefix}.attachment`, {
                limits: opts.limits?.attachment
              })

              break
            }
            case 22: {
              yield * Receipt.codec().stream(reader, reader.uint32(), `${prefix}.receipt`, {
                limits: opts.limits?.receipt
              })

              break
            }
            case 23: {
              yield * Typing.codec().stream(reader, reader.uint32(), `${prefix}.typing`, {
                limits: opts.limits?.typing
              })

              break
            }
            case 24: {
              yield * Hello.codec().stream(reader, reader.uint32(), `${prefix}.hello`, {
                limits: opts.limits?.hello
              })

              break
            }
            case 25: {
              yield * Burn.codec().stream(reader, reader.uint32(), `${prefix}.burn`, {
                limits: opts.limits?.burn
              })

              break
            }
            case 26: {
              yield * Charter.codec().stream(reader, reader.uint32(), `${prefix}.charter`, {
                limits: opts.limits?.charter
              })

              break
            }
            case 27: {
              yield * Vote.codec().stream(reader, reader.uint32(), `${prefix}.vote`, {
                limits: opts.limits?.vote
              })

              break
            }
            case 28: {
              yield * Report.codec().stream(reader, reader.uint32(), `${prefix}.report`, {
                limits: opts.limits?.report
              })

              break
            }
            case 29: {
              yield * Entry.codec().stream(reader, reader.uint32(), `${prefix}.entry`, {
                limits: opts.limits?.entry
              })

              break
            }
            case 30: {
              yield * Move.codec().stream(reader, reader.uint32(), `${prefix}.move`, {
                limits: opts.limits?.move
              })

              break
            }
            case 31: {
              yield * Direct.codec().stream(reader, reader.uint32(), `${prefix}.direct`, {
                limits: opts.limits?.direct
              })

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

  export interface PayloadAuthorFieldEvent {
    field: '$.author'
    value: Uint8Array<ArrayBuffer>
  }

  export interface PayloadSequenceFieldEvent {
    field: '$.sequence'
    value: bigint
  }

  export interface PayloadPreviousFieldEvent {
    field: '$.previous'
    value: Uint8Array<ArrayBuffer>
  }

  export interface PayloadSeenFieldEvent {
    field: '$.seen[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export interface PayloadTimeFieldEvent {
    field: '$.time'
    value: bigint
  }

  export interface PayloadExpiresFieldEvent {
    field: '$.expires'
    value: bigint
  }

  export interface PayloadTextTextFieldEvent {
    field: '$.text.text'
    value: Uint8Array<ArrayBuffer>
  }

  export interface PayloadTextMentionsFieldEvent {
    field: '$.text.mentions[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export interface PayloadReplyToFieldEvent {
    field: '$.reply.to'
    value: Uint8Array<ArrayBuffer>
  }

  export interface PayloadReplyTextFieldEvent {
    field: '$.reply.text'
    value: Uint8Array<ArrayBuffer>
  }

  export interface PayloadReplyMentionsFieldEvent {
    field: '$.reply.mentions[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export interface PayloadReactionToFieldEvent {
    field: '$.reaction.to'
    value: Uint8Array<ArrayBuffer>
  }

  export interface PayloadReactionEmojiFieldEvent {
    field: '$.reaction.emoji'
    value: Uint8Array<ArrayBuffer>
  }

  export interface PayloadReactionRemoveFieldEvent {
    field: '$.reaction.remove'
    value: boolean
  }

  export interface PayloadEditToFieldEvent {
    field: '$.edit.to'
    value: Uint8Array<ArrayBuffer>
  }

  export interface PayloadEditTextFieldEvent {
    field: '$.edit.text'
    value: Uint8Array<ArrayBuffer>
  }

  export interface PayloadDeleteToFieldEvent {
    field: '$.delete.to'
    value: Uint8Array<ArrayBuffer>
  }

  export interface PayloadAttachmentNameFieldEvent {
    field: '$.attachment.name'
    value: Uint8Array<ArrayBuffer>
  }

  export interface PayloadAttachmentTypeFieldEvent {
    field: '$.attachment.type'
    value: Uint8Array<ArrayBuffer>
  }

  export interface PayloadAttachmentSizeFieldEvent {
    field: '$.attachment.size'
    value: bigint
  }

  export interface PayloadAttachmentHashFieldEvent {
    field: '$.attachment.hash'
    value: Uint8Array<ArrayBuffer>
  }

  export interface PayloadAttachmentKeyFieldEvent {
    field: '$.attachment.key'
    value: Uint8Array<ArrayBuffer>
  }

  export interface PayloadAttachmentChunkSizeFieldEvent {
    field: '$.attachment.chunkSize'
    value: number
  }

  export interface PayloadAttachmentChunksFieldEvent {
    field: '$.attachment.chunks[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export interface PayloadAttachmentThumbnailFieldEvent {
    field: '$.attachment.thumbnail'
    value: Uint8Array<ArrayBuffer>
  }

  export interface PayloadAttachmentTextFieldEvent {
    field: '$.attachment.text'
    value: Uint8Array<ArrayBuffer>
  }

  export interface PayloadReceiptIdsFieldEvent {
    field: '$.receipt.ids[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export interface PayloadTypingUntilFieldEvent {
    field: '$.typing.until'
    value: bigint
  }

  export interface PayloadHelloSealingKeyFieldEvent {
    field: '$.hello.sealingKey'
    value: Uint8Array<ArrayBuffer>
  }

  export interface PayloadHelloStampFieldEvent {
    field: '$.hello.stamp'
    value: Uint8Array<ArrayBuffer>
  }

  export interface PayloadHelloPetnameFieldEvent {
    field: '$.hello.petname'
    value: Uint8Array<ArrayBuffer>
  }

  export interface PayloadHelloAdmissionInviteKeyFieldEvent {
    field: '$.hello.admission.inviteKey'
    value: Uint8Array<ArrayBuffer>
  }

  export interface PayloadHelloAdmissionCertificateFieldEvent {
    field: '$.hello.admission.certificate'
    value: Uint8Array<ArrayBuffer>
  }

  export interface PayloadHelloAdmissionProofFieldEvent {
    field: '$.hello.admission.proof'
    value: Uint8Array<ArrayBuffer>
  }

  export interface PayloadHelloCapabilitiesFieldEvent {
    field: '$.hello.capabilities'
    value: number
  }

  export interface PayloadCharterCharterFieldEvent {
    field: '$.charter.charter'
    value: Uint8Array<ArrayBuffer>
  }

  export interface PayloadVoteProposalFieldEvent {
    field: '$.vote.proposal'
    value: Uint8Array<ArrayBuffer>
  }

  export interface PayloadVoteChoiceFieldEvent {
    field: '$.vote.choice'
    value: Uint8Array<ArrayBuffer>
  }

  export interface PayloadReportSealedFieldEvent {
    field: '$.report.sealed'
    value: Uint8Array<ArrayBuffer>
  }

  export interface PayloadEntryEntryFieldEvent {
    field: '$.entry.entry'
    value: Uint8Array<ArrayBuffer>
  }

  export interface PayloadMoveSealedPersonaFieldEvent {
    field: '$.move.sealed[].persona'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface PayloadMoveSealedSealedFieldEvent {
    field: '$.move.sealed[].sealed'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface PayloadMoveWithoutFieldEvent {
    field: '$.move.without[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export interface PayloadDirectToFieldEvent {
    field: '$.direct.to'
    value: Uint8Array<ArrayBuffer>
  }

  export interface PayloadDirectSealedFieldEvent {
    field: '$.direct.sealed'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Payload>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Payload.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Payload>): Payload {
    return decodeMessage(buf, Payload.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Payload>): Generator<PayloadAuthorFieldEvent | PayloadSequenceFieldEvent | PayloadPreviousFieldEvent | PayloadSeenFieldEvent | PayloadTimeFieldEvent | PayloadExpiresFieldEvent | PayloadTextTextFieldEvent | PayloadTextMentionsFieldEvent | PayloadReplyToFieldEvent | PayloadReplyTextFieldEvent | PayloadReplyMentionsFieldEvent | PayloadReactionToFieldEvent | PayloadReactionEmojiFieldEvent | PayloadReactionRemoveFieldEvent | PayloadEditToFieldEvent | PayloadEditTextFieldEvent | PayloadDeleteToFieldEvent | PayloadAttachmentNameFieldEvent | PayloadAttachmentTypeFieldEvent | PayloadAttachmentSizeFieldEvent | PayloadAttachmentHashFieldEvent | PayloadAttachmentKeyFieldEvent | PayloadAttachmentChunkSizeFieldEvent | PayloadAttachmentChunksFieldEvent | PayloadAttachmentThumbnailFieldEvent | PayloadAttachmentTextFieldEvent | PayloadReceiptIdsFieldEvent | PayloadTypingUntilFieldEvent | PayloadHelloSealingKeyFieldEvent | PayloadHelloStampFieldEvent | PayloadHelloPetnameFieldEvent | PayloadHelloAdmissionInviteKeyFieldEvent | PayloadHelloAdmissionCertificateFieldEvent | PayloadHelloAdmissionProofFieldEvent | PayloadHelloCapabilitiesFieldEvent | PayloadCharterCharterFieldEvent | PayloadVoteProposalFieldEvent | PayloadVoteChoiceFieldEvent | PayloadReportSealedFieldEvent | PayloadEntryEntryFieldEvent | PayloadMoveSealedPersonaFieldEvent | PayloadMoveSealedSealedFieldEvent | PayloadMoveWithoutFieldEvent | PayloadDirectToFieldEvent | PayloadDirectSealedFieldEvent> {
    return streamMessage(buf, Payload.codec(), opts)
  }
}

export interface Text {
  text: Uint8Array<ArrayBuffer>
  mentions: Uint8Array<ArrayBuffer>[]
}

export namespace Text {
  let _codec: Codec<Text>

  export const codec = (): Codec<Text> => {
    if (_codec == null) {
      _codec = message<Text>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.text != null && obj.text.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.text)
        }

        if (obj.mentions != null && obj.mentions.length > 0) {
          for (const value of obj.mentions) {
            w.uint32(18)
            w.bytes(value)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          text: uint8ArrayAlloc(0),
          mentions: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.text = reader.bytes()
              break
            }
            case 2: {
              if (opts.limits?.mentions != null && obj.mentions.length === opts.limits.mentions) {
                throw new MaxLengthError('Decode error - repeated field "mentions" had too many elements')
              }

              if (obj.mentions.length === 32) {
                throw new MaxLengthError('Decode error - repeated field "mentions" had too many elements')
              }

              obj.mentions.push(reader.bytes())
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
          mentions: 32
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.text`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              if (opts.limits?.mentions != null && obj.mentions === opts.limits.mentions) {
                throw new MaxLengthError('Streaming decode error - repeated field "mentions" had too many elements')
              }

              if (obj.mentions === 32) {
                throw new MaxLengthError('Streaming decode error - repeated field "mentions" had too many elements')
              }

              yield {
                field: `${prefix}.mentions[]`,
                index: obj.mentions,
                value: reader.bytes()
              }

              obj.mentions++

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

  export interface TextTextFieldEvent {
    field: '$.text'
    value: Uint8Array<ArrayBuffer>
  }

  export interface TextMentionsFieldEvent {
    field: '$.mentions[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Text>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Text.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Text>): Text {
    return decodeMessage(buf, Text.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Text>): Generator<TextTextFieldEvent | TextMentionsFieldEvent> {
    return streamMessage(buf, Text.codec(), opts)
  }
}

export interface Reply {
  to: Uint8Array<ArrayBuffer>
  text: Uint8Array<ArrayBuffer>
  mentions: Uint8Array<ArrayBuffer>[]
}

export namespace Reply {
  let _codec: Codec<Reply>

  export const codec = (): Codec<Reply> => {
    if (_codec == null) {
      _codec = message<Reply>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.to != null && obj.to.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.to)
        }

        if ((obj.text != null && obj.text.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.text)
        }

        if (obj.mentions != null && obj.mentions.length > 0) {
          for (const value of obj.mentions) {
            w.uint32(26)
            w.bytes(value)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          to: uint8ArrayAlloc(0),
          text: uint8ArrayAlloc(0),
          mentions: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.to = reader.bytes()
              break
            }
            case 2: {
              obj.text = reader.bytes()
              break
            }
            case 3: {
              if (opts.limits?.mentions != null && obj.mentions.length === opts.limits.mentions) {
                throw new MaxLengthError('Decode error - repeated field "mentions" had too many elements')
              }

              if (obj.mentions.length === 32) {
                throw new MaxLengthError('Decode error - repeated field "mentions" had too many elements')
              }

              obj.mentions.push(reader.bytes())
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
          mentions: 32
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.to`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.text`,
                value: reader.bytes()
              }
              break
            }
            case 3: {
              if (opts.limits?.mentions != null && obj.mentions === opts.limits.mentions) {
                throw new MaxLengthError('Streaming decode error - repeated field "mentions" had too many elements')
              }

              if (obj.mentions === 32) {
                throw new MaxLengthError('Streaming decode error - repeated field "mentions" had too many elements')
              }

              yield {
                field: `${prefix}.mentions[]`,
                index: obj.mentions,
                value: reader.bytes()
              }

              obj.mentions++

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

  export interface ReplyToFieldEvent {
    field: '$.to'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ReplyTextFieldEvent {
    field: '$.text'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ReplyMentionsFieldEvent {
    field: '$.mentions[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Reply>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Reply.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Reply>): Reply {
    return decodeMessage(buf, Reply.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Reply>): Generator<ReplyToFieldEvent | ReplyTextFieldEvent | ReplyMentionsFieldEvent> {
    return streamMessage(buf, Reply.codec(), opts)
  }
}

export interface Reaction {
  to: Uint8Array<ArrayBuffer>
  emoji: Uint8Array<ArrayBuffer>
  remove: boolean
}

export namespace Reaction {
  let _codec: Codec<Reaction>

  export const codec = (): Codec<Reaction> => {
    if (_codec == null) {
      _codec = message<Reaction>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.to != null && obj.to.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.to)
        }

        if ((obj.emoji != null && obj.emoji.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.emoji)
        }

        if ((obj.remove != null && obj.remove !== false)) {
          w.uint32(24)
          w.bool(obj.remove)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          to: uint8ArrayAlloc(0),
          emoji: uint8ArrayAlloc(0),
          remove: false
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.to = reader.bytes()
              break
            }
            case 2: {
              obj.emoji = reader.bytes()
              break
            }
            case 3: {
              obj.remove = reader.bool()
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
                field: `${prefix}.to`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.emoji`,
                value: reader.bytes()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.remove`,
                value: reader.bool()
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

  export interface ReactionToFieldEvent {
    field: '$.to'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ReactionEmojiFieldEvent {
    field: '$.emoji'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ReactionRemoveFieldEvent {
    field: '$.remove'
    value: boolean
  }

  export function encode (obj: Partial<Reaction>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Reaction.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Reaction>): Reaction {
    return decodeMessage(buf, Reaction.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Reaction>): Generator<ReactionToFieldEvent | ReactionEmojiFieldEvent | ReactionRemoveFieldEvent> {
    return streamMessage(buf, Reaction.codec(), opts)
  }
}

export interface Edit {
  to: Uint8Array<ArrayBuffer>
  text: Uint8Array<ArrayBuffer>
}

export namespace Edit {
  let _codec: Codec<Edit>

  export const codec = (): Codec<Edit> => {
    if (_codec == null) {
      _codec = message<Edit>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.to != null && obj.to.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.to)
        }

        if ((obj.text != null && obj.text.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.text)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          to: uint8ArrayAlloc(0),
          text: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.to = reader.bytes()
              break
            }
            case 2: {
              obj.text = reader.bytes()
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
                field: `${prefix}.to`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.text`,
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

  export interface EditToFieldEvent {
    field: '$.to'
    value: Uint8Array<ArrayBuffer>
  }

  export interface EditTextFieldEvent {
    field: '$.text'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Edit>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Edit.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Edit>): Edit {
    return decodeMessage(buf, Edit.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Edit>): Generator<EditToFieldEvent | EditTextFieldEvent> {
    return streamMessage(buf, Edit.codec(), opts)
  }
}

export interface Delete {
  to: Uint8Array<ArrayBuffer>
}

export namespace Delete {
  let _codec: Codec<Delete>

  export const codec = (): Codec<Delete> => {
    if (_codec == null) {
      _codec = message<Delete>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.to != null && obj.to.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.to)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          to: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.to = reader.bytes()
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
                field: `${prefix}.to`,
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

  export interface DeleteToFieldEvent {
    field: '$.to'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Delete>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Delete.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Delete>): Delete {
    return decodeMessage(buf, Delete.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Delete>): Generator<DeleteToFieldEvent> {
    return streamMessage(buf, Delete.codec(), opts)
  }
}

export interface Attachment {
  name: Uint8Array<ArrayBuffer>
  type: Uint8Array<ArrayBuffer>
  size: bigint
  hash: Uint8Array<ArrayBuffer>
  key: Uint8Array<ArrayBuffer>
  chunkSize: number
  chunks: Uint8Array<ArrayBuffer>[]
  thumbnail: Uint8Array<ArrayBuffer>
  text: Uint8Array<ArrayBuffer>
}

export namespace Attachment {
  let _codec: Codec<Attachment>

  export const codec = (): Codec<Attachment> => {
    if (_codec == null) {
      _codec = message<Attachment>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.name != null && obj.name.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.name)
        }

        if ((obj.type != null && obj.type.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.type)
        }

        if ((obj.size != null && obj.size !== 0n)) {
          w.uint32(24)
          w.uint64(obj.size)
        }

        if ((obj.hash != null && obj.hash.byteLength > 0)) {
          w.uint32(34)
          w.bytes(obj.hash)
        }

        if ((obj.key != null && obj.key.byteLength > 0)) {
          w.uint32(42)
          w.bytes(obj.key)
        }

        if ((obj.chunkSize != null && obj.chunkSize !== 0)) {
          w.uint32(48)
          w.uint32(obj.chunkSize)
        }

        if (obj.chunks != null && obj.chunks.length > 0) {
          for (const value of obj.chunks) {
            w.uint32(58)
            w.bytes(value)
          }
        }

        if ((obj.thumbnail != null && obj.thumbnail.byteLength > 0)) {
          w.uint32(66)
          w.bytes(obj.thumbnail)
        }

        if ((obj.text != null && obj.text.byteLength > 0)) {
          w.uint32(74)
          w.bytes(obj.text)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          name: uint8ArrayAlloc(0),
          type: uint8ArrayAlloc(0),
          size: 0n,
          hash: uint8ArrayAlloc(0),
          key: uint8ArrayAlloc(0),
          chunkSize: 0,
          chunks: [],
          thumbnail: uint8ArrayAlloc(0),
          text: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.name = reader.bytes()
              break
            }
            case 2: {
              obj.type = reader.bytes()
              break
            }
            case 3: {
              obj.size = reader.uint64()
              break
            }
            case 4: {
              obj.hash = reader.bytes()
              break
            }
            case 5: {
              obj.key = reader.bytes()
              break
            }
            case 6: {
              obj.chunkSize = reader.uint32()
              break
            }
            case 7: {
              if (opts.limits?.chunks != null && obj.chunks.length === opts.limits.chunks) {
                throw new MaxLengthError('Decode error - repeated field "chunks" had too many elements')
              }

              if (obj.chunks.length === 1024) {
                throw new MaxLengthError('Decode error - repeated field "chunks" had too many elements')
              }

              obj.chunks.push(reader.bytes())
              break
            }
            case 8: {
              obj.thumbnail = reader.bytes()
              break
            }
            case 9: {
              obj.text = reader.bytes()
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
          chunks: 1024
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.name`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.type`,
                value: reader.bytes()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.size`,
                value: reader.uint64()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.hash`,
                value: reader.bytes()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.key`,
                value: reader.bytes()
              }
              break
            }
            case 6: {
              yield {
                field: `${prefix}.chunkSize`,
                value: reader.uint32()
              }
              break
            }
            case 7: {
              if (opts.limits?.chunks != null && obj.chunks === opts.limits.chunks) {
                throw new MaxLengthError('Streaming decode error - repeated field "chunks" had too many elements')
              }

              if (obj.chunks === 1024) {
                throw new MaxLengthError('Streaming decode error - repeated field "chunks" had too many elements')
              }

              yield {
                field: `${prefix}.chunks[]`,
                index: obj.chunks,
                value: reader.bytes()
              }

              obj.chunks++

              break
            }
            case 8: {
              yield {
                field: `${prefix}.thumbnail`,
                value: reader.bytes()
              }
              break
            }
            case 9: {
              yield {
                field: `${prefix}.text`,
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

  export interface AttachmentNameFieldEvent {
    field: '$.name'
    value: Uint8Array<ArrayBuffer>
  }

  export interface AttachmentTypeFieldEvent {
    field: '$.type'
    value: Uint8Array<ArrayBuffer>
  }

  export interface AttachmentSizeFieldEvent {
    field: '$.size'
    value: bigint
  }

  export interface AttachmentHashFieldEvent {
    field: '$.hash'
    value: Uint8Array<ArrayBuffer>
  }

  export interface AttachmentKeyFieldEvent {
    field: '$.key'
    value: Uint8Array<ArrayBuffer>
  }

  export interface AttachmentChunkSizeFieldEvent {
    field: '$.chunkSize'
    value: number
  }

  export interface AttachmentChunksFieldEvent {
    field: '$.chunks[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export interface AttachmentThumbnailFieldEvent {
    field: '$.thumbnail'
    value: Uint8Array<ArrayBuffer>
  }

  export interface AttachmentTextFieldEvent {
    field: '$.text'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Attachment>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Attachment.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Attachment>): Attachment {
    return decodeMessage(buf, Attachment.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Attachment>): Generator<AttachmentNameFieldEvent | AttachmentTypeFieldEvent | AttachmentSizeFieldEvent | AttachmentHashFieldEvent | AttachmentKeyFieldEvent | AttachmentChunkSizeFieldEvent | AttachmentChunksFieldEvent | AttachmentThumbnailFieldEvent | AttachmentTextFieldEvent> {
    return streamMessage(buf, Attachment.codec(), opts)
  }
}

export interface Receipt {
  ids: Uint8Array<ArrayBuffer>[]
}

export namespace Receipt {
  let _codec: Codec<Receipt>

  export const codec = (): Codec<Receipt> => {
    if (_codec == null) {
      _codec = message<Receipt>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.ids != null && obj.ids.length > 0) {
          for (const value of obj.ids) {
            w.uint32(10)
            w.bytes(value)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          ids: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.ids != null && obj.ids.length === opts.limits.ids) {
                throw new MaxLengthError('Decode error - repeated field "ids" had too many elements')
              }

              if (obj.ids.length === 256) {
                throw new MaxLengthError('Decode error - repeated field "ids" had too many elements')
              }

              obj.ids.push(reader.bytes())
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
          ids: 256
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.ids != null && obj.ids === opts.limits.ids) {
                throw new MaxLengthError('Streaming decode error - repeated field "ids" had too many elements')
              }

              if (obj.ids === 256) {
                throw new MaxLengthError('Streaming decode error - repeated field "ids" had too many elements')
              }

              yield {
                field: `${prefix}.ids[]`,
                index: obj.ids,
                value: reader.bytes()
              }

              obj.ids++

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

  export interface ReceiptIdsFieldEvent {
    field: '$.ids[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Receipt>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Receipt.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Receipt>): Receipt {
    return decodeMessage(buf, Receipt.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Receipt>): Generator<ReceiptIdsFieldEvent> {
    return streamMessage(buf, Receipt.codec(), opts)
  }
}

export interface Typing {
  until: bigint
}

export namespace Typing {
  let _codec: Codec<Typing>

  export const codec = (): Codec<Typing> => {
    if (_codec == null) {
      _codec = message<Typing>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.until != null && obj.until !== 0n)) {
          w.uint32(8)
          w.uint64(obj.until)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          until: 0n
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.until = reader.uint64()
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
                field: `${prefix}.until`,
                value: reader.uint64()
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

  export interface TypingUntilFieldEvent {
    field: '$.until'
    value: bigint
  }

  export function encode (obj: Partial<Typing>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Typing.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Typing>): Typing {
    return decodeMessage(buf, Typing.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Typing>): Generator<TypingUntilFieldEvent> {
    return streamMessage(buf, Typing.codec(), opts)
  }
}

export interface Hello {
  sealingKey: Uint8Array<ArrayBuffer>
  stamp: Uint8Array<ArrayBuffer>
  petname: Uint8Array<ArrayBuffer>
  admission?: Admission
  capabilities: number
}

export namespace Hello {
  let _codec: Codec<Hello>

  export const codec = (): Codec<Hello> => {
    if (_codec == null) {
      _codec = message<Hello>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.sealingKey != null && obj.sealingKey.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.sealingKey)
        }

        if ((obj.stamp != null && obj.stamp.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.stamp)
        }

        if ((obj.petname != null && obj.petname.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.petname)
        }

        if (obj.admission != null) {
          w.uint32(34)
          Admission.codec().encode(obj.admission, w)
        }

        if ((obj.capabilities != null && obj.capabilities !== 0)) {
          w.uint32(40)
          w.uint32(obj.capabilities)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          sealingKey: uint8ArrayAlloc(0),
          stamp: uint8ArrayAlloc(0),
          petname: uint8ArrayAlloc(0),
          capabilities: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.sealingKey = reader.bytes()
              break
            }
            case 2: {
              obj.stamp = reader.bytes()
              break
            }
            case 3: {
              obj.petname = reader.bytes()
              break
            }
            case 4: {
              obj.admission = Admission.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.admission
              })
              break
            }
            case 5: {
              obj.capabilities = reader.uint32()
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
                field: `${prefix}.sealingKey`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.stamp`,
                value: reader.bytes()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.petname`,
                value: reader.bytes()
              }
              break
            }
            case 4: {
              yield * Admission.codec().stream(reader, reader.uint32(), `${prefix}.admission`, {
                limits: opts.limits?.admission
              })

              break
            }
            case 5: {
              yield {
                field: `${prefix}.capabilities`,
                value: reader.uint32()
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

  export interface HelloSealingKeyFieldEvent {
    field: '$.sealingKey'
    value: Uint8Array<ArrayBuffer>
  }

  export interface HelloStampFieldEvent {
    field: '$.stamp'
    value: Uint8Array<ArrayBuffer>
  }

  export interface HelloPetnameFieldEvent {
    field: '$.petname'
    value: Uint8Array<ArrayBuffer>
  }

  export interface HelloAdmissionInviteKeyFieldEvent {
    field: '$.admission.inviteKey'
    value: Uint8Array<ArrayBuffer>
  }

  export interface HelloAdmissionCertificateFieldEvent {
    field: '$.admission.certificate'
    value: Uint8Array<ArrayBuffer>
  }

  export interface HelloAdmissionProofFieldEvent {
    field: '$.admission.proof'
    value: Uint8Array<ArrayBuffer>
  }

  export interface HelloCapabilitiesFieldEvent {
    field: '$.capabilities'
    value: number
  }

  export function encode (obj: Partial<Hello>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Hello.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Hello>): Hello {
    return decodeMessage(buf, Hello.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Hello>): Generator<HelloSealingKeyFieldEvent | HelloStampFieldEvent | HelloPetnameFieldEvent | HelloAdmissionInviteKeyFieldEvent | HelloAdmissionCertificateFieldEvent | HelloAdmissionProofFieldEvent | HelloCapabilitiesFieldEvent> {
    return streamMessage(buf, Hello.codec(), opts)
  }
}

export interface Admission {
  inviteKey: Uint8Array<ArrayBuffer>
  certificate: Uint8Array<ArrayBuffer>
  proof: Uint8Array<ArrayBuffer>
}

export namespace Admission {
  let _codec: Codec<Admission>

  export const codec = (): Codec<Admission> => {
    if (_codec == null) {
      _codec = message<Admission>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.inviteKey != null && obj.inviteKey.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.inviteKey)
        }

        if ((obj.certificate != null && obj.certificate.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.certificate)
        }

        if ((obj.proof != null && obj.proof.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.proof)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          inviteKey: uint8ArrayAlloc(0),
          certificate: uint8ArrayAlloc(0),
          proof: uint8ArrayAlloc(0)
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
              obj.certificate = reader.bytes()
              break
            }
            case 3: {
              obj.proof = reader.bytes()
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
                field: `${prefix}.certificate`,
                value: reader.bytes()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.proof`,
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

  export interface AdmissionInviteKeyFieldEvent {
    field: '$.inviteKey'
    value: Uint8Array<ArrayBuffer>
  }

  export interface AdmissionCertificateFieldEvent {
    field: '$.certificate'
    value: Uint8Array<ArrayBuffer>
  }

  export interface AdmissionProofFieldEvent {
    field: '$.proof'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Admission>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Admission.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Admission>): Admission {
    return decodeMessage(buf, Admission.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Admission>): Generator<AdmissionInviteKeyFieldEvent | AdmissionCertificateFieldEvent | AdmissionProofFieldEvent> {
    return streamMessage(buf, Admission.codec(), opts)
  }
}

export interface Burn {}

export namespace Burn {
  let _codec: Codec<Burn>

  export const codec = (): Codec<Burn> => {
    if (_codec == null) {
      _codec = message<Burn>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {}

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
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

  export function encode (obj: Partial<Burn>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Burn.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Burn>): Burn {
    return decodeMessage(buf, Burn.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Burn>): Generator<{}> {
    return streamMessage(buf, Burn.codec(), opts)
  }
}

export interface Charter {
  charter: Uint8Array<ArrayBuffer>
}

export namespace Charter {
  let _codec: Codec<Charter>

  export const codec = (): Codec<Charter> => {
    if (_codec == null) {
      _codec = message<Charter>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.charter != null && obj.charter.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.charter)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          charter: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.charter = reader.bytes()
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
                field: `${prefix}.charter`,
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

  export interface CharterCharterFieldEvent {
    field: '$.charter'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Charter>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Charter.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Charter>): Charter {
    return decodeMessage(buf, Charter.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Charter>): Generator<CharterCharterFieldEvent> {
    return streamMessage(buf, Charter.codec(), opts)
  }
}

export interface Vote {
  proposal: Uint8Array<ArrayBuffer>
  choice: Uint8Array<ArrayBuffer>
}

export namespace Vote {
  let _codec: Codec<Vote>

  export const codec = (): Codec<Vote> => {
    if (_codec == null) {
      _codec = message<Vote>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.proposal != null && obj.proposal.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.proposal)
        }

        if ((obj.choice != null && obj.choice.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.choice)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          proposal: uint8ArrayAlloc(0),
          choice: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.proposal = reader.bytes()
              break
            }
            case 2: {
              obj.choice = reader.bytes()
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
                field: `${prefix}.proposal`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.choice`,
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

  export interface VoteProposalFieldEvent {
    field: '$.proposal'
    value: Uint8Array<ArrayBuffer>
  }

  export interface VoteChoiceFieldEvent {
    field: '$.choice'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Vote>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Vote.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Vote>): Vote {
    return decodeMessage(buf, Vote.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Vote>): Generator<VoteProposalFieldEvent | VoteChoiceFieldEvent> {
    return streamMessage(buf, Vote.codec(), opts)
  }
}

export interface Report {
  sealed: Uint8Array<ArrayBuffer>
}

export namespace Report {
  let _codec: Codec<Report>

  export const codec = (): Codec<Report> => {
    if (_codec == null) {
      _codec = message<Report>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.sealed != null && obj.sealed.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.sealed)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          sealed: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.sealed = reader.bytes()
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
                field: `${prefix}.sealed`,
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

  export interface ReportSealedFieldEvent {
    field: '$.sealed'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Report>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Report.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Report>): Report {
    return decodeMessage(buf, Report.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Report>): Generator<ReportSealedFieldEvent> {
    return streamMessage(buf, Report.codec(), opts)
  }
}

export interface Entry {
  entry: Uint8Array<ArrayBuffer>
}

export namespace Entry {
  let _codec: Codec<Entry>

  export const codec = (): Codec<Entry> => {
    if (_codec == null) {
      _codec = message<Entry>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.entry != null && obj.entry.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.entry)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          entry: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.entry = reader.bytes()
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
                field: `${prefix}.entry`,
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

  export interface EntryEntryFieldEvent {
    field: '$.entry'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Entry>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Entry.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Entry>): Entry {
    return decodeMessage(buf, Entry.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Entry>): Generator<EntryEntryFieldEvent> {
    return streamMessage(buf, Entry.codec(), opts)
  }
}

export interface Move {
  sealed: Sealed[]
  without: Uint8Array<ArrayBuffer>[]
}

export namespace Move {
  let _codec: Codec<Move>

  export const codec = (): Codec<Move> => {
    if (_codec == null) {
      _codec = message<Move>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.sealed != null && obj.sealed.length > 0) {
          for (const value of obj.sealed) {
            w.uint32(10)
            Sealed.codec().encode(value, w)
          }
        }

        if (obj.without != null && obj.without.length > 0) {
          for (const value of obj.without) {
            w.uint32(18)
            w.bytes(value)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          sealed: [],
          without: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.sealed != null && obj.sealed.length === opts.limits.sealed) {
                throw new MaxLengthError('Decode error - repeated field "sealed" had too many elements')
              }

              if (obj.sealed.length === 48) {
                throw new MaxLengthError('Decode error - repeated field "sealed" had too many elements')
              }

              obj.sealed.push(Sealed.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.sealed$
              }))
              break
            }
            case 2: {
              if (opts.limits?.without != null && obj.without.length === opts.limits.without) {
                throw new MaxLengthError('Decode error - repeated field "without" had too many elements')
              }

              if (obj.without.length === 256) {
                throw new MaxLengthError('Decode error - repeated field "without" had too many elements')
              }

              obj.without.push(reader.bytes())
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
          sealed: 48,
          without: 256
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.sealed != null && obj.sealed === opts.limits.sealed) {
                throw new MaxLengthError('Streaming decode error - repeated field "sealed" had too many elements')
              }

              if (obj.sealed === 48) {
                throw new MaxLengthError('Streaming decode error - repeated field "sealed" had too many elements')
              }

              for (const evt of Sealed.codec().stream(reader, reader.uint32(), `${prefix}.sealed[]`, {
                limits: opts.limits?.sealed$
              })) {
                yield {
                  ...evt,
                  index: obj.sealed
                }
              }

              obj.sealed++

              break
            }
            case 2: {
              if (opts.limits?.without != null && obj.without === opts.limits.without) {
                throw new MaxLengthError('Streaming decode error - repeated field "without" had too many elements')
              }

              if (obj.without === 256) {
                throw new MaxLengthError('Streaming decode error - repeated field "without" had too many elements')
              }

              yield {
                field: `${prefix}.without[]`,
                index: obj.without,
                value: reader.bytes()
              }

              obj.without++

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

  export interface MoveSealedPersonaFieldEvent {
    field: '$.sealed[].persona'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface MoveSealedSealedFieldEvent {
    field: '$.sealed[].sealed'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface MoveWithoutFieldEvent {
    field: '$.without[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Move>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Move.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Move>): Move {
    return decodeMessage(buf, Move.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Move>): Generator<MoveSealedPersonaFieldEvent | MoveSealedSealedFieldEvent | MoveWithoutFieldEvent> {
    return streamMessage(buf, Move.codec(), opts)
  }
}

export interface Sealed {
  persona: Uint8Array<ArrayBuffer>
  sealed: Uint8Array<ArrayBuffer>
}

export namespace Sealed {
  let _codec: Codec<Sealed>

  export const codec = (): Codec<Sealed> => {
    if (_codec == null) {
      _codec = message<Sealed>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.persona != null && obj.persona.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.persona)
        }

        if ((obj.sealed != null && obj.sealed.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.sealed)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          persona: uint8ArrayAlloc(0),
          sealed: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.persona = reader.bytes()
              break
            }
            case 2: {
              obj.sealed = reader.bytes()
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
                field: `${prefix}.persona`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.sealed`,
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

  export interface SealedPersonaFieldEvent {
    field: '$.persona'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SealedSealedFieldEvent {
    field: '$.sealed'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Sealed>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Sealed.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Sealed>): Sealed {
    return decodeMessage(buf, Sealed.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Sealed>): Generator<SealedPersonaFieldEvent | SealedSealedFieldEvent> {
    return streamMessage(buf, Sealed.codec(), opts)
  }
}

export interface Direct {
  to: Uint8Array<ArrayBuffer>
  sealed: Uint8Array<ArrayBuffer>
}

export namespace Direct {
  let _codec: Codec<Direct>

  export const codec = (): Codec<Direct> => {
    if (_codec == null) {
      _codec = message<Direct>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.to != null && obj.to.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.to)
        }

        if ((obj.sealed != null && obj.sealed.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.sealed)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          to: uint8ArrayAlloc(0),
          sealed: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.to = reader.bytes()
              break
            }
            case 2: {
              obj.sealed = reader.bytes()
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
                field: `${prefix}.to`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.sealed`,
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

  export interface DirectToFieldEvent {
    field: '$.to'
    value: Uint8Array<ArrayBuffer>
  }

  export interface DirectSealedFieldEvent {
    field: '$.sealed'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Direct>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Direct.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Direct>): Direct {
    return decodeMessage(buf, Direct.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Direct>): Generator<DirectToFieldEvent | DirectSealedFieldEvent> {
    return streamMessage(buf, Direct.codec(), opts)
  }
}
