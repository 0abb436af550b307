import { terminalText, terminalTime } from '../terminal-text.ts'
import { UnclearCommandError, day, describe, firstWord, namedValues, need, numberOf, optionsIn, takeList, unquoted } from './command.ts'
import type { Chat, ChatCommands } from './command.ts'

const OPTIONS = ['to', 'context'] as const

/** `3` or `3,5,6`: messages by their numbers on the screen. */
function messagesOf (chat: Chat, text: string): string[] {
  return need(text, 'which message').split(',').map(number => chat.message(number).id)
}

function evidenceLines (messages: any[]): string[] {
  return messages.map(({ author, text, time, context }) => `    ${day(time)} ${terminalTime(time)} …${author.slice(-6)}: ${terminalText(text)}${context === true ? ' (context)' : ''}`)
}

function charterLines (chat: Chat, { purpose, rules, lists, policy, voting }: any): string[] {
  return [
    ...purpose === '' ? [] : [terminalText(purpose)],
    ...rules.map((rule: string, i: number) => `  ${i + 1}. ${terminalText(rule)}`),
    ...lists.map((address: string) => `  recommends a list: /preview ${terminalText(address)}`),
    ...Object.keys(policy).length === 0 ? [] : [`  policy: ${terminalText(JSON.stringify(policy))}`],
    `  votes: of personas here for ${voting.age / 3_600_000} hours with a stamp of ${voting.stampBits} bits; open for ${voting.duration / 3_600_000} hours`
  ]
}

function tallyLine ({ yes, no, abstain, eligible, weighted, closes, closed, passed, open }: any): string {
  const weights = open === true && weighted != null ? `; weighed by how long they are here ${weighted.yes} to ${weighted.no}, since anybody can make up personas in an open room` : ''
  return `${yes} yes, ${no} no, ${abstain} abstain, of ${eligible} who may vote${weights}; ${passed === true ? 'passed' : closed === true ? 'over, not passed' : `open until ${new Date(closes).toLocaleString()}`}`
}

