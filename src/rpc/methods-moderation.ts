import { InvalidParametersError } from '../engine/errors.ts'
import { load, save } from './method-files.ts'
import { binary, exactlyOne, flag, fraction, given, id, listOf, nullOr, object, oneOf, optional, path, text, time, whole } from './params.ts'
import type { Define, MethodsInit } from './method.ts'
import type { Subject } from '../moderation/moderation-api.ts'

const SUBJECTS = ['persona', 'branch', 'message', 'pattern', 'word', 'domain', 'attachment', 'image', 'rule'] as const
const MAX_WORDS = 64
const MAX_MAINTAINERS = 32
const MAX_SOURCES = 8
const MAX_ENTRIES = 100_000
const MAX_CHANGES = 1_000
const MAX_CONTEXT = 8
const MAX_REPORTS = 500

const action = oneOf('hide', 'blur', 'warn', 'label', 'mute', 'allow')
const reason = oneOf('spam', 'harassment', 'hate', 'threat', 'sexual', 'self-harm', 'misinformation', 'illegal', 'doxxing', 'impersonation', 'scam', 'malware-link', 'graphic', 'infiltrator-claim', 'other')
const subjectFields = {
  persona: optional(id), branch: optional(id), message: optional(id), pattern: optional(text), word: optional(text), domain: optional(text), attachment: optional(id), image: optional(id), rule: optional(id)
}

function subjectOf (method: string, values: Subject): Subject {
  const name = exactlyOne(method, values as Record<string, unknown>, [...SUBJECTS]) as keyof Subject
  return { [name]: values[name] }
}

