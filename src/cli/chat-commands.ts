import { writeFile } from 'node:fs/promises'
import { terminalText, terminalTime } from './terminal-text.ts'
import type { ChatMessage, Room, Undertone } from '../engine/api.ts'

/** What a command works with. */
export interface ChatContext {
  engine: Undertone
  room: Room
  print (line: string): void
  quit (): void
}

interface ChatCommand {
  usage: string
  does: string
  run (context: ChatContext, rest: string): Promise<void>
}

/** A person or message by what the screen shows: the end of an ID, or a name. */
function personaOf (room: Room, text: string): string {
  const found = room.members().filter(member => member.persona === text || member.persona.endsWith(text.replace(/^…/, '')) || member.petname === text)
  if (found.length !== 1) {
    throw new Error(found.length === 0 ? `Nobody here is called ${text}. See /members.` : `${text} fits several people. Use more of the ID from /members.`)
  }
  return found[0].persona
}

async function messageOf (room: Room, text: string): Promise<ChatMessage> {
  const { messages } = await room.history({ limit: 1_000 })
  const index = Number(text)
  const found = Number.isInteger(index) && index > 0 ? messages[messages.length - index] : messages.find(message => message.id.startsWith(text))
  if (found == null) {
    throw new Error('No such message. Count from the newest: 1 is the last one.')
  }
  return found
}

function split (rest: string): [string, string] {
  const [first = '', ...others] = rest.split(/\s+/)
  return [first, others.join(' ')]
}

export const CHAT_COMMANDS: Record<string, ChatCommand> = {
  help: {
    usage: '/help',
    does: 'this list',
    run: async ({ print }) => {
      for (const { usage, does } of Object.values(CHAT_COMMANDS)) {
        print(`${usage.padEnd(34)} ${does}`)
      }
    }
  },
  members: {
    usage: '/members',
    does: 'who is in this room',
    run: async ({ room, print }) => {
      for (const { petname, persona, self, verdict } of room.members()) {
        print(`${terminalText(petname).padEnd(20)} ${persona}${self ? ' (you)' : ''}${verdict == null || verdict.action === 'none' ? '' : ` [${verdict.action}]`}`)
      }
    }
  },
  invite: {
    usage: '/invite [uses]',
    does: 'a way in for somebody else',
    run: async ({ room, print }, rest) => {
      const { invite, expires } = await room.invite(rest === '' ? {} : { uses: Number(rest) })
      print(invite)
      print(expires == null ? 'It does not expire.' : `It is good until ${new Date(expires).toLocaleString()}.`)
    }
  },
  reply: {
    usage: '/reply <n> <text>',
    does: 'answer the n-th newest message',
    run: async ({ room }, rest) => {
      const [which, text] = split(rest)
      await room.send(text, { replyTo: (await messageOf(room, which)).id })
    }
  },
  react: {
    usage: '/react <n> <emoji>',
    does: 'react to the n-th newest message',
    run: async ({ room }, rest) => {
      const [which, emoji] = split(rest)
      await room.react((await messageOf(room, which)).id, emoji)
    }
  },
  edit: {
    usage: '/edit <n> <text>',
    does: 'change a message of your own',
    run: async ({ room }, rest) => {
      const [which, text] = split(rest)
      await room.edit((await messageOf(room, which)).id, text)
    }
  },
  delete: {
    usage: '/delete <n>',
    does: 'take a message of your own back',
    run: async ({ room }, rest) => { await room.delete((await messageOf(room, rest)).id) }
  },
  name: {
    usage: '/name <who> <name>',
    does: 'call somebody something, on this device only',
    run: async ({ room }, rest) => {
      const [who, name] = split(rest)
      await room.rename(personaOf(room, who), name)
    }
  },
  block: {
    usage: '/block <who>',
    does: 'see nothing of somebody any more',
    run: async ({ engine, room, print }, rest) => {
      await engine.moderation.block(room.id, { persona: personaOf(room, rest) })
      print('Blocked, on this device. /why shows why a message is hidden.')
    }
  },
  why: {
    usage: '/why <n>',
    does: 'which list says what about a message',
    run: async ({ engine, room, print }, rest) => {
      const { action, sources } = engine.moderation.explain(room.id, { message: (await messageOf(room, rest)).id })
      print(sources.length === 0 ? 'No list says anything about it.' : `${action}:`)
      for (const { title, reason, note, since } of sources) {
        print(`  ${terminalText(title)}: ${reason}${note == null ? '' : ` (${terminalText(note)})`}, since ${new Date(since).toLocaleDateString()}`)
      }
    }
  },
  search: {
    usage: '/search <words>',
    does: 'messages that hold all the words',
    run: async ({ room, print }, rest) => {
      const { messages } = await room.search(rest)
      messages.forEach(message => { print(`${terminalTime(message.time)} ${terminalText(message.petname)}: ${terminalText(message.text)}`) })
      print(`${messages.length} found`)
    }
  },
  export: {
    usage: '/export <file> [passphrase]',
    does: 'the room as one sealed file',
    run: async ({ room, print }, rest) => {
      const [file, passphrase] = split(rest)
      const { bytes, messages } = await room.export(passphrase === '' ? undefined : passphrase)
      await writeFile(file, bytes, { mode: 0o600 })
      print(`${messages} messages written to ${file}`)
    }
  },
  burn: {
    usage: '/burn',
    does: 'give up this persona, go on as another',
    run: async ({ room, print }) => { print(`You are now ${(await room.burn()).persona}.`) }
  },
  privacy: {
    usage: '/privacy',
    does: 'what others can see now',
    run: async ({ engine, room, print }) => {
      const ledger = (await engine.privacy()).rooms.find(each => each.room === room.id)
      for (const { who, sees } of ledger?.observers ?? []) {
        print(`${who.padEnd(10)} ${sees.length === 0 ? 'nothing' : sees.join(', ')}`)
      }
    }
  },
  leave: {
    usage: '/leave',
    does: 'leave the room and end',
    run: async ({ room, quit }) => {
      await room.leave()
      quit()
    }
  },
  quit: { usage: '/quit', does: 'end', run: async ({ quit }) => { quit() } }
}
