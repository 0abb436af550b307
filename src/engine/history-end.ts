import { isStanding } from '../room/index.ts'
import type { RoomCore } from './room-core.ts'

/** Why there is nothing older: it is all there is, the room keeps nothing longer, or newcomers get nothing from before they joined. */
export type HistoryEnd = 'complete' | 'retention' | 'join'

/** Every author's chain begins at 0: where one begins later, something older is gone or was never given. */
export function historyEnd (core: Pick<RoomCore, 'timeline' | 'state' | 'now'>): HistoryEnd {
  const { timeline, state } = core
  const { retention, history } = state.policy
  let oldest = Infinity
  let gap = timeline.floor >= 0
  for (const message of timeline.ordered) {
    oldest = Math.min(oldest, message.time)
    // a standing message is kept when those around it are gone: only others' predecessors tell
    if (!isStanding(message) && message.previous != null && !timeline.has(message.previous)) {
      gap = true
      break
    }
  }
  if (history === 'join' && oldest < state.joined) {
    return 'join'
  }
  return gap || (retention >= 0 && oldest < core.now() - retention) ? 'retention' : 'complete'
}
