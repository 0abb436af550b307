import { first } from './first.ts'
import { lists } from './lists.ts'
import { place } from './place.ts'

/** English: the catalogue all others have the keys of. `{name}` is filled in. */
export const en = { ...first, ...place, ...lists }
