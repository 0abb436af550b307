import { judgement } from './judgement.ts'
import { place } from './place.ts'
import { talk } from './talk.ts'

/** English: the catalogue all others have the keys of. `{name}` is filled in. */
export const en = { ...talk, ...place, ...judgement }
