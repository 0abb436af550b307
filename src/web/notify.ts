import { notify, sound } from './appearance.ts'
import { t } from './catalogue/index.ts'
import { safeName, safeText } from './parts/safe-text.ts'
import { current, rooms } from './state.ts'
import type { ChatMessage } from '../engine/api.ts'

/** Notifications come at most this often: a flood in a room is no flood on the desktop. */
const LEAST_GAP_MS = 3_000
let last = 0

/** Two soft tones; made here, so that no file is loaded. */
function ring (): void {
  const context = new AudioContext()
  for (const [at, pitch] of [[0, 440], [0.12, 587]]) {
    const tone = context.createOscillator()
    const volume = context.createGain()
    tone.frequency.value = pitch
    volume.gain.setValueAtTime(0.06, context.currentTime + at)
    volume.gain.exponentialRampToValueAtTime(0.0001, context.currentTime + at + 0.2)
    tone.connect(volume).connect(context.destination)
    tone.start(context.currentTime + at)
    tone.stop(context.currentTime + at + 0.22)
  }
  setTimeout(() => { context.close().catch(() => {}) }, 1_000)
}

/** Asked for only when a person turns notifications on. */
export async function mayNotify (): Promise<boolean> {
  return 'Notification' in globalThis && (Notification.permission === 'granted' || await Notification.requestPermission() === 'granted')
}

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
  if (sound.value) {
    ring()
  }
  if (notify.value !== 'off' && 'Notification' in globalThis && Notification.permission === 'granted') {
    const name = rooms.value.find(each => each.room === message.room)?.name ?? ''
    // without leave to show content, not even the room's name is on the lock screen
    const [title, body] = notify.value === 'full' ? [message.mention === 'heard' ? t('notice.mention', { name: safeName(message.petname), room: safeName(name) }) : t('notice.from', { room: safeName(name) }), `${safeName(message.petname)}: ${safeText(message.text).slice(0, 200)}`] : [t('notice.new'), '']
    // one at a time: the next replaces it
    const options = { body, tag: 'undertone', icon: './icon.svg' }
    try {
      const shown = new Notification(title, options)
      shown.onclick = () => {
        window.focus()
        shown.close()
        open()
      }
    } catch {
      // phones leave it to the service worker
      navigator.serviceWorker?.getRegistration().then(async worker => worker?.showNotification(title, options)).catch(() => {})
    }
  }
}
