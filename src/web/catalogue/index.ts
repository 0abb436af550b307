/** Texts of the page, per language: those of the first screens when it is chosen, all others with the first panel. */
import { computed, signal } from '@preact/signals'
import { first } from './en/first.ts'
import type { Catalogue, First, Key, Plural, Text } from './text.ts'

export interface Language { code: string, name: string, dir: 'ltr' | 'rtl', first (): Promise<First>, load (): Promise<Catalogue> }

export const LANGUAGES: Language[] = [
  { code: 'en', name: 'English', dir: 'ltr', first: async () => first, load: async () => (await import('./en/index.ts')).en },
  { code: 'es', name: 'Español', dir: 'ltr', first: async () => (await import('./es/first.ts')).first, load: async () => (await import('./es/index.ts')).es },
  { code: 'fr', name: 'Français', dir: 'ltr', first: async () => (await import('./fr/first.ts')).first, load: async () => (await import('./fr/index.ts')).fr },
  { code: 'ru', name: 'Русский', dir: 'ltr', first: async () => (await import('./ru/first.ts')).first, load: async () => (await import('./ru/index.ts')).ru },
  { code: 'ar', name: 'العربية', dir: 'rtl', first: async () => (await import('./ar/first.ts')).first, load: async () => (await import('./ar/index.ts')).ar },
  { code: 'fa', name: 'فارسی', dir: 'rtl', first: async () => (await import('./fa/first.ts')).first, load: async () => (await import('./fa/index.ts')).fa },
  { code: 'zh', name: '中文', dir: 'ltr', first: async () => (await import('./zh/first.ts')).first, load: async () => (await import('./zh/index.ts')).zh }
]

export const language = signal<Language>(LANGUAGES[0])
const texts = signal<Partial<Catalogue>>(first)
let whole = false
const rules = computed(() => new Intl.PluralRules(language.value.code))
/** The language as it is written where the person lives: its clock, digits and calendar. */
export const locale = computed(() => navigator.languages.find(each => each.toLowerCase().split('-')[0] === language.value.code) ?? language.value.code)
const numbers = computed(() => new Intl.NumberFormat(locale.value))

/** The form of a text that goes with a number, with `{name}`s filled in. */
export function fill (text: Text, values: Record<string, string | number>, plural: Intl.PluralRules, format: (value: number) => string): string {
  const form = typeof text === 'string' ? text : text[plural.select(Number(values.count ?? 0))] ?? text.other
  return form.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name]
    if (value == null) {
      return whole
    }
    // isolated: a name in another direction of writing must not turn the sentence around
    return typeof value === 'number' ? format(value) : `\u2068${value}\u2069`
  })
}

/** The text of a key in the chosen language; a text with several forms follows `count`. */
export function t (key: Key, values: Record<string, string | number> = {}): string {
  return fill(texts.value[key] ?? '', values, rules.value, value => numbers.value.format(value))
}

export async function chooseLanguage (code: string): Promise<void> {
  const found = await showIn(code)
  document.documentElement.lang = found.code
  document.documentElement.dir = found.dir
}

/** Says everything in that language from now on. */
export async function showIn (code: string): Promise<Language> {
  const found = LANGUAGES.find(each => each.code === code) ?? LANGUAGES[0]
  texts.value = await (whole ? found.load() : found.first())
  language.value = found
  return found
}

/** From the first panel on every text is there, in whatever language is chosen later. */
export async function wholeCatalogue (): Promise<void> {
  if (!whole) {
    texts.value = await language.value.load()
    whole = true
  }
}

/** The first of the person's languages that there is. */
export function preferredLanguage (wanted: readonly string[]): string {
  return wanted.map(each => each.toLowerCase().split('-')[0]).find(each => LANGUAGES.some(({ code }) => code === each)) ?? 'en'
}

export type { Catalogue, Key, Plural, Text }
