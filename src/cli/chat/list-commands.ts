import { CommandFailedError } from '../errors.ts'
import { terminalText } from '../terminal-text.ts'
import { UnclearCommandError, day, firstWord, listOf, need, numberOf, onlyOptions, optionsIn, subjectOf, switchOf, takeList, unquoted, wordsOf } from './command.ts'
import { qrLines } from './qr-lines.ts'
import type { Chat, ChatCommands } from './command.ts'

/** A list's address, as link or on the web; anything else is a file or a list known here. */
const ADDRESS = /^(?:undertone:|https?:\/\/)|#\//i
const DAY_MS = 86_400_000
const SHOWN_ENTRIES = 200
const SHOWN_CHANGES = 50
const USE = ['actions', 'reasons', 'weight', 'order', 'trial', 'paused'] as const
const USAGE = '[actions=hide,warn|all] [reasons=spam,scam|all] [weight=2] [order=0] [trial=on|off] [paused=on|off]'

function entryLine (chat: Chat, { entry, subject, action, reason, note, since, expires, maintainer, count = 1 }: any, makers = false): string {
  const said = subject == null ? [] : [`${action} ${Object.entries(subject).map(([kind, value]) => `${kind}:${terminalText(String(value))}`).join(' ')} (${reason}${note == null || note === '' ? '' : `: ${terminalText(note)}`})`]
  const dates = [...since == null ? [] : [`since ${day(since)}`], ...expires == null ? [] : [`until ${day(expires)}`], ...makers && maintainer != null ? [`by …${maintainer.slice(-6)}`] : [], ...count > 1 ? [`${count} times`] : []]
  return [...entry == null ? [] : [chat.handle('e', entry)], [...said, ...dates].join(', ')].join(' ')
}

/** How a list is used, from words as they are typed. */
function useOf (options: Partial<Record<typeof USE[number], string[]>>): object {
  const { actions, reasons, weight, order, trial, paused } = options
  return {
    ...actions == null ? {} : { actions: wordsOf(actions.join(',')) },
    ...reasons == null ? {} : { reasons: wordsOf(reasons.join(',')) },
    ...weight == null ? {} : { weight: numberOf(weight[0], 'weight') },
    ...order == null ? {} : { order: numberOf(order[0], 'order') },
    ...trial == null ? {} : { trial: switchOf(trial[0], 'trial') },
    ...paused == null ? {} : { paused: switchOf(paused[0], 'paused') }
  }
}

function useLine ({ own, actions, reasons, weight, order, trial, paused }: any): string {
  return [own === true ? 'yours' : 'followed', `actions ${actions?.join(', ') ?? 'all'}`, `reasons ${reasons?.join(', ') ?? 'all'}`, `weight ${weight}`, `order ${order}`, ...trial === true ? ['on trial: told by /why, not done'] : [], ...paused === true ? ['paused'] : []].join(' · ')
}

function warningsOf ({ retired, forked, capped }: any): string[] {
  return [...retired === true ? ['It is retired: nothing new will come.'] : [], ...forked === true ? ['A maintainer signed two different things as one: it may only warn. /changes shows both.'] : [], ...capped === true ? ['It grew suddenly or hits most people here: it may only warn until you use /configure on it.'] : []]
}

/** What is asked of whoever edits: current maintainers by the end of their ID, new ones in full. */
function maintainerOf (maintainers: string[], typed: string): string {
  const end = typed.replace(/^…/, '')
  const found = maintainers.filter(each => each === typed || (end.length >= 4 && each.endsWith(end)))
  if (found.length !== 1) {
    throw new CommandFailedError(`No maintainer is called ${terminalText(typed)}. /list shows who they are.`)
  }
  return found[0]
}

async function edit (chat: Chat, list: string, change: object): Promise<void> {
  await chat.call('list.edit', { list, ...change })
}

function previewLines ({ messages, personas, talkedTo, samples = [], entries, actions = {} }: any): string[] {
  return [
    `Of what is here it would touch ${messages} messages and ${personas} people${talkedTo > 0 ? `, ${talkedTo} of whom you have answered` : ''}; it has ${entries} entries.`,
    ...Object.keys(actions).length === 0 ? [] : [Object.entries(actions).map(([action, count]) => `${action} ${String(count)}`).join(', ')],
    ...samples.slice(0, 5).map(({ action, reason, text }: any) => `  ${action} (${reason}): ${terminalText(text)}`)
  ]
}

