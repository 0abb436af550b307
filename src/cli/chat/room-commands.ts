import { CommandFailedError } from '../errors.ts'
import { terminalText, terminalTime } from '../terminal-text.ts'
import { UnclearCommandError, firstWord, namedValues, need, optionsIn, unquoted } from './command.ts'
import type { Chat, ChatCommands } from './command.ts'
import type { ChatMessage, RoomInfo } from '../../engine/api.ts'

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

function positive (text: string, what: string): number {
  const value = Number(text)
  if (!(value > 0)) {
    throw new CommandFailedError(`${what} must be a number above 0.`)
  }
  return value
}

function line ({ time, self, petname, text }: ChatMessage): string {
  return `${terminalTime(time)} ${self ? 'you' : terminalText(petname)}: ${terminalText(text)}`
}

/** The present passphrase, and the other one. */
function twoPassphrases (text: string, what: string): [string, string] {
  const [current, other] = firstWord(text)
  return [current, need(unquoted(other), what)]
}

async function roomOf (chat: Chat, text: string): Promise<RoomInfo> {
  const { rooms } = await chat.call('room.list')
  const found = rooms.filter((each: RoomInfo, i: number) => each.room === text || each.name === text || String(i + 1) === text)
  if (found.length !== 1) {
    throw new CommandFailedError('No such room. /rooms lists them; use the number.')
  }
  return found[0]
}

