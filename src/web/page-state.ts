import { signal } from '@preact/signals'
import { ask } from './state.ts'
import type { Backend } from './backend.ts'

/** What only a page that is its own node has to tell: whom it starts from, and what its device keeps. */
export interface PageState {
  helpers: string[]
  stun: string[]
  /** this session is written to the device, sealed */
  kept: boolean
  /** the device holds something that a passphrase opens */
  vault: boolean
  /** this browser can keep things for this page at all */
  keepable: boolean
}

/** undefined: the node is a program of its own, or has not answered yet */
export const pageState = signal<PageState | undefined>(undefined)

async function refresh (): Promise<void> { pageState.value = await ask('page.state') }

/** Follows a page's node: it is another one after it was opened with a passphrase or given other helpers. */
export function followPage (backend: Backend): void {
  if (backend.where === 'page') {
    backend.onConnection(is => { is && refresh().catch(() => {}) })
    refresh().catch(() => {})
  }
}
