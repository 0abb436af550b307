import { openRoom } from './conversations.ts'
import { backPanel, closePanels, panel, togglePanel } from './panels.ts'
import { current, talks } from './state.ts'

/** Ctrl or ⌘ with K: search · Alt with ↑ ↓: rooms · Escape: close what is open. */
export function onShortcut (event: KeyboardEvent): void {
  const command = event.ctrlKey || event.metaKey
  if (command && event.key.toLowerCase() === 'k' && current.value != null) {
    event.preventDefault()
    togglePanel('search')
  } else if (event.altKey && !command && (event.key === 'ArrowUp' || event.key === 'ArrowDown') && talks.value.length > 0) {
    event.preventDefault()
    const at = talks.value.findIndex(each => each.room === current.value)
    const next = at < 0 ? 0 : (at + (event.key === 'ArrowDown' ? 1 : -1) + talks.value.length) % talks.value.length
    openRoom(talks.value[next].room).catch(() => {})
  } else if (event.key === 'Escape' && panel.value != null) {
    closePanels()
  } else if (event.altKey && event.key === 'ArrowLeft' && panel.value != null) {
    event.preventDefault()
    backPanel()
  }
}
