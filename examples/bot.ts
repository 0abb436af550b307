// A bot that sits in a room and rolls dice: say "!roll 2d6".
// Run: node examples/bot.ts <invite or room name> [bootstrap address…]
import { createUndertone } from 'undertone'
import type { ChatMessage } from 'undertone'

const [target, ...bootstrap] = process.argv.slice(2)
if (target == null) {
  console.error('Usage: node examples/bot.ts <invite or room name> [bootstrap address…]')
  process.exit(2)
}
const stopped = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => { stopped.abort() })
}
const { signal } = stopped

/** What to answer, or undefined when the message is not for the bot. */
function answer ({ text }: ChatMessage): string | undefined {
  const [, count, sides] = /^!roll (\d{1,2})d(\d{1,4})$/.exec(text.trim()) ?? []
  if (count == null || Number(sides) < 1) {
    return undefined
  }
  const dice = Array.from({ length: Number(count) }, () => 1 + Math.floor(Math.random() * Number(sides)))
  return `${dice.join(' + ')} = ${dice.reduce((sum, each) => sum + each, 0)}`
}

const undertone = await createUndertone(bootstrap.length === 0 ? {} : { profile: 'private', bootstrap, listen: ['/ip4/127.0.0.1/tcp/0'] })
try {
  const room = await undertone.rooms.join(target.includes('join/') ? { invite: target, signal } : { name: target, signal })
  const began = Date.now()
  console.log(`The bot is in "${room.info().name}".`)
  // history comes first: what was said before the bot came is not answered
  for await (const message of room.messages({ signal })) {
    const reply = message.self || message.time < began ? undefined : answer(message)
    if (reply != null) {
      await room.send(reply, { replyTo: message.id, signal })
    }
  }
} catch (error) {
  if (!signal.aborted) {
    throw error
  }
} finally {
  await undertone.stop()
}
