/**
 * What goes over the wire and into files: messages, envelopes, invites, rendezvous records. Pure
 * functions: bytes in, value or named error out.
 *
 * @packageDocumentation
 */
export * from './body.js'
export * from './certificate.js'
export * from './envelope.js'
export * from './errors.js'
export * from './invite.js'
export * from './message-id.js'
export * from './message.js'
export * from './padding.js'
export * from './record.js'
export * from './run.js'
export { MAX_TEXT_LENGTH } from './limits.js'
export type { PersonaId, RoomId } from '../crypto/index.js'
