/** What every case of `npm run bench` looks like; see README.md beside this file. */

export interface Row {
  case: string
  /** what was measured: Undertone, or what it is compared with */
  subject: string
  metric: string
  value: number
  unit: string
  /** as people read it: '< 20', '= 100' */
  goal?: string
  met?: boolean
  /** the whole run fails when this goal is missed; for losses and errors, never for times */
  must?: boolean
}

export interface CaseOptions {
  /** a fraction of the load, to see that everything works */
  quick: boolean
  /** aborted when the case takes too long or the run is stopped */
  signal: AbortSignal
  /** only subjects whose name contains one of these */
  subjects?: string[]
  /** folder of another build of Undertone, measured in the same run */
  against?: string
}

export interface BenchCase {
  name: string
  title: string
  /** runs only when it is named */
  onRequest?: boolean
  run (options: CaseOptions): Promise<Row[]>
}

export interface Goal {
  below?: number
  atMost?: number
  equals?: number
  must?: boolean
  /** where the number comes from, if not from the design */
  of?: string
}

/** One line of the table; `value` is compared with the goal as it is, and shown with three digits. */
export function row (name: string, subject: string, metric: string, value: number, unit: string, goal?: Goal): Row {
  if (goal == null) {
    return { case: name, subject, metric, value, unit }
  }
  const [sign, limit, met] = goal.below != null
    ? ['<', goal.below, value < goal.below]
    : goal.atMost != null ? ['≤', goal.atMost, value <= goal.atMost] : ['=', goal.equals ?? NaN, value === goal.equals]
  const text = `${sign} ${shortNumber(limit)}${goal.of == null ? '' : ` (${goal.of})`}`
  return { case: name, subject, metric, value, unit, goal: text, met, ...(goal.must === true ? { must: true } : {}) }
}

/** Three significant digits, whole from a hundred on. */
export function shortNumber (value: number): string {
  if (!Number.isFinite(value)) {
    return '–'
  }
  return Number.isInteger(value) || Math.abs(value) >= 100 ? Math.round(value).toString() : value.toPrecision(3).replace(/\.?0+$/, '')
}

/** The value below which a share `q` of them lies; NaN of nothing. */
export function quantile (values: number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? NaN
}

/** Whether `--subject` asks for this one. */
export function isAsked (subject: string, { subjects }: CaseOptions): boolean {
  return subjects == null || subjects.some(part => subject.includes(part))
}
