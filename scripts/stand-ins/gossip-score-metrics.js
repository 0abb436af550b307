// Scores broken down for a monitoring system that no page reports to.
export function computeAllPeersScoreWeights () { return [] }