export const ROOM_COMMANDS: ChatCommands = {
  reply: {
    takes: '<n> <text>',
    does: 'answer message n',
    completes: ['message'],
    run: async (chat, rest) => {
      const [which, text] = firstWord(rest)
      await chat.call('room.send', { room: chat.room, text, replyTo: chat.message(which).id })
    }
  },
  react: {
    takes: '<n> <emoji>',
    does: 'react to message n; once more takes it back',
    completes: ['message'],
    run: async (chat, rest) => {
      const [which, emoji] = firstWord(rest)
      await chat.call('room.react', { room: chat.room, message: chat.message(which).id, emoji: need(emoji, 'which emoji') })
    }
  },
  edit: {
    takes: '<n> <text>',
    does: 'change a message of your own',
    completes: ['message'],
    run: async (chat, rest) => {
      const [which, text] = firstWord(rest)
      await chat.call('room.edit', { room: chat.room, message: chat.message(which).id, text })
    }
  },
  delete: {
    takes: '<n>',
    does: 'take a message of your own back',
    completes: ['message'],
    run: async (chat, rest) => { await chat.call('room.delete', { room: chat.room, message: chat.message(rest).id }) }
  },
  expire: {
    takes: '<minutes> <text>',
    does: 'say something that disappears',
    run: async (chat, rest) => {
      const [minutes, text] = firstWord(rest)
      await chat.call('room.send', { room: chat.room, text: need(text, 'what'), expires: Math.round(Date.now() + positive(minutes, 'minutes') * MINUTE_MS) })
    }
  },
  more: { takes: '', does: 'older messages', run: async chat => { await chat.older() } },
  search: {
    takes: '<words>',
    does: 'messages that hold all the words',
    run: async (chat, rest) => {
      const { messages } = await chat.call('room.search', { room: chat.room, text: need(rest, 'what to look for') })
      chat.quote(messages.map(({ id }: ChatMessage) => id), ...messages.map(line), `${messages.length} found`)
    }
  },
  attach: {
    takes: '<file>',
    does: 'send a file; pictures without what the camera wrote into them',
    completes: ['file'],
    run: async (chat, rest) => {
      const { removed = [] } = await chat.call('room.attach', { room: chat.room, path: need(rest, 'which file') })
      chat.print(...removed.length === 0 ? [] : [`left out of the picture: ${removed.join(', ')}`])
    }
  },
  fetch: {
    takes: '<n> [file]',
    does: 'save the file of message n',
    completes: ['message', 'file'],
    run: async (chat, rest) => {
      const [which, target] = firstWord(rest)
      const [attachment] = chat.message(which).attachments
      if (attachment == null) {
        throw new CommandFailedError('That message has no file.')
      }
      // a name chosen by somebody else must not choose the folder
      const path = target === '' ? terminalText(attachment.name).replace(/[\\/:*?"<>|]/g, '_').replace(/^\.+/, '_') : target
      await chat.call('room.fetch', { room: chat.room, attachment: attachment.id, path })
      const { verdict } = await chat.call('moderation.image', { room: chat.room, message: attachment.id })
      const judged = verdict == null || verdict.action === 'none' ? '' : `; ${verdict.action}: ${verdict.sources.map((source: any) => `${source.reason} (${terminalText(source.title)})`).join(', ')}`
      chat.print(`saved as ${path}${judged}`)
    }
  },
  cancel: {
    takes: '<n>',
    does: 'stop fetching the file of message n',
    completes: ['message'],
    run: async (chat, rest) => {
      const { cancelled } = await chat.call('room.cancel', { room: chat.room, attachment: chat.message(rest).id })
      chat.print(cancelled === true ? 'stopped; what has come is kept' : 'that file is not being fetched')
    }
  },
  members: {
    takes: '',
    does: 'who is in this room',
    run: async chat => {
      const { keepers = 0 } = await chat.call('room.members', { room: chat.room })
      chat.print(...(await chat.members()).map(({ petname, persona, self, verdict }) =>
        `${terminalText(petname).padEnd(20)} ${persona}${self ? ' (you)' : ''}${verdict == null || verdict.action === 'none' ? '' : ` [${verdict.action}: ${verdict.sources.map(each => each.reason).join(', ')}]`}`),
      ...(keepers > 0 ? [`and ${keepers} keeping sealed messages for who is away`] : []))
    }
  },
  name: {
    takes: '<who> <name>',
    does: 'call somebody something, on this device only',
    completes: ['member'],
    run: async (chat, rest) => {
      const [who, petname] = firstWord(rest)
      await chat.call('room.rename', { room: chat.room, persona: await chat.persona(who), petname })
    }
  },
  invite: {
    takes: '[uses] [hours] [local]',
    does: 'a way in for somebody else; local: also without the internet, and tells the address in this network',
    run: async (chat, rest) => {
      const local = /(^|\s)local$/.test(rest)
      const [uses, hours] = firstWord(rest.replace(/\s*\blocal$/, ''))
      const { invite, link, expires } = await chat.call('room.invite', {
        room: chat.room,
        ...(uses === '' ? {} : { uses: positive(uses, 'uses') }),
        ...(hours === '' ? {} : { expires: Math.round(Date.now() + positive(hours, 'hours') * HOUR_MS) }),
        ...(local ? { local } : {})
      })
      // without --app a link leads nowhere
      chat.print(invite, ...(link.startsWith('https://undertone.example/') ? [] : [link]), expires == null ? 'It does not expire.' : `It is good until ${new Date(expires).toLocaleString()}.`)
    }
  },
  direct: {
    takes: '<who> [text]',
    does: 'a room of two',
    completes: ['member'],
    run: async (chat, rest) => {
      const [who, text] = firstWord(rest)
      const { room } = await chat.call('room.direct', { room: chat.room, persona: await chat.persona(who) })
      if (text !== '') {
        await chat.call('room.send', { room, text })
      }
      await chat.enter(room)
    }
  },
  rooms: {
    takes: '',
    does: 'rooms of this node',
    run: async chat => {
      const { rooms } = await chat.call('room.list')
      chat.print(...rooms.map((each: RoomInfo, i: number) => `${String(i + 1).padStart(3)} ${terminalText(each.name).padEnd(24)} ${each.kind}, ${each.members} known, ${each.connected} connected${each.unread > 0 ? `, ${each.unread} unread` : ''}${each.room === chat.room ? ' (here)' : ''}`))
    }
  },
  go: {
    takes: '<room>',
    does: 'go on in another room: number or name',
    completes: ['room'],
    run: async (chat, rest) => { await chat.enter((await roomOf(chat, rest)).room) }
  },
  join: {
    takes: '<invite or name>',
    does: 'join another room and go there',
    run: async (chat, rest) => {
      const { room } = await chat.call('room.join', isInvite(rest) ? { invite: rest } : { name: need(rest, 'an invite or a name') })
      await chat.enter(room)
    }
  },
  create: {
    takes: '<name> [policy=slowMode:5000,probation:600000,stampBits:8,history:join]',
    does: 'make an invite-only room and go there; slow mode, newcomers\' probation and stamps need no list',
    run: async (chat, rest) => {
      const { options: { policy }, rest: name } = optionsIn(rest, ['policy'])
      await chat.enter((await chat.call('room.create', { name: need(name, 'its name'), kind: 'invite', ...(policy == null ? {} : { policy: namedValues(policy) }) })).room)
    }
  },
  move: {
    takes: '[who] …',
    does: 'move the room, without these people and all who were never let in (founder)',
    completes: ['member', 'member', 'member'],
    run: async (chat, rest) => {
      const without = await Promise.all(rest.split(/\s+/).filter(who => who !== '').map(async who => chat.persona(who)))
      await chat.enter((await chat.call('room.move', { room: chat.room, without })).room)
    }
  },
  burn: {
    takes: '',
    does: 'give up this persona, go on as another',
    run: async chat => { chat.print(`You are now ${(await chat.call('room.burn', { room: chat.room })).persona}.`) }
  },
  export: {
    takes: '<file> [passphrase]',
    does: 'the room as one sealed file',
    completes: ['file'],
    run: async (chat, rest) => {
      const [path, passphrase] = firstWord(rest)
      const { messages, files, filesLeft } = await chat.call('room.export', { room: chat.room, path: need(path, 'which file'), ...(passphrase === '' ? {} : { passphrase }) })
      chat.print(`${messages} messages and ${files} files written to ${path}${filesLeft === 0 ? '' : `; ${filesLeft} more files did not fit`}`)
    }
  },
  import: {
    takes: '<file> [passphrase]',
    does: 'open a room from a file',
    completes: ['file'],
    run: async (chat, rest) => {
      const [path, passphrase] = firstWord(rest)
      const { room } = await chat.call('room.import', { path: need(path, 'which file'), ...(passphrase === '' ? {} : { passphrase }) })
      await chat.enter(room)
    }
  },
  connections: {
    takes: '',
    does: 'to whom this room is connected, and how',
    run: async chat => {
      const { compartments } = await chat.call('node.status')
      const here = compartments.find((each: any) => each.room === chat.room)
      const short = (address: string): string => address.replace(/\/p2p\/[^/]+$/, '')
      chat.print(here.addresses.length === 0 ? 'Nobody can dial this node; it dials others.' : 'This node is at', ...here.addresses.map((each: string) => `  ${short(each)}`),
        ...here.connections.map(({ carrier, limited, member, direction, address }: any) => `${member === true ? 'member' : 'helper'} over ${carrier}${limited === true ? ', through a relay' : ''}, ${direction}: ${short(address)}`))
    }
  },
  refresh: {
    takes: '',
    does: 'look for members again now',
    run: async chat => {
      await chat.call('node.refresh')
      chat.print('Looking again.')
    }
  },
  privacy: {
    takes: '',
    does: 'what others can see now',
    run: async chat => {
      const { rooms } = await chat.call('node.privacy')
      const { observers, stored } = rooms.find((each: any) => each.room === chat.room)
      chat.print(...observers.map(({ who, sees }: { who: string, sees: string[] }) => `${who.padEnd(10)} ${sees.length === 0 ? 'nothing' : sees.join(', ')}`), `${'this disk'.padEnd(10)} ${stored.bytes} bytes`)
    }
  },
  passphrase: {
    takes: '<the present one> <the new one>',
    does: 'lock what is kept here with another passphrase; quotes around words with spaces',
    run: async (chat, rest) => {
      const [current, next] = twoPassphrases(rest, 'the new one')
      await chat.call('node.passphrase', { current, next })
      chat.print('From now on only the new passphrase opens it.')
    }
  },
  duress: {
    takes: '<the passphrase> <one for duress>',
    does: 'a second passphrase, which destroys everything when it is entered',
    run: async (chat, rest) => {
      const [current, duress] = twoPassphrases(rest, 'the one for duress')
      await chat.call('node.duress', { current, duress })
      chat.print('Whoever enters it finds nothing, and nothing is left.')
    }
  },
  wipe: {
    takes: 'everything',
    does: 'destroy all that is kept on this device, at once, and end',
    run: async (chat, rest) => {
      if (rest !== 'everything') {
        throw new UnclearCommandError('This destroys every room, persona and message kept on this device, and cannot be undone.')
      }
      await chat.call('node.wipe', { confirm: true })
      chat.quit()
    }
  },
  leave: {
    takes: '[forget]',
    does: 'leave the room; forget: and destroy what is kept of it',
    run: async (chat, rest) => {
      const { room } = chat
      await chat.call('room.leave', { room, forget: rest === 'forget' })
      chat.left(room)
    }
  },
  quit: { takes: '', does: 'end', run: async chat => { chat.quit() } }
}

export function isInvite (text: string): boolean { return /^\s*undertone:join\/|#\/join\//.test(text) }
