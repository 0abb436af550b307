import { checkEntry } from './operation.ts'
import { InvalidListError } from './errors.ts'
import type { EntryFields } from './operation.ts'
import type { Reason } from './moderation-api.ts'

export const MAX_IMPORTED = 200_000
const MAX_BYTES = 32 * 1024 * 1024

/** What a file of somebody else's format says, as entries; what has no counterpart here is counted. */
export interface ImportedList { title: string, entries: EntryFields[], skipped: number }

function reasonFrom (text: unknown): Reason {
  const word = String(text ?? '').toLowerCase()
  const known: Array<[RegExp, Reason]> = [[/spam/, 'spam'], [/harass|abuse|bully/, 'harassment'], [/hate|racis/, 'hate'], [/threat/, 'threat'], [/porn|nsfw|sexual/, 'sexual'], [/scam|phish|fraud/, 'scam'], [/malware|virus/, 'malware-link'], [/misinfo|fake/, 'misinformation'], [/csam|illegal/, 'illegal']]
  return known.find(([pattern]) => pattern.test(word))?.[1] ?? 'other'
}

function collect (title: string, fields: Iterable<unknown>): ImportedList {
  const entries: EntryFields[] = []
  let skipped = 0
  for (const each of fields) {
    try {
      if (entries.length < MAX_IMPORTED) {
        entries.push(checkEntry(each))
        continue
      }
    } catch {
      // counted below
    }
    skipped++
  }
  if (entries.length === 0) {
    throw new InvalidListError('Nothing in this file can be used here. Known formats: Undertone lists, Matrix policy rules, Nostr mute lists, Mastodon domain blocks (CSV), EasyList and plain words.')
  }
  return { title, entries, skipped }
}

const fileOf = (value: Record<string, unknown>, reason: unknown, action = 'hide'): unknown => ({ subject: value, action, reason: reasonFrom(reason), ...(typeof reason === 'string' && reason !== '' ? { note: reason.slice(0, 500) } : {}) })

/** Matrix policy rules (MSC2313): state events of a policy room, or an array of them. */
function fromMatrix (events: any[]): ImportedList {
  return collect('Matrix policy rules', events.filter(event => String(event?.type).includes('policy.rule')).map(({ type, content }) => {
    const entity = String(content?.entity ?? '')
    const action = /ban/.test(String(content?.recommendation)) ? 'hide' : 'none'
    return String(type).endsWith('server') ? fileOf({ domain: entity }, content?.reason, action) : fileOf({ word: entity }, content?.reason, action)
  }))
}

/** Nostr mute list (NIP-51, kind 10000). */
function fromNostr (event: any): ImportedList {
  return collect('Nostr mute list', event.tags.map((tag: any) => tag?.[0] === 'word' || tag?.[0] === 't' ? fileOf({ word: tag[1] }, '') : {}))
}

/** Mastodon domain blocks: CSV with `#domain,#severity,…,#public_comment,…`. */
function fromMastodon (lines: string[]): ImportedList {
  const header = lines[0].split(',').map(name => name.replace(/[#"]/g, '').trim())
  const at = (name: string): number => header.indexOf(name)
  return collect('Mastodon domain blocks', lines.slice(1).filter(line => line.trim() !== '').map(line => {
    const cells = [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(([, cell]) => cell.replace(/^"|"$/g, '').replaceAll('""', '"'))
    const severity = cells[at('severity')] ?? 'suspend'
    return fileOf({ domain: cells[Math.max(0, at('domain'))] }, cells[at('public_comment')], severity === 'silence' ? 'blur' : severity === 'noop' ? 'label' : 'hide')
  }))
}

/** EasyList's domain rules (`||example.org^`, `@@` to allow), or one word or domain a line. */
function fromText (lines: string[]): ImportedList {
  return collect('Text list', lines.map(line => line.trim()).filter(line => line !== '' && !/^[!#[]/.test(line)).map(line => {
    const rule = /^(@@)?\|\|([a-z0-9.-]+)\^?(\$.*)?$/i.exec(line)
    if (rule != null) {
      return fileOf({ domain: rule[2] }, '', rule[1] == null ? 'hide' : 'allow')
    }
    return /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(line) ? fileOf({ domain: line }, '') : fileOf({ word: line }, '')
  }))
}

/**
 * Reads a list of another program.
 *
 * @throws {InvalidListError}
 */
export function readForeignList (bytes: Uint8Array): ImportedList {
  let text: string
  try {
    text = bytes.length > MAX_BYTES ? '' : new TextDecoder('utf-8', { fatal: true }).decode(bytes).trim()
  } catch {
    text = ''
  }
  if (text === '') {
    throw new InvalidListError('This file is empty, too large, or no text.')
  }
  if (text.startsWith('{') || text.startsWith('[')) {
    let value: any
    try {
      value = JSON.parse(text)
    } catch {
      throw new InvalidListError('This file looks like JSON but is damaged.')
    }
    if (value?.undertone === 'list' && Array.isArray(value.entries)) {
      return collect(String(value.title ?? 'List'), value.entries)
    }
    if (value?.kind === 10_000 && Array.isArray(value.tags)) {
      return fromNostr(value)
    }
    const events = Array.isArray(value) ? value : value?.events ?? value?.state ?? []
    return fromMatrix(Array.isArray(events) ? events : [])
  }
  const lines = text.split(/\r?\n/)
  return /^"?#?domain"?,/i.test(lines[0]) ? fromMastodon(lines) : fromText(lines)
}