export const LIST_COMMANDS: ChatCommands = {
  lists: {
    takes: '',
    does: 'lists you make or follow; their numbers and titles name them in commands',
    run: async chat => {
      const { subscriptions } = await chat.call('list.subscriptions')
      chat.print(...(subscriptions.length === 0
        ? ['None. /subscribe <address or file> follows one, /newlist <title> makes one. /entries own shows what you block yourself.']
        : subscriptions.map((each: any, i: number) => `${String(i + 1).padStart(3)} ${terminalText(each.title).padEnd(28)} ${each.entries} entries, ${each.own === true ? 'yours' : `weight ${each.weight}`}${['paused', 'trial', 'retired', 'forked', 'capped'].filter(name => each[name] === true).map(name => `, ${name}`).join('')}`)))
    }
  },
  list: {
    takes: '<list>',
    does: 'the page of a list: whose it is, what it counts, where to object, how you use it',
    completes: ['list'],
    run: async (chat, rest) => {
      const used = await listOf(chat, rest)
      const { list: page } = await chat.call('list.entries', { list: used.list, limit: 1 })
      const counts = (of: object = {}): string => Object.entries(of).map(([name, count]) => `${name} ${String(count)}`).join(', ')
      const { title = '', description = '', entries, version, license = '', maintainers = [], appeals = '', help = [] } = page ?? {}
      chat.print(
        terminalText(title),
        ...description === '' ? [] : [terminalText(description)],
        `${entries} entries, version ${version}${license === '' ? '' : `, ${terminalText(license)}`}`,
        ...entries > 0 ? [`${counts(page.counts?.reasons)}; ${counts(page.counts?.actions)}`] : [],
        ...help.length === 0 ? [] : [`${help.length} help lines`],
        ...maintainers.map((each: string) => `maintainer ${each}${each === used.persona ? ' (you)' : ''}`),
        ...appeals === '' ? [] : [`objections: ${terminalText(appeals)}`],
        ...warningsOf(used),
        ...used.list === 'own' ? [] : [useLine(used)],
        ...used.web == null ? [] : [`fetched from ${terminalText(used.web.address)} on ${day(used.web.time)}`],
        ...used.own === true || used.persona == null ? [] : [`Whoever makes you a maintainer needs: ${used.persona}`]
      )
    }
  },
  subscribe: {
    takes: `<address|file> ${USAGE}`,
    does: 'follow a list; /preview first shows what it would change',
    completes: ['file'],
    run: async (chat, rest) => {
      const [from, others] = firstWord(need(rest, 'its address or file'))
      const use = useOf(onlyOptions(others, USE))
      await chat.call('list.subscribe', { ...ADDRESS.test(from) ? { address: from } : { path: from }, ...use })
      chat.print(/^https?:/i.test(from) && !from.includes('#/') ? 'Subscribed. The web server knows that somebody fetched it; whoever makes it does not learn more.' : 'Subscribed. Whoever makes it does not learn that.')
    }
  },
  unsubscribe: {
    takes: '<list> [forget]',
    does: 'follow it no longer; forget: also a list of your own, whose key is gone then',
    completes: ['list'],
    run: async (chat, rest) => {
      const [{ list, own }, how] = await takeList(chat, rest)
      if (own === true && how !== 'forget') {
        throw new CommandFailedError('That list is yours: nobody could write in it any more. /retire says that it ends; with "forget" behind it its key is destroyed all the same.')
      }
      await chat.call('list.unsubscribe', { list })
      chat.print('You follow it no longer.')
    }
  },
  configure: {
    takes: `<list> ${USAGE}`,
    does: 'how you use a list; several must agree where /policy threshold says so, the lowest order is the nearest',
    completes: ['list'],
    run: async (chat, rest) => {
      const [{ list }, others] = await takeList(chat, rest)
      const use = useOf(onlyOptions(others, USE))
      chat.print(useLine(await chat.call('list.configure', { list, ...use })))
    }
  },
  pause: {
    takes: '<list>',
    does: 'leave a list out for now; once more takes it in again',
    completes: ['list'],
    run: async (chat, rest) => {
      const { list, paused: before } = await listOf(chat, rest)
      const { paused } = await chat.call('list.configure', { list, paused: before !== true })
      chat.print(paused === true ? 'Paused.' : 'In force again.')
    }
  },
  preview: {
    takes: '<list|address>',
    does: 'what a list would change here',
    completes: ['list'],
    run: async (chat, rest) => {
      chat.print(...previewLines(await chat.call('list.preview', { room: chat.room, ...(ADDRESS.test(rest) ? { address: rest } : { list: (await listOf(chat, rest)).list }) })))
    }
  },
  entries: {
    takes: '<list> [from]',
    does: `what a list says, ${SHOWN_ENTRIES} at a time; "own" is what you block yourself`,
    completes: ['list'],
    run: async (chat, rest) => {
      const [{ list }, at] = await takeList(chat, rest)
      const from = at === '' ? 1 : numberOf(at, 'from')
      const { entries, list: page } = await chat.call('list.entries', { list, from: Math.max(0, from - 1), limit: SHOWN_ENTRIES })
      const all = page?.entries ?? entries.length
      chat.print(...entries.flatMap((each: any) => [`  ${entryLine(chat, each)}`, ...(each.sources ?? []).map((source: string) => `      ${terminalText(source)}`)]), `${all} entries${from - 1 + entries.length < all ? `; more: /entries ${page.title.includes(' ') ? `"${terminalText(page.title)}"` : terminalText(page.title)} ${from + entries.length}` : ''}`)
    }
  },
  changes: {
    takes: '<list>',
    does: 'what changed in a list, and whether its history forked',
    completes: ['list'],
    run: async (chat, rest) => {
      const { changes, forks, rollbacks } = await chat.call('list.changes', { list: (await listOf(chat, rest)).list, limit: SHOWN_CHANGES })
      chat.print(
        ...changes.map((each: any) => `${day(each.time)} ${each.op} ${entryLine(chat, each, true)}`),
        ...forks.map(({ maintainer, sequence, statements }: any) => `Fork: maintainer …${maintainer.slice(-6)} signed ${statements.length} different statements as number ${sequence}: ${statements.join(' and ')}`),
        ...rollbacks > 0 ? [`Rollback: ${rollbacks} times somebody offered less than was seen before. Nothing was taken back.`] : [],
        ...forks.length + rollbacks === 0 ? ['No forks, no rollbacks.'] : []
      )
    }
  },
  newlist: {
    takes: '<title> [description="…"] [license=CC0] [appeals=…]',
    does: 'make a list that others can follow',
    run: async (chat, rest) => {
      const { options, rest: title } = optionsIn(rest, ['description', 'license', 'appeals'])
      const { address } = await chat.call('list.create', { title: need(unquoted(title), 'its title'), ...textsOf(options) })
      chat.print('Others follow it at', address, '/address shows this again, also as a QR code; /add puts something in.')
    }
  },
  editlist: {
    takes: '<list> [title="…"] [description="…"] [license=…] [appeals=…]',
    does: 'what a list of yours says about itself; appeals: where to object',
    completes: ['list'],
    run: async (chat, rest) => {
      const [{ list }, others] = await takeList(chat, rest)
      const change = textsOf(onlyOptions(others, ['title', 'description', 'license', 'appeals']))
      if (Object.keys(change).length === 0) {
        throw new UnclearCommandError('Say what to change: title="…", description="…", license=… or appeals=….')
      }
      await edit(chat, list, change)
      chat.print('Changed.')
    }
  },
  maintainer: {
    takes: '<list> add|remove <persona>',
    does: 'who writes in a list of yours; to hand it over, add the other key and remove your own',
    completes: ['list'],
    run: async (chat, rest) => {
      const [{ list }, others] = await takeList(chat, rest)
      const [verb, who] = firstWord(others)
      if (verb !== 'add' && verb !== 'remove') {
        throw new UnclearCommandError('Say add or remove, then the persona in that list: whoever follows it finds theirs with /list.')
      }
      const { list: { maintainers } } = await chat.call('list.entries', { list, limit: 1 })
      const persona = verb === 'add' ? need(who, 'whom') : maintainerOf(maintainers, need(who, 'whom'))
      const next = verb === 'add' ? [...new Set([...maintainers, persona])] : maintainers.filter((each: string) => each !== persona)
      await edit(chat, list, { maintainers: next })
      chat.print(`${next.length} maintainers now.`)
    }
  },
  retire: {
    takes: '<list>',
    does: 'say that a list of yours goes on no longer; once more takes it up again',
    completes: ['list'],
    run: async (chat, rest) => {
      const { list, retired } = await listOf(chat, rest)
      await edit(chat, list, { retired: retired !== true })
      chat.print(retired === true ? 'Taken up again.' : 'Retired. What it says stays; nothing new is taken.')
    }
  },
  address: {
    takes: '<list> [qr]',
    does: 'what others need to follow a list: text, link, QR code',
    completes: ['list'],
    run: async (chat, rest) => {
      const [{ list }, how] = await takeList(chat, rest)
      const { address, link } = await chat.call('list.invite', { list })
      chat.print(address, ...link == null || link.startsWith('https://undertone.example/') ? [] : [link])
      if (how === 'qr') {
        chat.print(...qrLines(address, process.stdout.isTTY && (process.env.NO_COLOR ?? '') === ''))
      }
    }
  },
  add: {
    takes: '<list> <who|word:…|domain:…|pattern:…|message:<n>|branch:<who>|image:<n>|attachment:…|rule:…> <action> <reason> [note] [source=https://…] [days=30]',
    does: 'an entry in a list of yours; a note with sources stands below what it names',
    completes: ['list', 'member', 'action', 'reason'],
    run: async (chat, rest) => {
      const [{ list }, what] = await takeList(chat, rest)
      const { options: { source, days }, rest: words } = optionsIn(what, ['source', 'days'])
      const [subject, how] = firstWord(words)
      const [action, because] = firstWord(how)
      const [reason, said] = firstWord(because)
      const note = unquoted(said)
      const { entry } = await chat.call('list.add', {
        list,
        subject: await subjectOf(chat, need(subject, 'what it names')),
        action: need(action, 'the action: hide, blur, warn, label, mute or allow'),
        reason: need(reason, 'the reason'),
        ...(note === '' ? {} : { note }),
        ...(source == null ? {} : { sources: source }),
        ...(days == null ? {} : { expires: Date.now() + Math.round(numberOf(days[0], 'days') * DAY_MS) })
      })
      chat.print(`Entry ${chat.handle('e', entry)}. /remove takes it back.`)
    }
  },
  remove: {
    takes: '<list> <entry>',
    does: 'take an entry back; /entries shows them',
    completes: ['list'],
    run: async (chat, rest) => {
      const [{ list }, entry] = await takeList(chat, rest)
      await chat.call('list.remove', { list, entry: chat.handled(need(entry, 'which entry; /entries shows them')) })
      chat.print('Taken back.')
    }
  },
  helpline: {
    takes: '<list> <address> <name> [| languages [| regions [| hours]]]',
    does: 'a help line in a list of yours, for who follows it',
    completes: ['list'],
    run: async (chat, rest) => {
      const [{ list }, line] = await takeList(chat, rest)
      const [address, words] = firstWord(line)
      const [name, languages = '', regions = '', hours = ''] = need(words, 'its address, then its name').split('|').map(part => part.trim())
      const several = (text: string): string[] => text.split(/[\s,]+/)
      await chat.call('list.addHelp', { list, address, name, ...(languages === '' ? {} : { languages: several(languages) }), ...(regions === '' ? {} : { regions: several(regions) }), ...(hours === '' ? {} : { hours }) })
      chat.print('Whoever follows the list finds it under /resources.')
    }
  },
  nohelpline: {
    takes: '<list> <address>',
    does: 'take a help line back',
    completes: ['list'],
    run: async (chat, rest) => {
      const [{ list }, address] = await takeList(chat, rest)
      await chat.call('list.removeHelp', { list, address: need(address, 'its address') })
      chat.print('Taken back.')
    }
  },
  savelist: {
    takes: '<list> <file> [undertone|matrix|bluesky|nostr|mastodon|text]',
    does: 'a list as a file, also in the forms of other programs',
    completes: ['list', 'file'],
    run: async (chat, rest) => {
      const [{ list }, where] = await takeList(chat, rest)
      const [path, format] = firstWord(where)
      await chat.call('list.export', { list, path: need(path, 'which file'), ...(format === '' ? {} : { format }) })
      chat.print(`Written to ${terminalText(path)}.`)
    }
  },
  loadlist: {
    takes: '<file> [title]',
    does: 'a list of your own from a file of Matrix, Bluesky, Nostr, Mastodon or text',
    completes: ['file'],
    run: async (chat, rest) => {
      const [path, title] = firstWord(rest)
      const { entries, skipped } = await chat.call('list.import', { path: need(path, 'which file'), ...(title === '' ? {} : { title: unquoted(title) }) })
      chat.print(`${entries} entries taken, ${skipped} not understood. /lists shows it.`)
    }
  }
}

/** Words that are said about a list: the last one of each name. */
function textsOf (options: Partial<Record<string, string[]>>): Record<string, string> {
  return Object.fromEntries(Object.entries(options).map(([name, values = []]) => [name, values[values.length - 1]]))
}
