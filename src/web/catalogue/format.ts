/** Times, sizes and spans as the chosen language writes them. */
import { computed, signal } from '@preact/signals'
import { locale } from './index.ts'

const clock = computed(() => new Intl.DateTimeFormat(locale.value, { hour: 'numeric', minute: '2-digit' }))
const day = computed(() => new Intl.DateTimeFormat(locale.value, { weekday: 'long', day: 'numeric', month: 'long' }))
const longAgo = computed(() => new Intl.DateTimeFormat(locale.value, { day: 'numeric', month: 'long', year: 'numeric' }))
const moment = computed(() => new Intl.DateTimeFormat(locale.value, { dateStyle: 'medium', timeStyle: 'short' }))
const relative = computed(() => new Intl.RelativeTimeFormat(locale.value, { numeric: 'auto' }))
const several = computed(() => new Intl.ListFormat(locale.value, { style: 'narrow' }))

/** Within it a day and a month say which year. */
const HALF_YEAR_DAYS = 183
const UNITS = [['day', 86_400_000], ['hour', 3_600_000], ['minute', 60_000], ['second', 1_000]] as const
const SIZES = [['gigabyte', 1_073_741_824], ['megabyte', 1_048_576], ['kilobyte', 1_024], ['byte', 1]] as const

/** "spam, scam", with the comma of the language */
export function listed (words: string[]): string { return several.value.format(words) }
export function clockTime (time: number): string { return clock.value.format(time) }

/** Midnight before now, which passes while somebody looks on. */
const today = signal(midnight(Date.now()))
export function noteDay (): void { today.value = midnight(Date.now()) }
function midnight (time: number): number { return new Date(time).setHours(0, 0, 0, 0) }

/** "Today", "yesterday", a day of the week within the last months, a date of other years. */
export function dayName (time: number): string {
  const days = Math.round((midnight(time) - today.value) / 86_400_000)
  if (days === 0 || days === -1) {
    return relative.value.format(days, 'day')
  }
  return (Math.abs(days) < HALF_YEAR_DAYS ? day : longAgo).value.format(time)
}

export function momentName (time: number): string { return moment.value.format(time) }

/** "3 minutes ago" */
export function ago (time: number, now = Date.now()): string {
  const [unit, length] = UNITS.find(([, length]) => Math.abs(now - time) >= length) ?? UNITS[3]
  return relative.value.format(Math.round((time - now) / length), unit)
}

/** "6 hours": the largest unit that divides it well enough. */
export function span (ms: number): string {
  const [unit, length] = UNITS.find(([, length]) => ms >= length) ?? UNITS[3]
  return new Intl.NumberFormat(locale.value, { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: 1 }).format(ms / length)
}

export function bytes (count: number): string {
  const [unit, size] = SIZES.find(([, size]) => count >= size) ?? SIZES[3]
  return new Intl.NumberFormat(locale.value, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 1 }).format(count / size)
}

export function number (value: number): string { return new Intl.NumberFormat(locale.value).format(value) }
export function percent (value: number): string { return new Intl.NumberFormat(locale.value, { style: 'percent' }).format(value) }
