import { soon } from './nodes.ts'
import type { Browsers, Person } from './browser.ts'
import type { Nodes } from './nodes.ts'

export interface FirstMessage {
  /** from opening the page to reading the other's first message, ms */
  ms: number
  /** what the page noted on its way, ms after it was opened */
  marks: Record<string, number>
  people: Person[]
}

/** Two profiles and one relay: one has spoken in a room, the other opens the page, types its name and reads. */
export async function firstMessage (browsers: Browsers, nodes: Nodes, name: string): Promise<FirstMessage> {
  const relay = nodes.start(['relay', '--profile', 'private', '--memory', '--listen', '/ip4/127.0.0.1/tcp/0/ws'])
  const fragment = `#/helpers/${encodeURIComponent(await relay.firstLine(soon()))}`
  const ada = await browsers.open(fragment)
  await ada.joinByName(name)
  await ada.say('first words')
  const context = await browsers.profile()
  const began = Date.now()
  const ben = await browsers.open(fragment, context)
  await ben.joinByName(name)
  await ben.sees('first words')
  const ms = Date.now() - began
  const marks = await ben.page.evaluate(() => Object.fromEntries(performance.getEntriesByType('mark').map(({ name, startTime }) => [name, Math.round(startTime)])))
  return { ms, marks, people: [ada, ben] }
}
