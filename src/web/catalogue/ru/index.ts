import { judgement } from './judgement.ts'
import { place } from './place.ts'
import { talk } from './talk.ts'
import type { Catalogue } from '../text.ts'

/** Russian. */
export const ru: Catalogue = { ...talk, ...place, ...judgement }
