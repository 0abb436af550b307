/**
 * Others' words, safe to print: no escape sequence can move the cursor, change colours or the
 * clipboard, and no hidden character can reorder a line or make two names look alike.
 */
export function terminalText (text: string): string {
  return text
    .replace(/[\n\t\u2028\u2029]/g, ' ')
    // eslint-disable-next-line no-control-regex
    .replace(/[\u0000-\u001f\u007f-\u009f]/g, '�')
    // joiners are spelling in Arabic script and glue in emoji; anywhere else they only hide
    .replace(/(?<!\p{Script=Arabic})\u200c|(?<!\p{Extended_Pictographic}\ufe0f?)\u200d/gu, '')
    .replace(/[\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu, '')
}

/** `HH:MM` of this machine's clock and place. */
export function terminalTime (ms: number): string {
  return new Date(ms).toTimeString().slice(0, 5)
}
