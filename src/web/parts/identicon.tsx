import { toSvg } from 'jdenticon'

const SIZE = 48
/** Pictures kept; a room with more people draws them again. */
const MAX_KEPT = 512
const CONFIG = { hues: [12, 38, 96, 164, 188, 216, 262, 328], lightness: { color: [0.42, 0.66], grayscale: [0.36, 0.6] }, saturation: { color: 0.46, grayscale: 0.08 }, padding: 0.1 }

const kept = new Map<string, string>()

function picture (persona: string): string {
  let source = kept.get(persona)
  if (source == null) {
    // made from the ID alone by the library, which escapes nothing because nothing of others' text is in it
    source = `data:image/svg+xml,${encodeURIComponent(toSvg(persona, SIZE, CONFIG))}`
    if (kept.size >= MAX_KEPT) {
      kept.clear()
    }
    kept.set(persona, source)
  }
  return source
}

/** A picture drawn from the persona's key: two people with one name look different. */
export function Identicon ({ persona, size = 36 }: { persona: string, size?: number }): preact.JSX.Element {
  return <img class='identicon' src={picture(persona)} width={size} height={size} alt='' />
}
