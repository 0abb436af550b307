import { methodTable } from './method.ts'
import { defineModerationMethods } from './methods-moderation.ts'
import { defineRoomMethods } from './methods-room.ts'
import { text, yes } from './params.ts'
import type { Methods, MethodsInit } from './method.ts'

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

  define('node.passphrase', { current: text, next: text }, async ({ current, next }) => {
    await engine.changePassphrase(current, next)
    return {}
  })

  define('node.duress', { current: text, duress: text }, async ({ current, duress }) => {
    await engine.setDuressPassphrase(current, duress)
    return {}
  })

  define('node.refresh', {}, () => {
    engine.refresh()
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
