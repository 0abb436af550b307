import { gossipsub, TopicValidatorResult } from '@libp2p/gossipsub'
import { RPC } from '@libp2p/gossipsub/message'
import { encode } from 'it-length-prefixed'
import { identify, keyOf, MESSAGE_ID_BYTES } from './gossip-id.ts'
import { GRAYLIST_SCORE, peerScoreParams, PUBLISH_SCORE, scoreThresholds, topicScoreParams } from './gossip-score.ts'
import { markedRpc, marksIn, MAX_SERVED } from './spread-mark.ts'
import { LATE_BYTES, MAX_SPREAD_BYTES, MAX_SPREAD_PEERS, SpreadMarks } from './spread.ts'
import type { Validity } from './compartment-api.ts'
import type { GatedRegistrar } from './gated-registrar.ts'
import type { GossipSub, GossipSubComponents, PublishResult } from '@libp2p/gossipsub'
import type { PeerScore } from '@libp2p/gossipsub/score'
import type { PeerId } from '@libp2p/interface'
import type { Uint8ArrayList } from 'uint8arraylist'

/**
 * The one protocol spoken: gossipsub matches IDONTWANT and prune back-off on this exact name, so a
 * room's own name is put in its place by the registrar only.
 */
export const MESH_PROTOCOL = '/meshsub/1.2.0'

/**
 * Neighbours in the mesh. An envelope crosses every link of it at least once, so what a room pays beyond
 * one copy each is decided here; whoever a loss leaves without one asks at the next heartbeat.
 */
export interface MeshDegree {
  D: number
  Dlo: number
  Dhi: number
  Dlazy: number
}

export const MESH_DEGREE: MeshDegree = { D: 3, Dlo: 2, Dhi: 4, Dlazy: 3 }

/** Public members of gossipsub's class that its interface does not name. */
interface Internals extends GossipSub {
  start (): Promise<void>
  stop (): Promise<void>
  publish (topic: string, data: Uint8Array, options?: { batchPublish?: boolean, floodPublish?: boolean }): Promise<PublishResult>
  decodeRpc (bytes: Uint8Array): RPC
  handleReceivedRpc (from: PeerId, rpc: RPC): Promise<void>
  handleIWant (peer: string, iwant: RPC.ControlIWant[]): RPC.Message[]
  forwardMessage (key: string, message: RPC.Message, from?: string, exclude?: Set<string>): void
  sendRpcInBatch (peers: Set<string>, rpc: RPC): void
  getScore (peer: string): number
  getMeshPeers (topic: string): string[]
  readonly peers: Map<string, PeerId>
  readonly streamsOutbound: Map<string, { push (data: Uint8Array): void, pushPrefixed (data: Uint8ArrayList): void }>
  readonly score: PeerScore
  readonly seenCache: { has (key: string): boolean }
}

export interface GossipRouterInit {
  registrar: GatedRegistrar
  degree?: Partial<MeshDegree>
  /** before gossipsub sees it or keeps anything of it */
  admit (peer: string, message: RPC.Message): boolean
  /** `acknowledged`: by others; this member need not */
  validate (topic: string, envelope: Uint8Array, peer: string, acknowledged: boolean): Validity | Promise<Validity>
  onGraylisted (peer: string): void
  onSubscription (): void
}

/** Gossipsub as a room needs it. Everything that leans on how the library works inside is in this file. */
export class GossipRouter {
  readonly #gossipsub: Internals
  readonly #init: GossipRouterInit
  readonly #marks = new SpreadMarks()
  /** sent to all neighbours, not to the mesh; with those who were handed it */
  readonly #spread = new WeakMap<Uint8Array, Set<string>>()
  readonly #marksOf = new WeakMap<RPC, ReturnType<typeof marksIn>>()
  readonly #self: string
  #started = false

