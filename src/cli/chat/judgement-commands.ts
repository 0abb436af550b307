import { CommandFailedError } from '../errors.ts'
import { terminalText } from '../terminal-text.ts'
import { describe, firstWord, listOf, need, subjectOf } from './command.ts'
import type { Chat, ChatCommands } from './command.ts'

/** A list's address, as link or on the web; anything else is a file or a list known here. */
const ADDRESS = /^(?:undertone:|https?:\/\/)|#\//i

function day (ms: number): string { return new Date(ms).toISOString().slice(0, 10) }

/** `12` is a message, anything else a person. */
async function judged (chat: Chat, text: string): Promise<object> {
  return /^\d+$/.test(text) ? { message: chat.message(text).id } : { persona: await chat.persona(need(text, 'which message or whom')) }
}

function entryLine ({ entry, subject, action, reason, note, since }: any): string {
  return `${entry} ${action} ${Object.entries(subject ?? {}).map(([kind, value]) => `${kind}:${terminalText(String(value))}`).join(' ')} (${reason}${note == null || note === '' ? '' : `: ${terminalText(note)}`})${since == null ? '' : `, ${day(since)}`}`
}

export const JUDGEMENT_COMMANDS: ChatCommands = {
  block: {
    takes: '<who|word:…|domain:…> [reason]',
    does: 'see nothing of it any more, on this device',
    completes: ['member', 'reason'],
    run: async (chat, rest) => {
      const [what, reason] = firstWord(rest)
      const { entry } = await chat.call('moderation.block', { room: chat.room, ...await subjectOf(chat, need(what, 'whom')), ...(reason === '' ? {} : { reason }) })
      chat.print(`Blocked. /undo ${entry} undoes it.`)
    }
  },
  why: {
    takes: '<n|who>',
    does: 'which list says what about it',
    completes: ['message'],
    run: async (chat, rest) => {
      const { action, sources } = await chat.call('moderation.explain', { room: chat.room, ...await judged(chat, rest) })
      chat.print(...(sources.length === 0
        ? ['No list says anything about it.']
        : [`${action}:`, ...sources.map(({ title, reason, note, since, entry }: any) => `  ${terminalText(title)}: ${reason}${note == null ? '' : ` (${terminalText(note)})`}, since ${day(since)}; /undo ${entry}`)]))
    }
  },
  show: {
    takes: '<n>',
    does: 'show a hidden message, this once',
    completes: ['message'],
    run: async (chat, rest) => { chat.reveal(chat.message(rest)) }
  },
  undo: {
    takes: '<entry>',
    does: 'undo an entry: take back your own, overrule a list\'s',
    run: async (chat, rest) => {
      await chat.call('moderation.undo', { entry: need(rest, 'which entry; /why shows them') })
      chat.print('Undone.')
    }
  },
  overrule: {
    takes: '<n|who>',
    does: 'show it whatever your lists say',
    completes: ['member'],
    run: async (chat, rest) => {
      await chat.call('moderation.overrule', { room: chat.room, ...await judged(chat, rest) })
      chat.print('Your word is above your lists now.')
    }
  },
  mentions: {
    takes: '[everyone|members|nobody]',
    does: 'who may call you by name in this room',
    run: async (chat, rest) => {
      const { mentions } = rest === '' ? await chat.call('room.info', { room: chat.room }) : await chat.call('room.configure', { room: chat.room, mentions: rest })
      chat.print({ everyone: 'Everybody here may call you by name.', members: 'Members who are no longer new may call you by name.', nobody: 'Nobody here may call you by name.' }[mentions as 'everyone' | 'members' | 'nobody'])
    }
  },
  policy: {
    takes: '[threshold=2] [hidden=press|gone] [classifier=0.9|off] [web=on|off]',
    does: 'how lists are counted, and whether the classifier is one of them',
    run: async (chat, rest) => {
      const change: Record<string, unknown> = {}
      for (const [, name, value] of rest.matchAll(/(threshold|hidden|classifier|web)=(\S+)/g)) {
        change[name] = name === 'threshold' ? Number(value) : name === 'hidden' ? value : name === 'web' ? value === 'on' : value === 'off' ? null : { threshold: Number(value), action: 'warn' }
      }
      chat.print(...describe(await chat.call('moderation.policy', change)))
    }
  },
  check: {
    takes: '<text>',
    does: 'what the classifier makes of a text; it stays on this device',
    run: async (chat, rest) => { chat.print(...describe(await chat.call('moderation.check', { text: need(rest, 'what') }))) }
  },
  resources: {
    takes: '[language | add <file> | remove <title>]',
    does: 'where to find help, also for other people; takes lists of help lines',
    run: async (chat, rest) => {
      const [, verb, what] = /^(add|remove) (.+)$/.exec(rest) ?? []
      if (verb === 'add') {
        const { title, resources } = await chat.call('moderation.addResources', { path: what })
        chat.print(`${terminalText(title)}: ${resources} help lines`)
        return
      }
      if (verb === 'remove') {
        await chat.call('moderation.removeResources', { title: what })
        chat.print('Removed.')
        return
      }
      const { resources } = await chat.call('moderation.resources', rest === '' ? {} : { language: rest })
      chat.print(...resources.map(({ name, address, region, hours, list }: any) => `${terminalText(name)} — ${terminalText(address)} (${terminalText([region, hours, list == null ? '' : `from ${list}`].filter(each => each != null && each !== '').join(', '))})`))
    }
  },
  standing: {
    takes: '',
    does: 'lists known here that name you',
    run: async chat => {
      const { lists } = await chat.call('moderation.standing', { room: chat.room })
      chat.print(...(lists.length === 0 ? ['No list known here names you.'] : lists.map(({ title, action, reason, since }: any) => `${terminalText(title)}: ${action} (${reason}), since ${day(since)}`)))
    }
  },
  lists: {
    takes: '',
    does: 'lists you make or follow',
    run: async chat => {
      const { subscriptions } = await chat.call('list.subscriptions')
      chat.print(...(subscriptions.length === 0
        ? ['None. /subscribe <address or file> follows one, /newlist <title> makes one.']
        : subscriptions.map(({ title, entries, own, paused, weight }: any, i: number) => `${String(i + 1).padStart(3)} ${terminalText(title).padEnd(28)} ${entries} entries${own === true ? ', yours' : `, weight ${weight}`}${paused === true ? ', paused' : ''}`)))
    }
  },
  subscribe: {
    takes: '<address|file>',
    does: 'follow a list; /preview first shows what it would change',
    completes: ['file'],
    run: async (chat, rest) => {
      await chat.call('list.subscribe', ADDRESS.test(rest) ? { address: rest } : { path: need(rest, 'its address or file') })
      chat.print(/^https?:/i.test(rest) && !rest.includes('#/') ? 'Subscribed. The web server knows that somebody fetched it; whoever makes it does not learn more.' : 'Subscribed. Whoever makes it does not learn that.')
    }
  },
  unsubscribe: { takes: '<list>', does: 'follow it no longer', completes: ['list'], run: async (chat, rest) => { await chat.call('list.unsubscribe', { list: await listOf(chat, rest) }) } },
  pause: {
    takes: '<list>',
    does: 'leave a list out for now; once more takes it in again',
    completes: ['list'],
    run: async (chat, rest) => {
      const list = await listOf(chat, rest)
      const { subscriptions } = await chat.call('list.subscriptions')
      const { paused } = await chat.call('list.configure', { list, paused: subscriptions.find((each: any) => each.list === list).paused !== true })
      chat.print(paused === true ? 'Paused.' : 'In force again.')
    }
  },
  preview: {
    takes: '<list|address>',
    does: 'what a list would change here',
    completes: ['list'],
    run: async (chat, rest) => {
      const { messages, personas, entries } = await chat.call('list.preview', { room: chat.room, ...(ADDRESS.test(rest) ? { address: rest } : { list: await listOf(chat, rest) }) })
      chat.print(`Of what is here it would touch ${messages} messages and ${personas} people; it has ${entries} entries.`)
    }
  },
  entries: {
    takes: '<list>',
    does: 'what a list says',
    completes: ['list'],
    run: async (chat, rest) => {
      const { entries } = await chat.call('list.entries', { list: await listOf(chat, rest) })
      chat.print(...entries.slice(-200).map(entryLine), `${entries.length} entries`)
    }
  },
  changes: {
    takes: '<list>',
    does: 'what changed in a list, and whether its history forked',
    completes: ['list'],
    run: async (chat, rest) => {
      const { changes, forks, rollbacks } = await chat.call('list.changes', { list: await listOf(chat, rest), limit: 50 })
      chat.print(...changes.map((each: any) => `${day(each.time)} ${each.op} ${entryLine(each)}`), `${forks.length} forks, ${rollbacks} rollbacks`)
    }
  },
  newlist: {
    takes: '<title>',
    does: 'make a list that others can follow',
    run: async (chat, rest) => {
      const { address } = await chat.call('list.create', { title: need(rest, 'its title') })
      chat.print('Others follow it at', address)
    }
  },
  add: {
    takes: '<list> <who|word:…|domain:…> <action> <reason> [note]',
    does: 'an entry in a list of yours',
    completes: ['list', 'member', 'action', 'reason'],
    run: async (chat, rest) => {
      const [list, what] = firstWord(rest)
      const [subject, how] = firstWord(what)
      const [action, because] = firstWord(how)
      const [reason, note] = firstWord(because)
      const { entry } = await chat.call('list.add', { list: await listOf(chat, list), subject: await subjectOf(chat, subject), action, reason, ...(note === '' ? {} : { note }) })
      chat.print(`Entry ${entry}.`)
    }
  },
  remove: {
    takes: '<list> <entry>',
    does: 'take an entry back',
    completes: ['list'],
    run: async (chat, rest) => {
      const [list, entry] = firstWord(rest)
      await chat.call('list.remove', { list: await listOf(chat, list), entry })
    }
  },
  helpline: {
    takes: '<list> <address> <name> [| languages]',
    does: 'a help line in a list of yours, for who follows it',
    completes: ['list'],
    run: async (chat, rest) => {
      const [list, line] = firstWord(rest)
      const [address, words] = firstWord(line)
      const [name, languages = ''] = need(words, 'its name').split('|').map(part => part.trim())
      await chat.call('list.addHelp', { list: await listOf(chat, list), address, name, ...(languages === '' ? {} : { languages: languages.split(/[\s,]+/) }) })
      chat.print('Whoever follows the list finds it under /resources.')
    }
  },
  nohelpline: {
    takes: '<list> <address>',
    does: 'take a help line back',
    completes: ['list'],
    run: async (chat, rest) => {
      const [list, address] = firstWord(rest)
      await chat.call('list.removeHelp', { list: await listOf(chat, list), address })
    }
  },
  savelist: {
    takes: '<list> <file> [format]',
    does: 'a list as a file',
    completes: ['list', 'file'],
    run: async (chat, rest) => {
      const [list, where] = firstWord(rest)
      const [path, format] = firstWord(where)
      await chat.call('list.export', { list: await listOf(chat, list), path: need(path, 'which file'), ...(format === '' ? {} : { format }) })
    }
  },
  loadlist: {
    takes: '<file> [title]',
    does: 'a list of your own from a file of Matrix, Bluesky, Nostr, Mastodon or text',
    completes: ['file'],
    run: async (chat, rest) => {
      const [path, title] = firstWord(rest)
      const { entries, skipped } = await chat.call('list.import', { path: need(path, 'which file'), ...(title === '' ? {} : { title }) })
      chat.print(`${entries} entries taken, ${typeof skipped === 'number' ? skipped : skipped?.length ?? 0} not understood`)
    }
  },
  appeal: {
    takes: '<list> <text>',
    does: 'ask the makers of a list that names you to think again',
    completes: ['list'],
    run: async (chat, rest) => {
      const [list, text] = firstWord(rest)
      await chat.call('list.appeal', { list: await listOf(chat, list), room: chat.room, text: need(text, 'why') })
      chat.print('Sent, sealed to those who make the list.')
    }
  },
  report: {
    takes: '<n> <reason> [note]',
    does: 'report a message to those who make your lists',
    completes: ['message', 'reason'],
    run: async (chat, rest) => {
      const [which, because] = firstWord(rest)
      const [reason, note] = firstWord(because)
      const { sent } = await chat.call('report.send', { room: chat.room, message: chat.message(which).id, reason: need(reason, 'the reason'), ...(note === '' ? {} : { note }) })
      chat.print(`Sent to ${sent}.`)
    }
  },
  inbox: {
    takes: '',
    does: 'reports to you',
    run: async chat => {
      const { reports } = await chat.call('report.inbox')
      chat.print(...reports.flatMap(({ report, reason, note, from, messages, count }: any) => [
      `${report} ${reason}${note === '' ? '' : `: ${terminalText(note)}`}${from == null ? '' : ` (by ${from})`}${count > 1 ? `, ${count} times` : ''}`,
      ...messages.map(({ author, text }: any) => `    …${author.slice(-6)}: ${terminalText(text)}`)
      ]), `${reports.length} reports`)
    }
  },
  resolve: {
    takes: '<report> acted|dismissed|noted [note]',
    does: 'close a report',
    run: async (chat, rest) => {
      const [report, how] = firstWord(rest)
      const [outcome, note] = firstWord(how)
      await chat.call('report.resolve', { reports: [report], outcome, ...(note === '' ? {} : { note }) })
    }
  },
  savereport: {
    takes: '<n> <reason> <file>',
    does: 'evidence that anyone can verify offline',
    completes: ['message', 'reason', 'file'],
    run: async (chat, rest) => {
      const [which, because] = firstWord(rest)
      const [reason, path] = firstWord(because)
      await chat.call('report.export', { room: chat.room, message: chat.message(which).id, reason, path: need(path, 'which file') })
      chat.print(`\`undertone verify ${path}\` shows what it proves.`)
    }
  },
  charter: { takes: '', does: 'purpose and rules of this room, and what is proposed', run: async chat => { chat.print(...describe(await chat.call('charter.read', { room: chat.room }))) } },
  propose: {
    takes: '<purpose> [| rule | rule …]',
    does: 'put a charter to the vote',
    run: async (chat, rest) => {
      const [purpose, ...rules] = need(rest, 'its purpose').split('|').map(part => part.trim()).filter(part => part !== '')
      const { proposal } = await chat.call('charter.propose', { room: chat.room, charter: { purpose, rules } })
      chat.print(`/vote ${proposal} yes|no|abstain`)
    }
  },
  vote: {
    takes: '<proposal> yes|no|abstain',
    does: 'vote',
    run: async (chat, rest) => {
      const [proposal, choice] = firstWord(rest)
      if (!['yes', 'no', 'abstain'].includes(choice)) {
        throw new CommandFailedError('Vote yes, no or abstain.')
      }
      await chat.call('charter.vote', { room: chat.room, proposal, choice })
    }
  },
  tally: { takes: '<proposal>', does: 'how a vote stands', run: async (chat, rest) => { chat.print(...describe(await chat.call('charter.tally', { room: chat.room, proposal: rest }))) } }
}
