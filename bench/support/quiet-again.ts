import { SpammedRoom } from '../../test/support/spammed-room.ts'
import type { Undertone } from '../../src/index.ts'

/** All nodes share one process: they need most of this to get to know each other. */
const LIMIT_MS = 240_000

/** How long after a spammer and a harasser were listed no reader of the list sees them; shares of readers who do not, and of others who do. */
export async function quietAgain (nodes: number, signal: AbortSignal): Promise<{ seconds: number, readers: number, others: number }> {
  const room = new SpammedRoom(LIMIT_MS, signal)
  try {
    await room.open(nodes)
    await room.subscribe()
    await room.talk()
    const seconds = await room.silence() / 1000
    const share = async (engines: Undertone[], said: number): Promise<number> => {
      const seen = await Promise.all(engines.map(async engine => (await room.seen(engine)).length))
      return seen.filter(count => count === said).length / engines.length
    }
    return { seconds, readers: await share(room.subscribers, room.said - 2), others: await share(room.strangers, room.said) }
  } finally {
    await room.stop()
  }
}
