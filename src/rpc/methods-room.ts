import { InvalidParametersError } from '../engine/errors.ts'
import { load, loadPieces, save } from './method-files.ts'
import { binary, exactlyOne, flag, id, idOrTime, json, listOf, oneOf, optional, path, record, text, time, whole } from './params.ts'
import type { Define, MethodsInit } from './method.ts'
import type { Policy } from '../engine/api.ts'

/** Most messages of one answer: with texts of 16 KiB it is 16 MiB. */
const MAX_MESSAGES = 1_000
const MAX_MOVED_WITHOUT = 10_000
const MAX_MENTIONS = 32
/** Files that go along where a room's file is in the answer, bytes: such a file fits a request again. */
const FILE_BYTES_IN_ANSWER = 4 * 1024 * 1024
const room = id

/** Rooms: in, out, who is here, what is said. */
export function defineRoomMethods (define: Define, { engine, files }: MethodsInit): void {
  const { rooms } = engine

  define('room.create', { name: text, kind: oneOf('open', 'invite'), passphrase: optional(text), policy: optional(record), charter: optional(json) },
    async ({ policy, ...options }, { signal }) => (await rooms.create({ ...options, policy: policy as Partial<Policy>, signal })).info())

  define('room.join', { invite: optional(text), name: optional(text), passphrase: optional(text), policy: optional(record) },
    async (params, { signal }) => {
      const { invite, name, passphrase } = params
      exactlyOne('room.join', params, ['invite', 'name'])
      if (invite != null) {
        if (passphrase != null || params.policy != null) {
          throw new InvalidParametersError('room.join takes "passphrase" and "policy" with "name" only: an invite carries both.')
        }
        return (await rooms.join({ invite, signal })).info()
      }
      return (await rooms.join({ name: name as string, passphrase, policy: params.policy as Partial<Policy>, signal })).info()
    })

  define('room.list', {}, () => ({ rooms: rooms.list().map(each => each.info()) }))
  define('room.info', { room }, params => rooms.get(params.room).info())

  define('room.leave', { room, forget: optional(flag) }, async ({ room, forget }) => {
    await rooms.get(room).leave({ forget })
    return {}
  })

  define('room.invite', { room, expires: optional(time), uses: optional(whole(1)), label: optional(text), local: optional(flag) },
    ({ room, ...options }) => rooms.get(room).invite(options))

  define('room.members', { room }, ({ room }) => ({ members: rooms.get(room).members(), keepers: rooms.get(room).info().keepers }))

  define('room.rename', { room, persona: id, petname: text }, async ({ room, persona, petname }) => {
    await rooms.get(room).rename(persona, petname)
    return {}
  })

  define('room.send', { room, text, replyTo: optional(id), expires: optional(time), anyway: optional(flag), mentions: optional(listOf(id, MAX_MENTIONS)) },
    ({ room, text, ...options }, { signal }) => rooms.get(room).send(text, { ...options, signal }))

  define('room.react', { room, message: id, emoji: text },
    ({ room, message, emoji }, { signal }) => rooms.get(room).react(message, emoji, { signal }))

  define('room.edit', { room, message: id, text },
    ({ room, message, text }, { signal }) => rooms.get(room).edit(message, text, { signal }))

  define('room.delete', { room, message: id },
    ({ room, message }, { signal }) => rooms.get(room).delete(message, { signal }))

  define('room.messages', { room, before: optional(idOrTime), after: optional(idOrTime), limit: optional(whole(1, MAX_MESSAGES)), hidden: optional(flag) },
    ({ room, ...query }) => rooms.get(room).history(query))

  define('room.search', { room, text, limit: optional(whole(1, MAX_MESSAGES)) },
    ({ room, text, limit }, { signal }) => rooms.get(room).search(text, { limit, signal }))

  define('room.configure', { room, mentions: optional(oneOf('everyone', 'members', 'nobody')) }, ({ room, ...options }) => rooms.get(room).configure(options))

  define('room.draft', { room, text: optional(text) }, ({ room, text }) => ({ text: rooms.get(room).draft(text) }))

  define('room.read', { room }, ({ room }) => {
    rooms.get(room).markRead()
    return {}
  })

  define('room.attach', { room, path: optional(path), data: optional(binary), name: optional(text), type: optional(text), keepMetadata: optional(flag), expires: optional(time) },
    async (params, { signal }) => {
      const { keepMetadata, expires } = params
      const target = rooms.get(params.room)
      const data = await load('room.attach', files, params)
      const name = params.name ?? (params.path == null ? undefined : files?.name(params.path))
      if (name == null) {
        throw new InvalidParametersError('room.attach needs the parameter "name" with "data".')
      }
      return target.attach({ data, name, type: params.type ?? 'application/octet-stream', keepMetadata, expires }, { signal })
    })

  define('room.fetch', { room, attachment: id, path: optional(path) },
    async ({ room, attachment, path }, { signal }) => save(files, path, await rooms.get(room).fetch(attachment, { signal })))

  define('room.cancel', { room, attachment: id }, ({ room, attachment }) => ({ cancelled: rooms.get(room).cancelFetch(attachment) }))

  define('room.direct', { room, persona: id },
    async ({ room, persona }, { signal }) => (await rooms.get(room).direct(persona, { signal })).info())

  define('room.burn', { room }, ({ room }, { signal }) => rooms.get(room).burn({ signal }))

  define('room.move', { room, without: listOf(id, MAX_MOVED_WITHOUT) },
    async ({ room, without }, { signal }) => (await rooms.get(room).move(without, { signal })).info())

  define('room.export', { room, path: optional(path), passphrase: optional(text), files: optional(whole(0)) },
    async ({ room, path, passphrase, files: most = path == null ? FILE_BYTES_IN_ANSWER : undefined }, { signal }) => {
      const { pieces, ...told } = await rooms.get(room).pack(passphrase, { files: most, signal })
      return { ...told, ...await save(files, path, pieces) }
    })

  define('room.import', { path: optional(path), data: optional(binary), passphrase: optional(text) },
    async (params, { signal }) => (await rooms.import(loadPieces('room.import', files, params), params.passphrase, { signal })).info())
}
