/** How a person is told of what is not on the screen. Loaded when they turn it on, and so there before it is needed. */

/** What the last notice leads to; there is one at a time. */
let lead: () => void = () => {}
let following = false

/** Asked for only when a person turns notifications on. */
export async function mayNotify (): Promise<boolean> {
  return 'Notification' in globalThis && (Notification.permission === 'granted' || await Notification.requestPermission() === 'granted')
}

/** Two soft tones; made here, so that no file is loaded. */
export async function ring (): Promise<void> {
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

/**
 * Shows a notice in place of the one before.
 *
 * @param open - brings what it tells of to the screen
 */
export async function show (title: string, body: string, open: () => void): Promise<void> {
  const options = { body, tag: 'undertone', icon: './icon.svg' }
  lead = open
  try {
    const shown = new Notification(title, options)
    shown.onclick = () => {
      window.focus()
      shown.close()
      open()
    }
  } catch {
    // phones leave it to the service worker; elsewhere it is not asked, since browsers write its notices to their disk
    const worker = await navigator.serviceWorker?.getRegistration()
    if (worker != null && !following) {
      following = true
      // it brings a page forward; which room the notice was of is known here alone
      navigator.serviceWorker.addEventListener('message', ({ data }) => { data === 'pressed' && lead() })
    }
    await worker?.showNotification(title, options)
  }
}
