import { InvalidResourcesError } from './errors.ts'

/** Where somebody at risk finds people to talk to. Addresses are shown, never fetched. */
export interface Resource {
  name: string
  /** web address, telephone number or e-mail address, as it is shown */
  address: string
  /** BCP 47; '*' for any */
  languages: string[]
  /** ISO 3166-1 alpha-2 in capitals; '*' for anywhere */
  regions: string[]
  /** as people say it, e.g. 'day and night' */
  hours?: string
}

/** A list of help lines that people can pass on, subscribe to and replace. */
export interface ResourceList { title: string, resources: Resource[] }

export const MAX_RESOURCES = 2_000
const MAX_FILE_BYTES = 1024 * 1024
const MAX_LENGTH = 200
const MAX_WORDS = 64

const ADDRESS = /^(?:https:\/\/[^\s<>"']{4,}|mailto:[^\s<>"']{3,}|tel:\+?[\d -]{2,}|\+?[\d -]{2,})$/u

/** Directories that list help lines of many countries, so that no list of ours grows stale. */
export const STARTER_RESOURCES: ResourceList = Object.freeze({
  title: 'Help lines worldwide',
  resources: [
    { name: 'Find A Helpline', address: 'https://findahelpline.com', languages: ['*'], regions: ['*'] },
    { name: 'Befrienders Worldwide', address: 'https://befrienders.org', languages: ['*'], regions: ['*'] },
    { name: 'International Association for Suicide Prevention', address: 'https://www.iasp.info/crisis-centres-helplines/', languages: ['*'], regions: ['*'] }
  ]
})

function words (value: unknown, pattern: RegExp): string[] {
  const list = value == null ? ['*'] : value
  if (!Array.isArray(list) || list.length === 0 || list.length > MAX_WORDS || !list.every(each => typeof each === 'string' && pattern.test(each))) {
    throw new InvalidResourcesError('Languages are tags such as "fa" or "pt-BR" and regions codes such as "IR", "*" for any: correct the list.')
  }
  return list
}

function text (value: unknown, what: string): string {
  // what turns text round or hides in it has no place in an address that people are to trust
  if (typeof value !== 'string' || value.trim() === '' || value.length > MAX_LENGTH || /[\p{Cc}\p{Cf}]/u.test(value)) {
    throw new InvalidResourcesError(`A help line's ${what} is plain text of at most ${MAX_LENGTH} characters.`)
  }
  return value.trim()
}

/**
 * One help line, as a person wrote it or a list says it.
 *
 * @throws {InvalidResourcesError} also for addresses that are neither https, tel, mailto nor a number
 */
export function readResource (each: any): Resource {
  const address = text(each?.address, 'address')
  if (!ADDRESS.test(address)) {
    throw new InvalidResourcesError(`"${address}" is neither an https, tel or mailto address nor a number.`)
  }
  return {
    name: text(each.name, 'name'),
    address,
    languages: words(each.languages, /^(?:\*|[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)$/),
    regions: words(each.regions, /^(?:\*|[A-Z]{2})$/),
    ...(each.hours == null ? {} : { hours: text(each.hours, 'hours') })
  }
}

/**
 * A list of resources from a file: `{"undertone":"resources","title":…,"resources":[{name,address,languages,regions,hours?}]}`.
 *
 * @throws {InvalidResourcesError} for anything else, and for addresses that are neither https, tel, mailto nor a number
 */
export function readResources (bytes: Uint8Array): ResourceList {
  let value: any
  try {
    if (bytes.length > MAX_FILE_BYTES) {
      throw new Error('too long')
    }
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new InvalidResourcesError(`A list of resources is a JSON file of at most ${MAX_FILE_BYTES} bytes.`)
  }
  if (value?.undertone !== 'resources' || !Array.isArray(value.resources) || value.resources.length > MAX_RESOURCES) {
    throw new InvalidResourcesError(`A list of resources says "undertone":"resources" and names at most ${MAX_RESOURCES}.`)
  }
  return {
    title: text(value.title, 'title'),
    resources: value.resources.map(readResource)
  }
}

export function encodeResources (list: ResourceList): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ undertone: 'resources', ...list }))
}

/**
 * What to show somebody who reads `language`: lines in it first, then those in any; of the former,
 * those of the tag's own region first. The reader's lists come before the starter. One address is shown once.
 */
export function resourcesFor<R extends Resource> (lists: ReadonlyArray<{ resources: R[] }>, language?: string): Array<R | Resource> {
  const [tongue, region] = (language ?? '').split('-')
  const speaks = (each: Resource): boolean => each.languages.some(tag => tag.split('-')[0].toLowerCase() === tongue.toLowerCase())
  const anyone = (each: Resource): boolean => each.languages.includes('*')
  const near = (each: Resource): boolean => region != null && each.regions.includes(region.toUpperCase())
  const rank = (each: Resource): number => (speaks(each) ? 0 : 2) + (near(each) ? 0 : 1)
  const seen = new Set<string>()
  return [...lists, STARTER_RESOURCES]
    .flatMap(({ resources }) => resources)
    .filter(each => (tongue === '' || speaks(each) || anyone(each)) && !seen.has(each.address) && seen.add(each.address))
    .sort((a, b) => rank(a) - rank(b))
}

/** Whether a file is meant to be a list of help lines; nothing is checked. */
export function isResources (bytes: Uint8Array): boolean {
  return /^\s*\{\s*"undertone"\s*:\s*"resources"/.test(new TextDecoder().decode(bytes.subarray(0, 64)))
}
