import { gossipsub, TopicValidatorResult } from '@libp2p/gossipsub'
import { RPC } from '@libp2p/gossipsub/message'
import { identify, keyOf, MESSAGE_ID_BYTES } from './gossip-id.ts'
import { GRAYLIST_SCORE, peerScoreParams, scoreThresholds, topicScoreParams } from './gossip-score.ts'
import type { Validity } from './compartment-api.ts'
import type { GatedRegistrar } from './gated-registrar.ts'
import type { GossipSub, GossipSubComponents, PublishResult } from '@libp2p/gossipsub'
import type { PeerScore } from '@libp2p/gossipsub/score'
import type { PeerId } from '@libp2p/interface'

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
  publish (topic: string, data: Uint8Array, options?: { batchPublish?: boolean }): Promise<PublishResult>
  handleReceivedRpc (from: PeerId, rpc: RPC): Promise<void>
  getScore (peer: string): number
  getMeshPeers (topic: string): string[]
  readonly peers: Map<string, PeerId>
  readonly streamsOutbound: Map<string, { push (data: Uint8Array): void }>
  readonly score: PeerScore
}

export interface GossipRouterInit {
  registrar: GatedRegistrar
  degree?: Partial<MeshDegree>
  /** before gossipsub sees it or keeps anything of it */
  admit (peer: string, message: RPC.Message): boolean
  validate (topic: string, envelope: Uint8Array, peer: string): Validity | Promise<Validity>
  onGraylisted (peer: string): void
  onSubscription (): void
}

/** Gossipsub as a room needs it. Everything that leans on how the library works inside is in this file. */
export class GossipRouter {
  readonly #gossipsub: Internals
  readonly #init: GossipRouterInit
  #started = false

  constructor (components: Omit<GossipSubComponents, 'registrar'>, init: GossipRouterInit) {
    const { D, Dlo, Dhi, Dlazy } = { ...MESH_DEGREE, ...init.degree }
    this.#init = init
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
        rpc.messages = rpc.messages.filter(message => init.admit(peer, message))
        rpc.messages.forEach(({ data }) => { data != null && init.registrar.heldBy(peer, data) })
      }

      await handleReceivedRpc(from, rpc)
    }

    this.#gossipsub.addEventListener('gossipsub:heartbeat', () => { this.#reportGraylisted() })
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
      const validity = await this.#init.validate(topic, message.data, peer.toString())

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

  /** Answers how many peers it has been handed to. */
  async publish (topic: string, envelope: Uint8Array): Promise<number> {
    if (!this.#started || this.#gossipsub.getSubscribers(topic).length === 0) {
      return 0
    }

    try {
      const { recipients } = await this.#gossipsub.publish(topic, envelope, { batchPublish: true })

      return recipients.length
    } catch {
      // the last subscriber has just left
      return 0
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

  #reportGraylisted (): void {
    for (const peer of this.#gossipsub.peers.keys()) {
      if (this.#gossipsub.getScore(peer) < GRAYLIST_SCORE) {
        this.#init.onGraylisted(peer)
      }
    }
  }
}
