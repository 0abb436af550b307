import { InvalidParametersError } from '../engine/errors.ts'
import { load, save } from './method-files.ts'
import { binary, exactlyOne, flag, fraction, id, json, listOf, nullOr, object, oneOf, optional, path, text, time, whole } from './params.ts'
import type { Define, MethodsInit } from './method.ts'
import type { Subject } from '../moderation/moderation-api.ts'

const SUBJECTS = ['persona', 'branch', 'message', 'pattern', 'word', 'domain', 'attachment', 'image'] as const
const MAX_WORDS = 64

const action = oneOf('hide', 'blur', 'warn', 'label', 'mute', 'allow')
const reason = oneOf('spam', 'harassment', 'hate', 'threat', 'sexual', 'self-harm', 'misinformation', 'illegal', 'doxxing', 'impersonation', 'scam', 'malware-link', 'graphic', 'infiltrator-claim', 'other')
const subjectFields = {
  persona: optional(id), branch: optional(id), message: optional(id), pattern: optional(text), word: optional(text), domain: optional(text), attachment: optional(id), image: optional(id)
}

function subjectOf (method: string, values: Subject): Subject {
  const name = exactlyOne(method, values as Record<string, unknown>, [...SUBJECTS]) as keyof Subject
  return { [name]: values[name] }
}

/** Lists, verdicts, reports and charters: judgement that each reader chooses. */
export function defineModerationMethods (define: Define, { engine, files }: MethodsInit): void {
  const { lists, moderation, reports, charters } = engine

  define('list.create', { title: text, description: optional(text), license: optional(text) }, params => lists.create(params))

  define('list.add', { list: id, subject: object(subjectFields), action, reason, note: optional(text), expires: optional(time) },
    ({ list, subject, ...entry }) => lists.add(list, { ...entry, subject: subjectOf('list.add', subject) }))

  define('list.remove', { list: id, entry: id }, async ({ list, entry }) => {
    await lists.remove(list, entry)
    return {}
  })

  define('list.subscribe', { address: optional(text), path: optional(path), data: optional(binary), actions: optional(listOf(action, MAX_WORDS)), reasons: optional(listOf(reason, MAX_WORDS)), weight: optional(whole(0, 1_000)) },
    async ({ address, path, data, ...options }) => {
      if (exactlyOne('list.subscribe', { address, path, data }, ['address', 'path', 'data']) === 'address') {
        return lists.subscribe({ ...options, address })
      }
      return lists.subscribe({ ...options, bytes: await load('list.subscribe', files, { path, data }) })
    })

  define('list.unsubscribe', { list: id }, async ({ list }) => {
    await lists.unsubscribe(list)
    return {}
  })

  define('list.subscriptions', {}, () => ({ subscriptions: lists.subscriptions() }))
  define('list.entries', { list: id }, ({ list }) => lists.entries(list))

  define('list.preview', { list: optional(id), address: optional(text), room: id }, params => {
    exactlyOne('list.preview', params, ['list', 'address'])
    return lists.preview(params)
  })

  define('list.export', { list: id, path: optional(path) }, async ({ list, path }) => save(files, path, await lists.export(list)))

  define('moderation.block', { room: id, ...subjectFields, action: optional(action), reason: optional(reason) },
    ({ room, action, reason, ...subject }) => moderation.block(room, subjectOf('moderation.block', subject), action, reason))

  define('moderation.policy', {
    threshold: optional(whole(1, 1_000)),
    classifier: optional(nullOr(object({ threshold: fraction(), action }))),
    hidden: optional(oneOf('press', 'gone'))
  }, params => moderation.policy(Object.keys(params).length === 0 ? undefined : params))

  define('moderation.explain', { room: id, message: optional(id), persona: optional(id) }, ({ room, ...subject }) => {
    exactlyOne('moderation.explain', subject, ['message', 'persona'])
    return moderation.explain(room, subject)
  })

  define('report.send', { room: id, message: id, reason, note: optional(text), to: optional(listOf(id, MAX_WORDS)), anonymous: optional(flag) }, params => reports.send(params))
  define('report.inbox', {}, () => ({ reports: reports.inbox() }))

  define('report.export', { report: optional(id), room: optional(id), message: optional(id), reason: optional(reason), note: optional(text), path: optional(path) },
    async ({ path, ...options }) => {
      if (exactlyOne('report.export', options, ['report', 'message']) === 'message' && options.room == null) {
        throw new InvalidParametersError('report.export needs the parameter "room" with "message".')
      }
      return save(files, path, await reports.export(options))
    })

  define('charter.propose', { room: id, charter: json }, ({ room, charter }) => charters.propose(room, charter))
  define('charter.vote', { room: id, proposal: id, choice: oneOf('yes', 'no', 'abstain') }, ({ room, proposal, choice }) => charters.vote(room, proposal, choice))
  define('charter.tally', { room: id, proposal: id }, ({ room, proposal }) => charters.tally(room, proposal))
}
