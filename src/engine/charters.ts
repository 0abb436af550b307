import { NotSupportedError } from './errors.ts'
import type { Charters } from './api.ts'
const no = async (): Promise<any> => { throw new NotSupportedError('not yet') }
export class CharterOffice implements Charters {
  constructor (init: any) { void init }
  propose = no; vote = no
  tally (): any { throw new NotSupportedError('not yet') }
}
