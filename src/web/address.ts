import { mayDialFrom } from '../network/dialable.ts'

/**
 * What the address of the page asks for, in its fragment, which browsers send to no server. Parts are
 * joined by `&`: `#/join/<invite>`, `#/session/<token>` (from the desktop node), `#/helpers/<multiaddr>,…`.
 */
export interface Address {
  token?: string
  invite?: string
  helpers: string[]
}

/** More is nobody's list of helpers. */
export const MAX_HELPERS = 16
const MAX_FRAGMENT = 32_768

/** Reads a fragment; what it does not know is left out. */
export function parseFragment (fragment: string): Address {
  const address: Address = { helpers: [] }
  if (fragment.length > MAX_FRAGMENT) {
    return address
  }
  for (const part of fragment.replace(/^#/, '').split('&')) {
    const [, kind, value] = /^\/(join|session|helpers)\/(.+)$/s.exec(part) ?? []
    if (kind === 'join') {
      address.invite = `undertone:join/${value}`
    } else if (kind === 'session') {
      address.token = value
    } else if (kind === 'helpers') {
      address.helpers = parseHelpers(decoded(value))
    }
  }
  return address
}

/** Addresses of helpers as people write them, between commas, spaces or lines: those that this page can dial. */
export function parseHelpers (text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter(each => each.startsWith('/') && mayDialFrom(globalThis.location?.protocol, each)))].slice(0, MAX_HELPERS)
}

function decoded (text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}
