import type { PeerScoreParams, PeerScoreThresholds, TopicScoreParams } from '@libp2p/gossipsub/score'

/** Below this a peer is heard no more, and is reported as an offender. */
export const GRAYLIST_SCORE = -80

/** Below this a peer is handed nothing of ours. */
export const PUBLISH_SCORE = -40

export const scoreThresholds: PeerScoreThresholds = {
  gossipThreshold: -20,
  publishThreshold: PUBLISH_SCORE,
  graylistThreshold: GRAYLIST_SCORE,
  acceptPXThreshold: Infinity,
  opportunisticGraftThreshold: 0.5
}

/** Why each part of the score counts in a room of 2 to 200 who have all proved membership. */
export const peerScoreParams: Partial<PeerScoreParams> = {
  topicScoreCap: 20,
  // P5: the room judges envelopes, not transport peers
  appSpecificScore: () => 0,
  appSpecificWeight: 0,
  // P6: many honest members share an address; connections are limited elsewhere (FACTS)
  IPColocationFactorWeight: 0,
  // P7: broken promises and grafts during back-off; a few happen at every epoch change
  behaviourPenaltyWeight: -1,
  behaviourPenaltyThreshold: 6,
  behaviourPenaltyDecay: 0.9,
  decayInterval: 1000,
  decayToZero: 0.01,
  // transport peer IDs are disposable: remembering them longer costs more than it deters
  retainScore: 5 * 60_000
}

export const topicScoreParams: TopicScoreParams = {
  topicWeight: 1,
  // P1: at most 1 point, after a minute and a half
  timeInMeshWeight: 0.01,
  timeInMeshQuantum: 1000,
  timeInMeshCap: 100,
  // P2: who brings envelopes first may keep its place
  firstMessageDeliveriesWeight: 0.1,
  firstMessageDeliveriesDecay: 0.9,
  firstMessageDeliveriesCap: 50,
  // P3: off, silence is normal in a room
  meshMessageDeliveriesWeight: 0,
  meshMessageDeliveriesDecay: 0.5,
  meshMessageDeliveriesCap: 100,
  meshMessageDeliveriesThreshold: 1,
  meshMessageDeliveriesWindow: 10,
  meshMessageDeliveriesActivation: 5000,
  meshFailurePenaltyWeight: 0,
  meshFailurePenaltyDecay: 0.5,
  // P4: squared; three envelopes that no honest member could have sent are one too many
  invalidMessageDeliveriesWeight: -10,
  invalidMessageDeliveriesDecay: 0.9
}
