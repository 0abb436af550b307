import { toSvg } from 'jdenticon'

/** A picture drawn from the persona's key: two people with one name look different. */
export function Identicon ({ persona, size = 36 }: { persona: string, size?: number }): preact.JSX.Element {
  // made from the ID alone by the library, which escapes nothing because nothing of others' text is in it
  const source = `data:image/svg+xml,${encodeURIComponent(toSvg(persona, size))}`
  return <img class='identicon' src={source} width={size} height={size} alt='' />
}
