/**
 * Undertone: group chat with no server and no accounts, for people who must not be followed.
 *
 * ```typescript
 * import { createUndertone } from 'undertone'
 *
 * const undertone = await createUndertone({ profile: 'private' })
 * const room = await undertone.rooms.join({ name: 'kitchen' })
 * await room.send('hello')
 * for await (const message of room.messages()) {
 *   console.log(message.petname, message.text)
 * }
 * ```
 *
 * @packageDocumentation
 */
export { createUndertone } from './engine/undertone.js'
export * from './engine/errors.js'
export type * from './engine/api.js'
export type * from './moderation/moderation-api.js'
export { VERSION } from './version.js'
