import { effect, signal } from '@preact/signals'

export type Theme = 'system' | 'light' | 'dark'
export type Notify = 'off' | 'quiet' | 'full'

export const theme = signal<Theme>('system')
/** percent of the browser's own size */
export const textSize = signal(100)
/** 'quiet': that something came, never what */
export const notify = signal<Notify>('off')
export const sound = signal(false)

/** Puts the choices on the document. They last as long as the page: nothing is stored. */
export function applyAppearance (): void {
  const dark = matchMedia('(prefers-color-scheme: dark)')
  const system = signal(dark.matches)
  dark.addEventListener('change', () => { system.value = dark.matches })
  effect(() => {
    const { dataset, style } = document.documentElement
    dataset.theme = theme.value === 'system' ? (system.value ? 'dark' : 'light') : theme.value
    style.fontSize = `${textSize.value}%`
  })
}