export const REPORT_COMMANDS: ChatCommands = {
  standing: {
    takes: '',
    does: 'lists known here that name you',
    run: async chat => {
      const { lists } = await chat.call('moderation.standing', { room: chat.room })
      chat.print(...(lists.length === 0 ? ['No list known here names you.'] : [...lists.map(({ title, action, reason, since }: any) => `${terminalText(title)}: ${action} (${reason}), since ${day(since)}`), '/appeal <list> <text> asks its makers to think again.']))
    }
  },
  appeal: {
    takes: '<list> [message=<n>] <text>',
    does: 'ask the makers of a list that names you to think again',
    completes: ['list'],
    run: async (chat, rest) => {
      const [{ list }, words] = await takeList(chat, rest)
      const { options: { message }, rest: text } = optionsIn(words, ['message'])
      const { sent } = await chat.call('list.appeal', { list, room: chat.room, text: need(text, 'why'), ...(message == null ? {} : { message: chat.message(message[0]).id }) })
      chat.print(sent === 0 ? 'Nobody who makes the list has said how to seal words to them. Try again when one is there.' : 'Sent, sealed to those who make the list.')
    }
  },
  report: {
    takes: '<n,n…> <reason> [note] [to=<list>] [context=2] [anonymous]',
    does: 'report messages to those who make your lists, under your persona unless anonymous',
    completes: ['message', 'reason'],
    run: async (chat, rest) => {
      const { options: { to, context }, rest: words } = optionsIn(rest, OPTIONS)
      const [which, because] = firstWord(words)
      const [reason, said] = firstWord(because)
      const anonymous = /(?:^|\s)anonymous$/.test(said)
      const note = unquoted(said.replace(/(?:^|\s)anonymous$/, ''))
      const lists = await Promise.all((to ?? []).map(async each => (await takeList(chat, `"${each}"`))[0].list))
      const { sent, report } = await chat.call('report.send', {
        room: chat.room,
        messages: messagesOf(chat, which),
        reason: need(reason, 'the reason'),
        ...(note === '' ? {} : { note }),
        ...(to == null ? {} : { to: lists }),
        ...(context == null ? {} : { context: numberOf(context[0], 'context') }),
        ...(anonymous ? { anonymous } : {})
      })
      chat.print(sent === 0 ? 'Nobody could get it: you follow no list whose makers take reports. /savereport writes it to a file for somebody outside.' : `Report ${chat.handle('r', report)} went, sealed, to ${sent} ${sent === 1 ? 'maintainer' : 'maintainers of your lists'}.`)
    }
  },
  inbox: {
    takes: '',
    does: 'reports to the lists you make',
    run: async chat => {
      const { reports } = await chat.call('report.inbox')
      const { subscriptions } = await chat.call('list.subscriptions')
      chat.print(...reports.flatMap(({ report, kind, list, reason, note, from, messages, count, outcome, answerable }: any) => [
        `${chat.handle('r', report)} ${kind === 'appeal' ? 'appeal' : reason}${note === '' ? '' : `: ${terminalText(note)}`} (${from == null ? 'anonymous' : `by …${from.slice(-6)}`}${count > 1 ? `, ${count} times` : ''}, for "${terminalText(subscriptions.find((each: any) => each.list === list)?.title ?? '')}"${answerable === true ? '' : ', cannot be answered'})${outcome == null ? '' : ` — ${outcome}`}`,
        ...evidenceLines(messages)
      ]), reports.length === 0 ? 'No reports.' : '/resolve <r1,r2…|all> acted|dismissed|noted [note] closes them; "reply" before the note tells the reporters.')
    }
  },
  resolve: {
    takes: '<r1,r2…|all> acted|dismissed|noted [reply] [note]',
    does: 'close reports; reply: and tell who sent them, without learning who that is',
    run: async (chat, rest) => {
      const [which, how] = firstWord(rest)
      const [outcome, words] = firstWord(how)
      const [first, others] = firstWord(words)
      const reply = first === 'reply'
      const note = unquoted(reply ? others : words)
      const reports = which === 'all'
        ? (await chat.call('report.inbox')).reports.filter((each: any) => each.outcome == null).map((each: any) => each.report)
        : need(which, 'which reports; /inbox shows them').split(',').map(each => chat.handled(each))
      const { resolved } = await chat.call('report.resolve', { reports, outcome: need(outcome, 'the outcome: acted, dismissed or noted'), ...(note === '' ? {} : { note }), ...(reply ? { reply } : {}) })
      chat.print(`${resolved} closed.`)
    }
  },
  savereport: {
    takes: '<n,n…> <reason> <file> [note] [context=2] [named], or <r1> <file>',
    does: 'evidence as a file that anyone can verify offline: of messages here, or of a report to you',
    completes: ['message', 'reason', 'file'],
    run: async (chat, rest) => {
      const { options: { context }, rest: words } = optionsIn(rest, OPTIONS)
      const [which, because] = firstWord(words)
      const id = chat.handled(which)
      const [reason, where] = id === which ? firstWord(because) : ['', because]
      const [path, said] = firstWord(where)
      const named = /(?:^|\s)named$/.test(said)
      const note = unquoted(said.replace(/(?:^|\s)named$/, ''))
      await chat.call('report.export', {
        path: need(path, 'which file'),
        ...id === which
          ? { room: chat.room, messages: messagesOf(chat, which), reason, ...(note === '' ? {} : { note }), ...(context == null ? {} : { context: numberOf(context[0], 'context') }), ...(named ? { anonymous: false } : {}) }
          : { report: id }
      })
      chat.print(`\`undertone verify ${terminalText(path)}\` shows what it proves.`)
    }
  },
  verify: {
    takes: '<file>',
    does: 'what a report in a file proves',
    completes: ['file'],
    run: async (chat, rest) => {
      const { reason, note, from, messages } = await chat.call('report.verify', { path: need(rest, 'which file') })
      chat.print(`Every signature is right: ${reason}${note == null || note === '' ? '' : `: ${terminalText(note)}`} (${from == null ? 'anonymous' : `by ${from}`})`, ...evidenceLines(Array.isArray(messages) ? messages : []))
    }
  },
  charter: {
    takes: '',
    does: 'purpose and rules of this room, and what is proposed',
    run: async chat => {
      const { charter, proposals = [] } = await chat.call('charter.read', { room: chat.room })
      chat.print(
        ...charter == null ? ['This room has no charter. /propose puts one to the vote.'] : charterLines(chat, charter),
        ...proposals.flatMap((each: any) => [`${chat.handle('p', each.proposal)} proposed by …${each.author.slice(-6)}${each.applied === true ? ', in force' : ''}: ${tallyLine(each.tally)}`, ...charterLines(chat, each.charter).map(line => `  ${line}`)]),
        ...proposals.length > 0 ? ['/vote <p1> yes|no|abstain'] : []
      )
    }
  },
  propose: {
    takes: '<purpose> [| rule | rule …] [list=<address>] [policy=slowMode:5000] [voting=age:3600000,duration:86400000]',
    does: 'put a charter to the vote; times are ms',
    run: async (chat, rest) => {
      const { options: { list, policy, voting }, rest: words } = optionsIn(rest, ['list', 'policy', 'voting'])
      const [purpose, ...rules] = need(words, 'its purpose').split('|').map(part => part.trim()).filter(part => part !== '')
      const { proposal } = await chat.call('charter.propose', {
        room: chat.room,
        charter: { purpose, rules, ...(list == null ? {} : { lists: list }), ...(policy == null ? {} : { policy: namedValues(policy) }), ...(voting == null ? {} : { voting: namedValues(voting) }) }
      })
      chat.print(`Proposed. /vote ${chat.handle('p', proposal)} yes|no|abstain`)
    }
  },
  vote: {
    takes: '<p1> yes|no|abstain',
    does: 'vote; the last word counts',
    run: async (chat, rest) => {
      const [proposal, choice] = firstWord(rest)
      if (!['yes', 'no', 'abstain'].includes(choice)) {
        throw new UnclearCommandError('Vote yes, no or abstain: /vote <p1> yes.')
      }
      await chat.call('charter.vote', { room: chat.room, proposal: chat.handled(proposal), choice })
      chat.print('Voted. /tally shows how it stands.')
    }
  },
  tally: {
    takes: '<p1>',
    does: 'how a vote stands',
    run: async (chat, rest) => { chat.print(tallyLine(await chat.call('charter.tally', { room: chat.room, proposal: chat.handled(need(rest, 'which proposal; /charter shows them')) }))) }
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
      const { resources, lists } = await chat.call('moderation.resources', rest === '' ? {} : { language: rest })
      chat.print(
        ...resources.map(({ name, address, region, hours, list }: any) => `${terminalText(name)} — ${terminalText(address)} (${terminalText([region, hours, list == null ? '' : `from ${list}`].filter(each => each != null && each !== '').join(', '))})`),
        ...lists.map(({ title, resources: count }: any) => `${terminalText(title)}: ${count}, taken from a file`)
      )
    }
  }
}
