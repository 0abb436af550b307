/**
 * Others' words, safe to print: no escape sequence can move the cursor, change colours or the
 * clipboard, and no hidden character can reorder a line or make two names look alike.
 */
export function terminalText (text: string): string {
  return text
    // eslint-disable-next-line no-control-regex
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '�')
    .replace(/[\u202a-\u202e\u2066-\u2069\u200b-\u200f\u2060\ufeff]/g, '')
    .replace(/[\n\t]/g, ' ')
}

/** `HH:MM` of this machine's clock and place. */
export function terminalTime (ms: number): string {
  return new Date(ms).toTimeString().slice(0, 5)
}
