import { shortNumber } from './bench-case.ts'
import type { Row } from './bench-case.ts'

const HEAD = ['case', 'subject', 'metric', 'value', 'unit', 'goal', '']

function cells (rows: Row[]): string[][] {
  let last: Row | undefined
  return rows.map(row => {
    const sameCase = row.case === last?.case
    const sameSubject = sameCase && row.subject === last?.subject
    last = row
    return [sameCase ? '' : row.case, sameSubject ? '' : row.subject, row.metric, shortNumber(row.value), row.unit, row.goal ?? '', row.met == null ? '' : row.met ? 'met' : 'missed']
  })
}

/** For the terminal; what repeats is left out. */
export function formatTable (rows: Row[]): string {
  const lines = [HEAD, ...cells(rows)]
  const widths = HEAD.map((_, column) => Math.max(...lines.map(line => line[column].length)))
  return lines.map(line => line.map((cell, column) => column === 3 ? cell.padStart(widths[column]) : cell.padEnd(widths[column])).join('  ').trimEnd()).join('\n')
}

/** The same for bench/README.md. */
export function formatMarkdown (rows: Row[]): string {
  const lines = [HEAD, HEAD.map((_, column) => column === 3 ? '---:' : '---'), ...cells(rows)]
  return lines.map(line => `| ${line.join(' | ')} |`).join('\n')
}
