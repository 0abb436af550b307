import { NotSupportedError } from './errors.ts'
import type { Lists } from './api.ts'
const no = async (): Promise<any> => { throw new NotSupportedError('not yet') }
export class ListRegistry implements Lists {
  constructor (init: { makeInvite: any, emit?: any, [name: string]: any }) { void init }
  async load (): Promise<void> {}
  received (...args: any[]): void {}
  create = no; add = no; remove = no; subscribe = no; unsubscribe = no; entries = no; preview = no; export = no
  subscriptions (): any[] { return [] }
}
