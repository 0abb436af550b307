/** Times, sizes and spans as the chosen language writes them. */
import { computed } from '@preact/signals'
import { language } from './index.ts'

const clock = computed(() => new Intl.DateTimeFormat(language.value.code, { hour: 'numeric', minute: '2-digit' }))
const day = computed(() => new Intl.DateTimeFormat(language.value.code, { weekday: 'long', day: 'numeric', month: 'long' }))
const moment = computed(() => new Intl.DateTimeFormat(language.value.code, { dateStyle: 'medium', timeStyle: 'short' }))
const relative = computed(() => new Intl.RelativeTimeFormat(language.value.code, { numeric: 'auto' }))
const several = computed(() => new Intl.ListFormat(language.value.code, { style: 'narrow' }))

const UNITS = [['day', 86_400_000], ['hour', 3_600_000], ['minute', 60_000], ['second', 1_000]] as const
const SIZES = [['gigabyte', 1_073_741_824], ['megabyte', 1_048_576], ['kilobyte', 1_024], ['byte', 1]] as const

/** "spam, scam", with the comma of the language */
export function listed (words: string[]): string { return several.value.format(words) }
export function clockTime (time: number): string { return clock.value.format(time) }
export function dayName (time: number): string { return day.value.format(time) }
export function momentName (time: number): string { return moment.value.format(time) }

/** "3 minutes ago" */
export function ago (time: number, now = Date.now()): string {
  const [unit, length] = UNITS.find(([, length]) => Math.abs(now - time) >= length) ?? UNITS[3]
  return relative.value.format(Math.round((time - now) / length), unit)
}

/** "6 hours": the largest unit that divides it well enough. */
export function span (ms: number): string {
  const [unit, length] = UNITS.find(([, length]) => ms >= length) ?? UNITS[3]
  return new Intl.NumberFormat(language.value.code, { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: 1 }).format(ms / length)
}

export function bytes (count: number): string {
  const [unit, size] = SIZES.find(([, size]) => count >= size) ?? SIZES[3]
  return new Intl.NumberFormat(language.value.code, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 1 }).format(count / size)
}

export function number (value: number): string { return new Intl.NumberFormat(language.value.code).format(value) }
export function percent (value: number): string { return new Intl.NumberFormat(language.value.code, { style: 'percent' }).format(value) }
