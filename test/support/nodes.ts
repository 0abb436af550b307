import { ChildNode } from '../../src/cli/child-node.ts'

export const LOCAL = ['--profile', 'private', '--listen', '/ip4/127.0.0.1/tcp/0', '--memory']

/** Real processes of one test, all of which end with it. */
export class Nodes {
  readonly #nodes: ChildNode[] = []

  start (args: string[]): ChildNode {
    const node = new ChildNode(args)
    this.#nodes.push(node)
    return node
  }

  /** A relay and DHT server; answers with its address. */
  async relay (extra: string[] = []): Promise<{ node: ChildNode, address: string }> {
    const node = this.start(['relay', ...(extra.length === 0 ? LOCAL : extra)])
    return { node, address: await node.firstLine(soon()) }
  }

  rpc (extra: string[] = []): ChildNode {
    return this.start(['rpc', ...LOCAL, ...extra])
  }

  /** A node that looks for nobody, and a room by invite that it made. */
  async founder (name: string): Promise<{ node: ChildNode, room: string, invite: string }> {
    const node = this.rpc(['--dht', 'off'])
    const { room } = await node.call('room.create', { kind: 'invite', name })
    const { invite } = await node.call('room.invite', { room })
    return { node, room, invite }
  }

  async stop (): Promise<void> {
    await Promise.all(this.#nodes.splice(0).map(async node => node.stop()))
  }
}

/** Long enough for a busy machine; a test that waits in vain fails by it. */
export function soon (ms = 100_000): AbortSignal {
  return AbortSignal.timeout(ms)
}

/** Texts of the `message` events a node has had, in their order. */
export function heard (node: ChildNode): string[] {
  return node.events.filter(event => event.type === 'message').map(event => event.message.text)
}

export async function hears (node: ChildNode, text: string): Promise<void> {
  await node.until(() => heard(node).includes(text), soon())
}

export async function meets (node: ChildNode, others = 1): Promise<void> {
  await node.until(() => node.events.some(event => event.type === 'status' && (event.connected ?? 0) >= others), soon())
}