/** Lists, verdicts, reports and charters: judgement that each reader chooses. */
export function defineModerationMethods (define: Define, { engine, files }: MethodsInit): void {
  const { lists, moderation, reports, charters } = engine

  const options = {
    actions: optional(nullOr(listOf(action, MAX_WORDS))),
    reasons: optional(nullOr(listOf(reason, MAX_WORDS))),
    weight: optional(whole(0, 1_000)),
    paused: optional(flag),
    order: optional(whole(0, 1_000_000)),
    trial: optional(flag)
  }

  define('list.create', { title: text, description: optional(text), license: optional(text), appeals: optional(text) }, params => lists.create(params))

  define('list.edit', { list: id, title: optional(text), description: optional(text), license: optional(text), appeals: optional(text), maintainers: optional(listOf(id, MAX_MAINTAINERS)), retired: optional(flag) },
    ({ list, ...change }) => lists.edit(list, change))

  define('list.add', { list: id, subject: object(subjectFields), action, reason, note: optional(text), sources: optional(listOf(text, MAX_SOURCES)), expires: optional(time) },
    ({ list, subject, ...entry }) => lists.add(list, { ...entry, subject: subjectOf('list.add', subject) }))

  define('list.remove', { list: id, entry: id }, async ({ list, entry }) => {
    await lists.remove(list, entry)
    return {}
  })

  define('list.addHelp', { list: id, name: text, address: text, languages: optional(listOf(text, MAX_WORDS)), regions: optional(listOf(text, MAX_WORDS)), hours: optional(text) }, async ({ list, ...line }) => {
    await lists.addHelp(list, line)
    return {}
  })

  define('list.removeHelp', { list: id, address: text }, async ({ list, address }) => {
    await lists.removeHelp(list, address)
    return {}
  })

  define('list.import', { path: optional(path), data: optional(binary), title: optional(text) },
    async ({ title, ...source }) => lists.import(await load('list.import', files, source), title))

  define('list.export', { list: id, format: optional(oneOf('undertone', 'matrix', 'bluesky', 'nostr', 'mastodon', 'text')), path: optional(path) },
    async ({ list, format, path }) => save(files, path, await lists.export(list, format)))

  define('list.invite', { list: id }, ({ list }) => lists.invite(list))

  define('list.subscribe', { address: optional(text), path: optional(path), data: optional(binary), ...options },
    async ({ address, path, data, ...rest }, { signal }) => {
      if (exactlyOne('list.subscribe', { address, path, data }, ['address', 'path', 'data']) === 'address') {
        return lists.subscribe({ ...rest, address, signal })
      }
      return lists.subscribe({ ...rest, bytes: await load('list.subscribe', files, { path, data }) })
    })

  define('list.configure', { list: id, ...options }, ({ list, ...rest }) => lists.configure(list, rest))

  define('list.unsubscribe', { list: id }, async ({ list }) => {
    await lists.unsubscribe(list)
    return {}
  })

  define('list.subscriptions', {}, () => ({ subscriptions: lists.subscriptions() }))
  define('list.entries', { list: id, from: optional(whole(0)), limit: optional(whole(1, MAX_ENTRIES)) }, ({ list, ...range }) => lists.entries(list, range))
  define('list.changes', { list: id, limit: optional(whole(1, MAX_CHANGES)) }, ({ list, limit }) => lists.changes(list, limit))

  define('list.preview', { list: optional(id), address: optional(text), room: id }, (params, { signal }) => {
    exactlyOne('list.preview', params, ['list', 'address'])
    return lists.preview({ ...params, signal })
  })

  define('list.appeal', { list: id, room: id, text, message: optional(id) }, ({ list, ...words }, { signal }) => lists.appeal(list, { ...words, signal }))

  define('moderation.block', { room: id, ...subjectFields, action: optional(action), reason: optional(reason) },
    ({ room, action, reason, ...subject }) => moderation.block(room, subjectOf('moderation.block', subject), action, reason))

  define('moderation.overrule', { room: id, message: optional(id), persona: optional(id) }, ({ room, ...subject }) => {
    exactlyOne('moderation.overrule', subject, ['message', 'persona'])
    return moderation.overrule(room, subject)
  })

  define('moderation.undo', { entry: id }, async ({ entry }) => {
    await moderation.undo(entry)
    return {}
  })

  define('moderation.policy', {
    threshold: optional(whole(1, 1_000)),
    classifier: optional(nullOr(object({ threshold: fraction(), action }))),
    hidden: optional(oneOf('press', 'gone')),
    web: optional(flag)
  }, params => moderation.policy(Object.keys(params).length === 0 ? undefined : params))

  define('moderation.explain', { room: id, message: optional(id), persona: optional(id) }, ({ room, ...subject }) => {
    exactlyOne('moderation.explain', subject, ['message', 'persona'])
    return moderation.explain(room, subject)
  })

  define('moderation.image', { room: id, message: id, image: optional(id) }, ({ room, message, image }) => moderation.image(room, message, image))
  define('moderation.check', { text }, ({ text }, { signal }) => moderation.check(text, { signal }))
  define('moderation.resources', { language: optional(text) }, ({ language }) => ({ resources: moderation.resources(language), lists: moderation.resourceLists() }))
  define('moderation.addResources', { path: optional(path), data: optional(binary) }, async source => moderation.addResources(await load('moderation.addResources', files, source)))
  define('moderation.removeResources', { title: text }, async ({ title }) => {
    await moderation.removeResources(title)
    return {}
  })
  define('moderation.standing', { room: id }, ({ room }) => moderation.standing(room))

  define('report.send', { room: id, message: optional(id), messages: optional(listOf(id, MAX_WORDS)), context: optional(whole(0, MAX_CONTEXT)), reason, note: optional(text), to: optional(listOf(id, MAX_WORDS)), anonymous: optional(flag) },
    (params, { signal }) => reports.send({ ...params, signal }))

  define('report.inbox', {}, () => ({ reports: reports.inbox() }))

  define('report.resolve', { reports: listOf(id, MAX_REPORTS), outcome: oneOf('acted', 'dismissed', 'noted'), note: optional(text), reply: optional(flag) },
    ({ reports: ids, ...resolution }) => reports.resolve(ids, resolution))

  define('report.export', { report: optional(id), room: optional(id), message: optional(id), messages: optional(listOf(id, MAX_WORDS)), context: optional(whole(0, MAX_CONTEXT)), reason: optional(reason), note: optional(text), anonymous: optional(flag), path: optional(path) },
    async ({ path, ...what }) => {
      if (what.report == null && (what.room == null || (what.message == null && what.messages == null))) {
        throw new InvalidParametersError('report.export needs "report", or "room" with "message" or "messages".')
      }
      return save(files, path, await reports.export(what))
    })

  define('report.verify', { path: optional(path), data: optional(binary) }, async source => reports.verify(await load('report.verify', files, source)))

  define('charter.read', { room: id }, ({ room }) => charters.read(room))
  define('charter.propose', { room: id, charter: given }, ({ room, charter }) => charters.propose(room, charter))
  define('charter.vote', { room: id, proposal: id, choice: oneOf('yes', 'no', 'abstain') }, ({ room, proposal, choice }) => charters.vote(room, proposal, choice))
  define('charter.tally', { room: id, proposal: id }, ({ room, proposal }) => charters.tally(room, proposal))
}
