import { ChildNode } from './child-node.ts'
import { CommandFailedError } from './errors.ts'
import { untilSignal } from './lifetime.ts'
import type { CommonOptions } from './options.ts'

const TIMEOUT_MS = 60_000
const PEOPLE = ['Ana', 'Bilal', 'Chen']
const LOCAL = ['--profile', 'private', '--listen', '/ip4/127.0.0.1/tcp/0', '--memory']

/**
 * `undertone demo`: a bootstrap node and three nodes, each a process of its own on loopback, that
 * share nothing but the bootstrap address and the name of a room.
 */
export async function runDemo (options: CommonOptions): Promise<number> {
  const stopped = untilSignal()
  const timeout = AbortSignal.timeout(TIMEOUT_MS)
  const signal = AbortSignal.any([stopped, timeout])
  const nodes: ChildNode[] = []
  const began = performance.now()
  const tell = (step: string, details: object = {}): void => {
    const at = Math.round(performance.now() - began)
    process.stdout.write(options.json === true ? `${JSON.stringify({ at, step, ...details })}\n` : `${(at / 1000).toFixed(2).padStart(6)} s  ${step}\n`)
  }
  const start = (args: string[]): ChildNode => {
    const node = new ChildNode(args)
    nodes.push(node)
    return node
  }
  try {
    const relay = start(['relay', ...LOCAL])
    const bootstrap = await relay.firstLine(signal)
    tell(`bootstrap node at ${bootstrap}`, { bootstrap })

    const people = PEOPLE.map(name => ({ name, node: start(['rpc', ...LOCAL, '--bootstrap', bootstrap]) }))
    const name = `demo ${Math.random().toString(36).slice(2, 8)}`
    await Promise.all(people.map(async person => person.node.call('node.status', {}, { signal })))
    tell('three nodes run, each in a process of its own')

    const rooms = await Promise.all(people.map(async ({ node }) => node.call('room.join', { name }, { signal })))
    const { room } = rooms[0]
    tell(`each typed the room name "${name}"`, { room })

    await Promise.all(people.map(async (person, i) => {
      await person.node.until(() => person.node.events.some(e => e.type === 'status' && (e.connected ?? 0) >= 1), signal)
      tell(`${person.name} found others through the DHT`, { person: person.name, persona: rooms[i].persona })
    }))
    await Promise.all(people.map(async ({ name, node }) => {
      await node.call('room.send', { room, text: `Hello, this is ${name}.` }, { signal })
      tell(`${name} said something`, { person: name })
    }))
    await Promise.all(people.map(async ({ name, node }) => {
      const texts = (): Set<string> => new Set(node.events.filter(e => e.type === 'message').map(e => e.message.text))
      await node.until(() => texts().size >= PEOPLE.length, signal)
      const doubled = node.events.filter(e => e.type === 'message').length - texts().size
      if (doubled > 0) {
        throw new CommandFailedError(`${name} was told of ${doubled} messages twice.`)
      }
      tell(`${name} has read all three`, { person: name, texts: [...texts()] })
    }))
    tell('done: three strangers met and talked, and there was no server')
    return 0
  } catch (error) {
    if (timeout.aborted) {
      throw new CommandFailedError(`The nodes did not find each other within ${TIMEOUT_MS / 1000} s. Run \`undertone doctor\`: a firewall may block loopback connections.`)
    }
    throw error
  } finally {
    await Promise.all(nodes.map(async node => node.stop()))
  }
}
