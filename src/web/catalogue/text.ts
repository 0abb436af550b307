import type { first } from './en/first.ts'
import type { en } from './en/index.ts'

/** Forms of a text by what Intl.PluralRules says of `count`. */
export type Plural = { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>
export type Text = string | Plural
export type Key = keyof typeof en
/** Every language has every key. */
export type Catalogue = Readonly<Record<Key, Text>>
/** One part of a catalogue: the keys of the English part of the same name. */
export type Part<English> = Readonly<Record<keyof English, Text>>
/** What a language needs before any panel is opened. */
export type First = Part<typeof first>
