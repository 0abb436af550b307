import { judgement } from './judgement.ts'
import { place } from './place.ts'
import { talk } from './talk.ts'
import type { Catalogue } from '../text.ts'

/** Spanish. */
export const es: Catalogue = { ...talk, ...place, ...judgement }
