import { first } from './first.ts'
import { lists } from './lists.ts'
import { place } from './place.ts'
import type { Catalogue } from '../text.ts'

/** Arabic. */
export const ar: Catalogue = { ...first, ...place, ...lists }
