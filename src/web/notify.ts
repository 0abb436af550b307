import { notify, sound } from './appearance.ts'
import { t } from './catalogue/index.ts'
import { safeName, safeText } from './parts/safe-text.ts'
import { current, rooms } from './state.ts'
import type { ChatMessage } from '../engine/api.ts'

/** Notifications come at most this often: a flood in a room is no flood on the desktop. */
const LEAST_GAP_MS = 3_000
let last = 0

/**
 * Tells of a message that is not on the screen. What a list hides makes no sound either.
 *
 * @param open - brings its room to the screen
 */
export function notifyOf (message: ChatMessage, open: () => void): void {
  const seen = !document.hidden && message.room === current.value
  const judged = message.verdict != null && ['hide', 'mute', 'blur'].includes(message.verdict.action)
  // called by somebody who may not: nobody is disturbed
  const unwanted = message.mention === 'quiet'
  const off = !sound.value && notify.value === 'off'
  if (off || message.self || seen || judged || unwanted || Date.now() - last < LEAST_GAP_MS) {
    return
  }
  last = Date.now()
  const told = notify.value !== 'off' && 'Notification' in globalThis && Notification.permission === 'granted'
  // what a browser refuses ends nothing else
  import('./notice.ts').then(async ({ ring, show }) => Promise.allSettled([sound.value && ring(), told && show(...words(message), open)])).catch(() => {})
}

/** Title and text. Without leave to show content, not even the room's name is on the lock screen. */
function words ({ room, mention, petname, text }: ChatMessage): [string, string] {
  if (notify.value === 'quiet') {
    return [t('notice.new'), '']
  }
  const [name, from] = [rooms.value.find(each => each.room === room)?.name ?? '', petname].map(each => safeName(each))
  return [mention === 'heard' ? t('notice.mention', { name: from, room: name }) : t('notice.from', { room: name }), `${from}: ${safeText(text).slice(0, 200)}`]
}
