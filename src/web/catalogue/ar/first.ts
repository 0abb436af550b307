import { judgement } from './judgement.ts'
import { talk } from './talk.ts'
import type { First } from '../text.ts'

export const first: First = { ...talk, ...judgement }
