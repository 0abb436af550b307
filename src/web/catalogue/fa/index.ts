import { first } from './first.ts'
import { lists } from './lists.ts'
import { place } from './place.ts'
import type { Catalogue } from '../text.ts'

/** Persian. */
export const fa: Catalogue = { ...first, ...place, ...lists }
