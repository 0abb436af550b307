import { visibleText } from './visible-text.ts'

/** Links of one text that are looked at. */
export const MAX_LINKS = 256
const MAX_HOST = 253

/** Ends of names that nobody writes by accident: with one of them, a name alone is a link. */
const SURE = new Set(('com net org info biz edu gov mil int io ru su cn xyz icu vip tk ml ga cf gq gg ly cc tv ws ir de fr uk eu br jp kr ua pl nl es ch se cz gr ' +
  'onion i2p dev cloud store tech shop website space click bid loan win men stream download cyou sbs cfd рф 中国 中國 公司 网络 网址 ایران онлайн сайт').split(' '))
/** Ends that are words, too: a link only with a path, or as the second stop in a row. */
const WORDS = new Set('me to in us it be at is so no my as by co ai am fm im id ph top site club link online app live fun one world life today news work blog page zone best buzz run help chat team group network email'.split(' '))

const SCHEMED = /(?:(?<![a-z0-9])[a-z][a-z0-9+.-]{1,15}:[/\\]{2,}|(?<![a-z0-9])h[tx]{2}ps?:[/\\]*|(?<![\p{L}\p{N}])www\.)([^\s/\\?#"'<>()[\]{}]*)\S*/giu
const OTHER = /(?<![\p{L}\p{N}])(?:undertone:join|magnet:\?|mailto:\S|tg:\S)\S*/giu
/** ASCII names are looked for by themselves, too: scripts without spaces run into them. */
const NAMES = [/[a-z0-9][a-z0-9.-]*/giu, /[\p{L}\p{N}][\p{L}\p{M}\p{N}.-]*/giu]
const BRACKETED = /\s?[[({<]\s?(?:\.|dot|punto|punkt|точка)\s?[\])}>]\s?/giu
const SPELLED = /(?<=[a-z0-9])(?:\s+(?:dot|punto|punkt|точка)\s+|\s+\.\s*)(?=(?:com|org|ru|io|xyz|info|top|me)(?![a-z0-9]))/giu
const OTHER_STOPS = /(?<=[a-z0-9])[。｡](?=[a-z]{2})/giu

interface Found { from: number, to: number, host: string, link: boolean }

/** What hides a link from a program and not from people is undone. */
function plain (text: string): string {
  return visibleText(text).replace(BRACKETED, '.').replace(SPELLED, '.').replace(OTHER_STOPS, '.')
}

function isAddress (labels: string[]): boolean {
  return labels.length === 4 && labels.every(each => /^\d{1,3}$/.test(each) && Number(each) < 256)
}

/** A name such as example.org, and whether it stands there as a link. */
function named (token: string, from: number, text: string): Found | undefined {
  const host = token.replace(/[.-]+$/, '').toLowerCase()
  const labels = host.split('.')
  const last = labels[labels.length - 1]
  const address = isAddress(labels)
  if (labels.length < 2 || host.length > MAX_HOST || labels.includes('') || !(address || /^(?:xn--[a-z0-9-]+|[\p{L}\p{M}]{2,})$/u.test(last))) {
    return undefined
  }
  const to = from + token.length
  // what stands behind an @ is somebody's mail, not a place to go to
  const mail = text[from - 1] === '@'
  const path = /^(?::\d+)?[/\\]\S/.test(text.slice(to, to + 8)) || (address && /^:\d/.test(text.slice(to, to + 2)))
  return { from, to, host, link: !mail && (path || SURE.has(last) || last.startsWith('xn--') || (WORDS.has(last) && labels.length > 2)) }
}

function * find (text: string): Generator<Found> {
  let rest = text
  for (const pattern of [SCHEMED, OTHER]) {
    for (const match of rest.matchAll(pattern)) {
      yield { from: match.index, to: match.index + match[0].length, host: match[1] ?? '', link: true }
    }
    rest = rest.replace(pattern, all => ' '.repeat(all.length))
  }
  if (!rest.includes('.')) {
    return
  }
  const seen = new Set<number>()
  for (const pattern of NAMES) {
    for (const { 0: token, index } of rest.matchAll(pattern)) {
      const found = seen.has(index) || !token.includes('.') ? undefined : named(token, index, rest)
      if (found != null) {
        seen.add(index)
        yield found
      }
    }
  }
}

/**
 * Whether somebody is led elsewhere by a text: an address with a scheme, `www.`, an invite, a bare
 * name like example.org, also as people write them past filters (hxxp, [.], (dot), zero width,
 * full width). Names in mail addresses, file names and versions are no links.
 */
export function hasLink (text: string): boolean {
  for (const { link } of find(plain(text))) {
    if (link) {
      return true
    }
  }
  return false
}

/** How many links a text has, at most MAX_LINKS, and the text without them. */
export function withoutLinks (text: string): { links: number, rest: string } {
  let rest = plain(text)
  const found: Found[] = []
  for (const each of find(rest)) {
    if (each.link && found.length < MAX_LINKS) {
      found.push(each)
    }
  }
  for (const { from, to } of found) {
    const path = /^(?::\d+)?[/\\]\S*/.exec(rest.slice(to))?.[0].length ?? 0
    rest = rest.slice(0, from) + ' '.repeat(to - from + path) + rest.slice(to + path)
  }
  return { links: found.length, rest }
}

/** Host names that a text names, ASCII, without port and user: also where they are no links. At most MAX_LINKS. */
export function domainsOf (text: string): string[] {
  const found = new Set<string>()
  for (const { host } of find(plain(text))) {
    try {
      host !== '' && found.add(new URL(`http://${host}`).hostname.replace(/\.$/, ''))
    } catch {
      // not an address
    }
    if (found.size >= MAX_LINKS) {
      break
    }
  }
  return [...found]
}
