import { first } from './first.ts'
import { lists } from './lists.ts'
import { place } from './place.ts'
import type { Catalogue } from '../text.ts'

/** Spanish. */
export const es: Catalogue = { ...first, ...place, ...lists }
