/**
 * What goes over the wire and into files: messages, envelopes, invites, rendezvous records. Pure
 * functions: bytes in, value or named error out.
 *
 * @packageDocumentation
 */
export * from './body.ts'
export * from './certificate.ts'
export * from './envelope.ts'
export * from './errors.ts'
export * from './invite.ts'
export * from './links.ts'
export * from './message-id.ts'
export * from './message.ts'
export * from './padding.ts'
export * from './record.ts'
export * from './run.ts'
export * from './visible-text.ts'
export { MAX_TEXT_LENGTH } from './limits.ts'
export { shareId } from './packed-message.ts'
export type { PersonaId, RoomId } from '../crypto/index.ts'
