/**
 * A node whose memory is looked at from outside: says what it is given (backwards, so that the words
 * themselves lie nowhere but in the room), and writes a snapshot of its heap whenever it is asked.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { writeHeapSnapshot } from 'node:v8'
import { createUndertone } from '../../src/index.ts'

const undertone = await createUndertone({ profile: 'private', dht: 'off', bootstrap: [], listen: [] })
undertone.addEventListener('event', () => {})
const room = await undertone.rooms.create({ name: 'Kitchen', kind: 'invite' })
const backwards = (text: string): string => [...text].reverse().join('')

/** Says it, changes it, answers it, finds it. */
async function say (first: string, second: string): Promise<void> {
  const expires = Date.now() + 3_000
  const { id } = await room.send(backwards(first), { expires })
  await room.edit(id, backwards(second))
  await room.send('what did you say', { replyTo: id })
  await room.search(backwards(second))
  await room.history()
}

async function forgotten (): Promise<void> {
  while ((await room.history()).messages.some(({ kind }) => kind === 'text')) {
    await sleep(50)
  }
  // timers and promises of the round that forgot it end
  await sleep(500)
}

process.on('message', async ({ command, ...options }: any) => {
  if (command === 'say') {
    await say(options.first, options.second)
  } else if (command === 'forgotten') {
    await forgotten()
  } else if (command === 'snapshot') {
    globalThis.gc?.()
    writeHeapSnapshot(options.path)
  } else {
    await undertone.stop()
    process.disconnect()
    return
  }
  process.send?.('done')
})
process.send?.('ready')
