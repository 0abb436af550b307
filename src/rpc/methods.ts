import { methodTable } from './method.js'
import { defineModerationMethods } from './methods-moderation.js'
import { defineRoomMethods } from './methods-room.js'
import { yes } from './params.js'
import type { Methods, MethodsInit } from './method.js'

/**
 * The one table of operations: stdio, the app's WebSocket and the app's own page serve it. Names,
 * parameters and results are the project's contract; additions are fine, renames are not.
 */
export function createMethods (init: MethodsInit): Methods {
  const { engine, stop } = init
  const { methods, define } = methodTable()

  define('node.status', {}, () => engine.status())
  define('node.privacy', {}, () => engine.privacy())

  define('node.wipe', { confirm: yes }, async () => {
    await engine.wipe()
    return {}
  })

  define('node.stop', {}, () => {
    stop?.()
    return {}
  })

  defineRoomMethods(define, init)
  defineModerationMethods(define, init)
  return methods
}
