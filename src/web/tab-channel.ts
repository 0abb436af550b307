import type { StoreChange } from '../store/handed.ts'

/** What tabs of one profile tell each other. Structured clones: bytes stay bytes. */
export type TabMessage =
  /** a new tab asks who runs the node */
  | { kind: 'hello', from: string }
  /** the tab with the node answers, with all that a successor must know */
  | { kind: 'welcome', from: string, to: string, estate: Estate }
  /** a tab took the node over */
  | { kind: 'leader', from: string }
  | { kind: 'call', from: string, text: string, id: number }
  /** the call is with the node: it must not be made again */
  | { kind: 'taken', to: string, id: number }
  | { kind: 'reply', to: string, id: number, text: string }
  | { kind: 'event', text: string }
  | { kind: 'change', change: StoreChange }
  | { kind: 'estate', estate: Omit<Estate, 'changes'> }
  /** the node was restarted with other settings, or everything was cleared */
  | { kind: 'restarted' }
  | { kind: 'cleared' }

/** What the tab that runs the node leaves to the next one. */
export interface Estate {
  helpers: string[]
  stun: string[]
  /** opens the data on this device, when the person chose to keep them */
  passphrase?: string
  /** what a session in memory holds */
  changes: StoreChange[]
}

/** The part of a BroadcastChannel that is used. */
export interface TabChannel {
  send (message: TabMessage): void
  onMessage (listener: (message: TabMessage) => void): void
  close (): void
}

/**
 * Whether what an origin shares is this app's own. Files (file://), the paths of an IPFS gateway and the homes
 * on a shared server (/~name/) have it in common with whatever else lies there: those pages would hear and drive
 * the node, read or destroy what is kept, and put a script of theirs where the service worker takes ours from.
 */
export function mayShare ({ protocol, pathname }: URL): boolean {
  try {
    // servers decode what browsers leave as it is
    return /^https?:$/.test(protocol) && !/\/(?:ip[fn]s\/|~)/i.test(decodeURIComponent(pathname))
  } catch {
    return false
  }
}

/** Tabs of the same folder are of the same app. */
export function channelName (address: URL): string { return `undertone${new URL('.', address).pathname}` }

export function openChannel (name: string): TabChannel {
  const channel = new BroadcastChannel(name)
  return {
    send: message => { channel.postMessage(message) },
    onMessage: listener => { channel.onmessage = event => { listener(event.data) } },
    close: () => { channel.close() }
  }
}
