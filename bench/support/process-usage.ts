import { readFileSync } from 'node:fs'

/** Linux counts CPU time of a process in hundredths of a second (`getconf CLK_TCK`). */
const TICK_MS = 10

/** CPU time of a process so far, ms; NaN where /proc does not tell. */
export function cpuOf (pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // the name in brackets may contain spaces: fields are counted from behind it
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS
  } catch {
    return NaN
  }
}

/** Memory of a process in MB, now and at its peak; NaN where /proc does not tell. */
export function memoryOf (pid: number): { now: number, peak: number } {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const field = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024
    return { now: field('VmRSS'), peak: field('VmHWM') }
  } catch {
    return { now: NaN, peak: NaN }
  }
}