  constructor (components: Omit<GossipSubComponents, 'registrar'>, init: GossipRouterInit) {
    const { D, Dlo, Dhi, Dlazy } = { ...MESH_DEGREE, ...init.degree }
    this.#init = init
    this.#self = components.peerId.toString()
    this.#gossipsub = gossipsub({
      globalSignaturePolicy: 'StrictNoSign',
      fallbackToFloodsub: false,
      // flood publishing shows every neighbour who speaks first
      floodPublish: false,
      batchPublish: true,
      // prunes would tell members' addresses; the compartment has its own exchange
      doPX: false,
      tagMeshPeers: false,
      allowPublishToZeroTopicPeers: false,
      ignoreDuplicatePublishError: true,
      emitSelf: false,
      // one after the other: together with paced reading this bounds validators by the number of neighbours
      awaitRpcHandler: true,
      awaitRpcMessageHandler: true,
      runOnLimitedConnection: true,
      D,
      Dlo,
      Dhi,
      Dscore: Math.max(1, D - 2),
      Dout: 1,
      Dlazy,
      // one control RPC for each envelope and neighbour is dearer than the duplicate of a small envelope
      idontwantMinDataSize: 8_192,
      msgIdFn: message => identify(message.topic, message.data).id,
      msgIdToStrFn: id => keyOf(id.subarray(0, MESSAGE_ID_BYTES)),
      fastMsgIdFn: message => identify(message.topic, message.data ?? new Uint8Array(0)).key,
      scoreParams: peerScoreParams,
      scoreThresholds,
      maxInboundStreams: 4,
      maxOutboundStreams: 4,
      maxInboundDataLength: 1024 * 1024,
      maxTopicBytesPerPeer: 512 * 1024,
      decodeRpcLimits: {
        maxSubscriptions: 512,
        maxMessages: 5_000,
        maxIhaveMessageIDs: 5_000,
        maxIwantMessageIDs: 5_000,
        maxControlMessages: 1_024,
        maxIdontwantMessageIDs: 512,
        maxPeerInfos: 0
      }
    })({
      // libp2p's own components object is a proxy that cannot be spread
      peerId: components.peerId,
      privateKey: components.privateKey,
      peerStore: components.peerStore,
      connectionManager: components.connectionManager,
      logger: components.logger,
      registrar: init.registrar
    }) as Internals
    this.#gossipsub.protocols = [MESH_PROTOCOL]

    const handleReceivedRpc = this.#gossipsub.handleReceivedRpc.bind(this.#gossipsub)
    this.#gossipsub.handleReceivedRpc = async (from, rpc) => {
      if (rpc.messages.length > 0) {
        const peer = from.toString()
        this.#marksOf.get(rpc)?.forEach((tags, index) => {
          const envelope = rpc.messages[index]?.data
          tags != null && envelope != null && this.#marks.received(envelope, tags, peer)
        })
        rpc.messages = rpc.messages.filter(message => init.admit(peer, message))
        rpc.messages.forEach(({ data }) => { data != null && init.registrar.heldBy(peer, data) })
      }

      await handleReceivedRpc(from, rpc)
    }
    this.#takePartInSpreading()

    this.#gossipsub.addEventListener('gossipsub:heartbeat', () => {
      this.#reportGraylisted()
      this.#askServed()
    })
    this.#gossipsub.addEventListener('subscription-change', () => { init.onSubscription() })
  }

  async start (): Promise<void> {
    await this.#gossipsub.start()
    this.#started = true
  }

  async stop (): Promise<void> {
    this.#started = false
    await this.#gossipsub.stop()
  }

  topics (): string[] {
    return this.#started ? this.#gossipsub.getTopics() : []
  }

  subscribers (topic: string): string[] {
    return this.#gossipsub.getSubscribers(topic).map(peer => peer.toString())
  }

  mesh (topic: string): string[] {
    return this.#gossipsub.getMeshPeers(topic)
  }

  join (topic: string): void {
    this.#gossipsub.score.params.topics[topic] = topicScoreParams
    this.#gossipsub.topicValidators.set(topic, async (peer, message) => {
      const acknowledged = !this.#marks.acknowledges(message.data, topic, this.#self)
      const validity = await this.#init.validate(topic, message.data, peer.toString(), acknowledged)

      return validity === 'accept'
        ? TopicValidatorResult.Accept
        : validity === 'reject' ? TopicValidatorResult.Reject : TopicValidatorResult.Ignore
    })
    this.#gossipsub.subscribe(topic)
  }

  leave (topic: string): void {
    this.#gossipsub.unsubscribe(topic)
    this.#gossipsub.topicValidators.delete(topic)

    // peers' counters first: the library looks their parameters up without asking whether they exist
    for (const stats of this.#gossipsub.score.peerStats.values()) {
      delete stats.topics[topic]
    }

    delete this.#gossipsub.score.params.topics[topic]
  }

  /**
   * Hands an envelope to all neighbours at once, if it is small and they are few, and tells each who the others are.
   * For who ends its stem: everybody then has it after one hop.
   */
  async spread (topic: string, envelope: Uint8Array): Promise<number> {
    const subscribers = this.subscribers(topic)

    if (this.#started && envelope.byteLength <= MAX_SPREAD_BYTES && subscribers.length <= MAX_SPREAD_PEERS && !this.#gossipsub.seenCache.has(identify(topic, envelope).key)) {
      // before anything else is done here: gossipsub goes through several promises before it sends
      const peers = new Set(subscribers.filter(peer => this.#gossipsub.getScore(peer) >= PUBLISH_SCORE))
      this.#sendMarked(peers, topic, envelope)
      this.#spread.set(envelope, peers)
    }

    return this.publish(topic, envelope)
  }

  /** Answers how many peers it has been handed to. */
  async publish (topic: string, envelope: Uint8Array): Promise<number> {
    if (!this.#started || this.#gossipsub.getSubscribers(topic).length === 0) {
      return 0
    }

    try {
      const { recipients } = await this.#gossipsub.publish(topic, envelope, { batchPublish: true, floodPublish: this.#spread.has(envelope) })

      return recipients.length
    } catch {
      // the last subscriber has just left
      return 0
    }
  }

  /** Tells a peer once more what is subscribed to here: it may have been lost with a connection, and gossipsub says it only once. */
  tellTopics (peer: string): void {
    const subscriptions = this.topics().map(topic => ({ subscribe: true, topic }))

    try {
      this.#gossipsub.streamsOutbound.get(peer)?.push(RPC.encode({ subscriptions, messages: [] }))
    } catch {
      // it has just been cut off
    }
  }

  /** Sends an envelope again, which gossipsub itself refuses, to up to `count` subscribers. */
  repeat (topic: string, envelope: Uint8Array, count: number): void {
    const rpc = RPC.encode({ subscriptions: [], messages: [{ data: envelope, topic }] })
    const peers = this.subscribers(topic).sort(() => Math.random() - 0.5).slice(0, count)

    for (const peer of peers) {
      try {
        this.#gossipsub.streamsOutbound.get(peer)?.push(rpc)
      } catch {
        // it has just been cut off
      }
    }
  }

  #takePartInSpreading (): void {
    const gossipsub = this.#gossipsub
    const decodeRpc = gossipsub.decodeRpc.bind(gossipsub)
    gossipsub.decodeRpc = bytes => {
      const rpc = decodeRpc(bytes)

      if (rpc.messages.length > 0) {
        this.#marksOf.set(rpc, marksIn(bytes))
      }

      return rpc
    }

    const sendRpcInBatch = gossipsub.sendRpcInBatch.bind(gossipsub)
    gossipsub.sendRpcInBatch = (peers, rpc) => {
      const [message] = rpc.messages
      const handed = message?.data == null ? undefined : this.#spread.get(message.data)
      handed == null ? sendRpcInBatch(peers, rpc) : peers.forEach(peer => { handed.has(peer) || peers.delete(peer) })
    }

    const forwardMessage = gossipsub.forwardMessage.bind(gossipsub)
    gossipsub.forwardMessage = (key, message, from, exclude) => {
      const envelope = message.data as Uint8Array
      const served = this.#marks.served(envelope, message.topic, gossipsub.getMeshPeers(message.topic))
      this.#marks.keepBack(message.topic, identify(message.topic, envelope).id, [...served])
      forwardMessage(key, message, from, served.size > 0 ? served : exclude)
    }

    const handleIWant = gossipsub.handleIWant.bind(gossipsub)
    gossipsub.handleIWant = (peer, iwant) => {
      const messages = handleIWant(peer, iwant)
      messages.forEach(({ data, topic }) => { this.#marks.asked(data as Uint8Array, topic, peer) })

      return messages
    }
  }

  /** `peers` afterwards holds those it was handed to. */
  #sendMarked (peers: Set<string>, topic: string, envelope: Uint8Array): void {
    [...peers].slice(MAX_SERVED).forEach(peer => { peers.delete(peer) })
    const inTime = [...peers].filter(peer => this.#init.registrar.backlogOf(peer) <= LATE_BYTES)
    const rpc = encode.single(markedRpc(topic, envelope, this.#marks.markFor(topic, inTime)))

    for (const peer of peers) {
      try {
        this.#gossipsub.streamsOutbound.get(peer)?.pushPrefixed(rpc)
        this.#init.registrar.hurry(peer)
      } catch {
        // cut off a moment ago; it was named, and others will ask it
        peers.delete(peer)
      }
    }
  }

  /** Neighbours that others were said to serve hear what they should have got, and ask for what they have not. */
  #askServed (): void {
    for (const [topic, byPeer] of this.#marks.due()) {
      for (const [peer, messageIDs] of byPeer) {
        const rpc = RPC.encode({ subscriptions: [], messages: [], control: { ihave: [{ topicID: topic, messageIDs }], iwant: [], graft: [], prune: [], idontwant: [] } })

        try {
          this.#gossipsub.streamsOutbound.get(peer)?.push(rpc)
        } catch {
          // it has just been cut off
        }
      }
    }
  }

  #reportGraylisted (): void {
    for (const peer of this.#gossipsub.peers.keys()) {
      if (this.#gossipsub.getScore(peer) < GRAYLIST_SCORE) {
        this.#init.onGraylisted(peer)
      }
    }
  }
}
