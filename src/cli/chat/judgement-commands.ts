import { terminalText } from '../terminal-text.ts'
import { day, describe, firstWord, need, numberOf, onlyOptions, subjectOf, switchOf } from './command.ts'
import type { Chat, ChatCommands } from './command.ts'

const ACTIONS = ['hide', 'blur', 'warn', 'label', 'mute', 'allow']

/** `12` is a message, anything else a person. */
async function judged (chat: Chat, text: string): Promise<object> {
  return /^\d+$/.test(text) ? { message: chat.message(text).id } : { persona: await chat.persona(need(text, 'which message or whom')) }
}

/** What one list says, whose word it is, and how to undo it. */
function sourceLines (chat: Chat, own: string[], { title, list, action, reason, note, sources = [], since, entry }: any): string[] {
  return [
    `  ${terminalText(title)}: ${action ?? ''} ${reason}${note == null || note === '' ? '' : ` (${terminalText(note)})`}, since ${day(since)}${own.includes(list) ? `; /undo ${chat.handle('e', entry)}` : ''}`,
    ...sources.map((source: string) => `    ${terminalText(source)}`)
  ]
}

export const JUDGEMENT_COMMANDS: ChatCommands = {
  block: {
    takes: '<who|word:…|domain:…|pattern:…|message:<n>|branch:<who>|image:<n>> [reason] [action]',
    does: 'see nothing of it any more, on this device; branch: everybody who came in by the same invite',
    completes: ['member', 'reason', 'action'],
    run: async (chat, rest) => {
      const [what, how] = firstWord(rest)
      const [first, second] = firstWord(how)
      // "warn" alone is an action
      const [reason, action] = ACTIONS.includes(first) ? ['', first] : [first, second]
      const { entry } = await chat.call('moderation.block', { room: chat.room, ...await subjectOf(chat, need(what, 'whom')), ...(reason === '' ? {} : { reason }), ...(action === '' ? {} : { action }) })
      chat.print(`${action === '' || action === 'hide' ? 'Blocked' : 'Noted'}. /undo ${chat.handle('e', entry)} undoes it.`)
    }
  },
  why: {
    takes: '<n|who>',
    does: 'which list says what about it, and what lists on trial would do',
    completes: ['message'],
    run: async (chat, rest) => {
      const { action, sources, trial = [] } = await chat.call('moderation.explain', { room: chat.room, ...await judged(chat, rest) })
      const { subscriptions } = await chat.call('list.subscriptions')
      const own = ['own', ...subscriptions.filter((each: any) => each.own).map((each: any) => each.list)]
      chat.print(
        ...sources.length === 0 ? ['No list in use says anything about it.'] : [`${action}:`, ...sources.flatMap((each: any) => sourceLines(chat, own, each)), ...sources.some((each: any) => !own.includes(each.list)) ? [`/overrule ${rest} sets your own word above it.`] : []],
        ...trial.length === 0 ? [] : ['Lists on trial would add:', ...trial.flatMap((each: any) => sourceLines(chat, own, each))]
      )
    }
  },
  show: {
    takes: '<n>',
    does: 'show a hidden message, this once',
    completes: ['message'],
    run: async (chat, rest) => { chat.reveal(chat.message(rest)) }
  },
  undo: {
    takes: '<e1>',
    does: 'take back an entry of your own or of a list of yours; /why and /entries show them',
    run: async (chat, rest) => {
      await chat.call('moderation.undo', { entry: chat.handled(need(rest, 'which entry; /why shows them')) })
      chat.print('Undone.')
    }
  },
  overrule: {
    takes: '<n|who>',
    does: 'show it whatever your lists say',
    completes: ['message'],
    run: async (chat, rest) => {
      const { entry } = await chat.call('moderation.overrule', { room: chat.room, ...await judged(chat, rest) })
      chat.print(`Your word is above your lists now. /undo ${chat.handle('e', entry)} takes it back.`)
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
    takes: '[threshold=2] [hidden=press|gone] [classifier=0.9|0.9:blur|off] [web=on|off]',
    does: 'how many lists must agree, what hidden means, and whether the classifier is one of them',
    run: async (chat, rest) => {
      const { threshold, hidden, classifier, web } = onlyOptions(rest, ['threshold', 'hidden', 'classifier', 'web'])
      const [least, action = 'warn'] = classifier?.[0].split(':') ?? []
      chat.print(...describe(await chat.call('moderation.policy', {
        ...threshold == null ? {} : { threshold: numberOf(threshold[0], 'threshold') },
        ...hidden == null ? {} : { hidden: hidden[0] },
        ...least == null ? {} : { classifier: least === 'off' ? null : { threshold: numberOf(least, 'classifier'), action } },
        ...web == null ? {} : { web: switchOf(web[0], 'web') }
      })))
    }
  }
}
