/**
 * The engine, remote: JSON-RPC 2.0 over stdio and WebSocket. One method table serves both, and the
 * app's own page.
 *
 * @packageDocumentation
 */
export { Dispatcher, notification } from './dispatch.js'
export * from './errors.js'
export type { Files } from './files.js'
export { createMethods } from './methods.js'
export type { Method, Methods, MethodsInit } from './method.js'
