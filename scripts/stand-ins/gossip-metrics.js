// Labels of counters that no page keeps: each is its own name.
const labels = new Proxy({}, { get: (_, name) => name })

export { labels as ChurnReason, labels as IDontWantSkipPath, labels as IHaveIgnoreReason, labels as InclusionReason, labels as MessageSource, labels as ScorePenalty, labels as ScoreThreshold }

export function getMetrics () { return null }
