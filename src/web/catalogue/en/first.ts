import { judgement } from './judgement.ts'
import { talk } from './talk.ts'

/** What is on the screen before any panel is opened. */
export const first = { ...talk, ...judgement }
