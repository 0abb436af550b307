import type { Entry, Reason } from './moderation-api.ts'
import type { EntryFields } from './operation.ts'

const ADBLOCK = /^\[(?:adblock|adguard|ublock)/i

export const MAX_IMPORTED = 200_000
const MAX_BYTES = 32 * 1024 * 1024

/** What a file of somebody else's format says, as entries; what has no counterpart here is counted. */
export interface ImportedList { title: string, entries: EntryFields[], skipped: number }

/** How entries are checked and files refused: told by who calls, so that a page can load this alone, when somebody imports. */
export interface ForeignRules { check (fields: unknown): EntryFields, refuse (message: string): Error }

interface FieldsOf { title: string, fields: Iterable<unknown> }

function reasonFrom (text: unknown): Reason {
  const word = String(text ?? '').toLowerCase()
  const known: Array<[RegExp, Reason]> = [[/spam/, 'spam'], [/harass|abuse|bully/, 'harassment'], [/hate|racis/, 'hate'], [/threat/, 'threat'], [/porn|nsfw|sexual/, 'sexual'], [/scam|phish|fraud/, 'scam'], [/malware|virus/, 'malware-link'], [/misinfo|fake/, 'misinformation'], [/csam|illegal/, 'illegal']]
  return known.find(([pattern]) => pattern.test(word))?.[1] ?? 'other'
}

/** Blocks of which a part is withheld (`ev*.example`) name nobody. */
const isWithheld = (each: any): boolean => typeof each?.subject?.domain === 'string' && /[*?]/.test(each.subject.domain.replace(/^\*\./, ''))

function collect (title: string, fields: Iterable<unknown>): FieldsOf {
  return { title, fields }
}

function checked ({ title, fields }: FieldsOf, { check, refuse }: ForeignRules): ImportedList {
  const entries: EntryFields[] = []
  let skipped = 0
  for (const each of fields) {
    try {
      if (entries.length < MAX_IMPORTED && !isWithheld(each)) {
        entries.push(check(each))
        continue
      }
    } catch {
      // counted below
    }
    skipped++
  }
  if (entries.length === 0) {
    throw refuse('Nothing in this file can be used here. Known formats: Undertone lists, Matrix policy rules, Bluesky lists and labels, Nostr mute lists, Mastodon domain blocks (CSV), EasyList and plain words.')
  }
  return { title, entries, skipped }
}

const fileOf = (value: Record<string, unknown>, reason: unknown, action = 'hide'): unknown => ({ subject: value, action, reason: reasonFrom(reason), ...(typeof reason === 'string' && reason !== '' ? { note: reason.slice(0, 500) } : {}) })

/** A glob as people write them (`*`, `?`) as what finds such a name in a text: a plain word where there is no glob. */
function fromGlob (glob: string): Record<string, string> {
  return /[*?]/.test(glob)
    ? { pattern: `(?:^|\\s)${glob.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '\\S*').replaceAll('?', '\\S')}(?:$|\\s)` }
    : { word: glob }
}

/** Matrix policy rules (MSC2313): state events of a policy room, or an array of them. */
function fromMatrix (events: any[]): FieldsOf {
  return collect('Matrix policy rules', events.filter(event => /policy\.rule\.|org\.matrix\.mjolnir\.rule\./.test(String(event?.type))).map(({ type, content }) => {
    const entity = String(content?.entity ?? '')
    // without recommendation or entity a rule is taken back; users of another network cannot be named here, their names can
    const action = /\.ban$|^m\.ban/.test(String(content?.recommendation)) ? 'hide' : 'none'
    return String(type).endsWith('server')
      ? fileOf({ domain: entity.replace(/^\*\./, '').replace(/:\d+$/, '') }, content?.reason, action)
      : fileOf(fromGlob(entity), content?.reason, action)
  }))
}

/** A Bluesky moderation list: `app.bsky.graph.getList`'s answer, a repository's list items (com.atproto.repo.listRecords), or labels (com.atproto.label). */
function fromBluesky (value: any): FieldsOf {
  const items: any[] = Array.isArray(value) ? value : value.items ?? value.labels ?? value.records ?? []
  return collect(String(value.list?.name ?? 'Bluesky list').slice(0, 128), items.map(item => {
    const label = item?.val ?? item?.value?.val
    if (label != null) {
      const uri = String(item.uri ?? '')
      // a negation retracts: it says nothing by itself
      return item.neg === true ? {} : fileOf({ word: uri }, label, /^!(hide|takedown)/.test(String(label)) ? 'hide' : 'label')
    }
    return fileOf({ word: item?.subject?.handle ?? item?.subject?.did ?? item?.subject ?? item?.value?.subject }, value.list?.description ?? '')
  }))
}

/** Nostr mute list (NIP-51, kind 10000). */
function fromNostr (event: any): FieldsOf {
  return collect('Nostr mute list', event.tags.map((tag: any) => tag?.[0] === 'word' || tag?.[0] === 't' || tag?.[0] === 'p' ? fileOf({ word: tag[1] }, '') : {}))
}

/** Lines of a CSV file; a line may go on within quotes (RFC 4180 §2.6). */
function rowsOf (lines: string[]): string[] {
  const rows: string[] = []
  let open = false
  for (const line of lines) {
    open ? rows[rows.length - 1] += ` ${line}` : rows.push(line)
    open = open !== (line.split('"').length % 2 === 0)
  }
  return rows
}

/** Mastodon domain blocks: CSV with `#domain,#severity,…,#public_comment,…`. */
function fromMastodon (lines: string[]): FieldsOf {
  const header = lines[0].split(',').map(name => name.replace(/[#"]/g, '').trim())
  const at = (name: string): number => header.indexOf(name)
  return collect('Mastodon domain blocks', rowsOf(lines.slice(1)).filter(line => line.trim() !== '').map(line => {
    const cells = [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(([, cell]) => cell.replace(/^"|"$/g, '').replaceAll('""', '"'))
    const severity = cells[at('severity')] ?? 'suspend'
    return fileOf({ domain: cells[Math.max(0, at('domain'))] }, cells[at('public_comment')], severity === 'silence' ? 'blur' : severity === 'noop' ? 'label' : 'hide')
  }))
}

/** EasyList's domain rules (`||example.org^`, `@@` to allow), a hosts file, or one word or domain a line. */
function fromText (lines: string[]): FieldsOf {
  // a line without bars is part of a web address there, not a word that people say
  const filters = ADBLOCK.test(lines[0])
  return collect('Text list', lines.map(line => line.trim()).filter(line => line !== '' && !/^[!#[]/.test(line)).map(line => {
    const rule = /^(@@)?\|\|([a-z0-9.-]+)\^?(\$.*)?$/i.exec(line)
    if (rule != null) {
      return fileOf({ domain: rule[2] }, '', rule[1] == null ? 'hide' : 'allow')
    }
    const host = /^(?:0\.0\.0\.0|127\.0\.0\.1|::1?)\s+([^\s#]+)/.exec(line)
    if (host != null) {
      return host[1].includes('.') ? fileOf({ domain: host[1] }, '') : {}
    }
    // rules about parts of web pages and paths have no counterpart in a conversation
    if (filters || /#[@?$]?#|^\/|^@@|^\||\^|\$/.test(line)) {
      return {}
    }
    return /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(line) ? fileOf({ domain: line }, '') : fileOf({ word: line }, '')
  }))
}

/**
 * Reads a list of another program.
 *
 * @throws {InvalidListError} what `refuse` makes
 */
export function readForeignList (bytes: Uint8Array, rules: ForeignRules): ImportedList {
  return checked(fieldsOf(bytes, rules), rules)
}

function fieldsOf (bytes: Uint8Array, { refuse }: ForeignRules): FieldsOf {
  let text: string
  try {
    text = bytes.length > MAX_BYTES ? '' : new TextDecoder('utf-8', { fatal: true }).decode(bytes).trim()
  } catch {
    text = ''
  }
  if (text === '') {
    throw refuse(`This file is empty, no text, or has more than ${MAX_BYTES / 1024 / 1024} MiB.`)
  }
  if (text.startsWith('{') || (text.startsWith('[') && !ADBLOCK.test(text))) {
    let value: any
    try {
      value = JSON.parse(text)
    } catch {
      throw refuse('This file looks like JSON but is damaged.')
    }
    if (value?.list?.purpose != null || Array.isArray(value?.labels) || value?.records?.[0]?.value?.subject != null || (Array.isArray(value) && (value[0]?.val != null || value[0]?.subject != null))) {
      return fromBluesky(value)
    }
    // as a relay hands it out, or alone
    const nostr = (Array.isArray(value) ? value : [value]).find(each => each?.kind === 10_000 && Array.isArray(each.tags))
    if (nostr != null) {
      return fromNostr(nostr)
    }
    const events = Array.isArray(value) ? value : value?.events ?? value?.state ?? value?.chunk ?? []
    return fromMatrix(Array.isArray(events) ? events : [])
  }
  const lines = text.split(/\r?\n/)
  return /^"?#?domain"?,/i.test(lines[0]) ? fromMastodon(lines) : fromText(lines)
}

export type ForeignFormat = 'matrix' | 'bluesky' | 'nostr' | 'mastodon' | 'text'

const cell = (text: string): string => /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text

/** What a word or pattern is elsewhere; nothing for personas, messages and hashes, which mean nothing outside. */
function outside (entry: Pick<Entry, 'subject'>): { domain?: string, word?: string } {
  const { domain, word } = entry.subject
  return domain != null ? { domain } : word != null ? { word } : {}
}

/** Entries in another program's form: what has no counterpart there is left out, and nothing is invented. */
export function writeForeignList (format: ForeignFormat, title: string, entries: Entry[], now: number): Uint8Array {
  const known = entries.filter(entry => Object.keys(outside(entry)).length > 0 && (format === 'text' || entry.action !== 'allow'))
  const text = (): string => {
    switch (format) {
      case 'matrix':
        return JSON.stringify(known.map(entry => {
          const { domain, word } = outside(entry)
          return { type: domain == null ? 'm.policy.rule.user' : 'm.policy.rule.server', state_key: `rule:${domain ?? word ?? ''}`, content: { entity: domain ?? word, recommendation: entry.action === 'hide' || entry.action === 'mute' ? 'm.ban' : `undertone.${entry.action}`, reason: [entry.reason, entry.note].filter(Boolean).join(': ') } }
        }), null, 1)
      case 'bluesky':
        return JSON.stringify({ list: { name: title, purpose: 'app.bsky.graph.defs#modlist' }, labels: known.map(entry => ({ ver: 1, uri: outside(entry).domain ?? outside(entry).word, val: entry.action === 'hide' ? '!hide' : entry.reason, cts: new Date(entry.since).toISOString() })) }, null, 1)
      case 'nostr':
        return JSON.stringify({ kind: 10_000, created_at: Math.floor(now / 1000), content: '', tags: known.map(entry => ['word', outside(entry).word ?? outside(entry).domain]) }, null, 1)
      case 'mastodon':
        return ['#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate', ...known.filter(({ subject }) => subject.domain != null).map(({ subject, action, reason, note }) => [subject.domain as string, action === 'hide' || action === 'mute' ? 'suspend' : action === 'label' ? 'noop' : 'silence', String(action === 'blur'), 'false', cell([reason, note].filter(Boolean).join(': ')), 'false'].join(','))].join('\n')
      case 'text':
        return [`! ${title}`, ...known.map(entry => entry.subject.domain == null ? entry.subject.word as string : `${entry.action === 'allow' ? '@@' : ''}||${entry.subject.domain}^`)].join('\n')
    }
  }
  return new TextEncoder().encode(`${text()}\n`)
}
