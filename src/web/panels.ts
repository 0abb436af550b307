import { computed, signal } from '@preact/signals'

/** What can stand beside the conversation. */
export type PanelName = 'people' | 'invite' | 'connection' | 'settings' | 'about' | 'search' | 'lists' | 'list' | 'follow' | 'verdict' | 'entry' | 'report' | 'inbox' | 'charter' | 'standing' | 'resources'

export interface PanelView { name: PanelName, props: Record<string, any> }

/** Of these there is one for the whole page; the others belong to the room on the screen. */
const GLOBAL: PanelName[] = ['settings', 'lists', 'list', 'follow', 'inbox', 'resources', 'entry']
const MAX_DEPTH = 16

/** The panel on the screen is the last; the others are where "back" leads. */
export const panels = signal<PanelView[]>([])
export const panel = computed(() => panels.value[panels.value.length - 1] as PanelView | undefined)

export function isGlobal (view: PanelView): boolean { return GLOBAL.includes(view.name) }

/** Opens a panel in place of all others. */
export function showPanel (name: PanelName, props: Record<string, any> = {}): void { panels.value = [{ name, props }] }

/** Opens a panel on top of the one there is. */
export function pushPanel (name: PanelName, props: Record<string, any> = {}): void { panels.value = [...panels.value.slice(1 - MAX_DEPTH), { name, props }] }

export function togglePanel (name: PanelName, props: Record<string, any> = {}): void {
  if (panel.value?.name === name) {
    closePanels()
  } else {
    showPanel(name, props)
  }
}

export function backPanel (): void { panels.value = panels.value.slice(0, -1) }
export function closePanels (): void { panels.value = [] }
