/** What phones bring: a back button, and a keyboard on the screen. */
import { effect } from '@preact/signals'
import { backPanel, panels } from './panels.ts'
import { current, leaveView } from './state.ts'

/** Less is a bar of the browser that comes and goes. */
const KEYBOARD_PX = 120

/** What "back" would close, one after the other: panels, then the room on the screen. */
function levels (): number { return panels.value.length + Number(current.value != null) }

/**
 * The browser's back button, and the gesture of a phone, close what is open instead of leaving the page,
 * which would end a session in memory. The entries of the history say nothing but how deep they are.
 */
function followBack (): void {
  // after a reload those of before are still there, and lead nowhere
  let base = Number(history.state?.depth ?? 0)
  let depth = 0
  let travelling = false
  const follow = (): void => {
    const wanted = levels()
    if (travelling || wanted === depth) {
      return
    }
    if (wanted < depth) {
      travelling = true
      history.go(wanted - depth)
    }
    for (; depth < wanted; depth++) {
      history.pushState({ depth: base + depth + 1 }, '')
    }
    depth = wanted
  }
  addEventListener('popstate', () => {
    const arrived = Number(history.state?.depth ?? 0)
    base = Math.min(base, arrived)
    depth = arrived - base
    if (!travelling) {
      for (let open = levels(); open > depth; open--) {
        panels.value.length > 0 ? backPanel() : leaveView()
      }
    }
    travelling = false
    follow()
  })
  effect(() => {
    levels()
    // one panel that takes the place of another changes nothing
    queueMicrotask(follow)
  })
}

/** Where a browser lays its keyboard over the page instead of making the page smaller, the app takes what is left. */
function followKeyboard (): void {
  const { visualViewport, document: { documentElement: { style } } } = globalThis
  visualViewport?.addEventListener('resize', () => {
    const covered = innerHeight - visualViewport.height
    if (covered > KEYBOARD_PX && visualViewport.scale < 1.01) {
      style.setProperty('--height', `${visualViewport.height}px`)
      scrollTo(0, 0)
    } else {
      style.removeProperty('--height')
    }
  })
}

export function followPhone (): void {
  followBack()
  followKeyboard()
}
