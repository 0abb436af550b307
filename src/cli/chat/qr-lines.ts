import { renderUnicodeCompact } from 'uqr'

/** A QR code as lines of half blocks: dark on light where there are colours, since cameras expect that. */
export function qrLines (text: string, colours: boolean): string[] {
  const lines = renderUnicodeCompact(text, { ecc: 'L', border: 2 }).split('\n')
  return colours ? lines.map(line => `\u001b[22;38;5;231;48;5;16m${line}\u001b[39;49m`) : lines
}
