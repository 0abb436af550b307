/** Texts of the page, per language, loaded when chosen. English is always there. */
import { signal } from '@preact/signals'
import { en } from './en.ts'
import type { Catalogue, Key } from './en.ts'

export interface Language { code: string, name: string, dir: 'ltr' | 'rtl', load (): Promise<Catalogue> }

export const LANGUAGES: Language[] = [
  { code: 'en', name: 'English', dir: 'ltr', load: async () => en }
]

export const language = signal<Language>(LANGUAGES[0])
const texts = signal<Catalogue>(en)

/** The text of a key in the chosen language, with `{name}`s filled in. */
export function t (key: Key, values: Record<string, string | number> = {}): string {
  return texts.value[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}

export async function chooseLanguage (code: string): Promise<void> {
  const found = LANGUAGES.find(each => each.code === code) ?? LANGUAGES[0]
  texts.value = await found.load()
  language.value = found
  document.documentElement.lang = found.code
  document.documentElement.dir = found.dir
}

/** The first of the person's languages that there is. */
export function preferredLanguage (wanted: readonly string[]): string {
  return wanted.map(each => each.toLowerCase().split('-')[0]).find(each => LANGUAGES.some(({ code }) => code === each)) ?? 'en'
}

export type { Catalogue, Key }
