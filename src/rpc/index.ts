/**
 * The engine, remote: JSON-RPC 2.0 over stdio and WebSocket. One method table serves both, and the
 * app's own page.
 *
 * @packageDocumentation
 */
export { Dispatcher, notification } from './dispatch.ts'
export * from './errors.ts'
export type { Files } from './files.ts'
export { createMethods } from './methods.ts'
export type { Method, Methods, MethodsInit } from './method.ts'
