/** Columns wide enough for their longest cell; the last one is not padded. */
export function textTable (header: string[], rows: string[][]): string {
  const all = [header, ...rows]
  const widths = header.map((_, column) => Math.max(...all.map(row => row[column].length)))
  return all.map(row => `${row.map((cell, column) => column === row.length - 1 ? cell : cell.padEnd(widths[column])).join('  ').trimEnd()}\n`).join('')
}
