/**
 * Reading and writing one libp2p stream at the pace of the slower side. Everything that speaks a
 * protocol of its own over a stream uses these: who reads slowly holds a bounded number of bytes at
 * either end and is waited for, rather than cut off.
 *
 * @packageDocumentation
 */
export { READ_AHEAD_BYTES, FrameLengthError, pacedBytes, pacedFrames } from './paced.ts'
export { lengthPrefix } from './length-prefix.ts'
export { StalledPeerError, drained } from './drained.ts'
export type { PacedBytes, PacedFrames } from './paced.ts'
