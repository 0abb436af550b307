import { readParams } from './params.ts'
import type { Files } from './files.ts'
import type { Fields, Values } from './params.ts'
import type { Undertone } from '../engine/api.ts'
import type { AbortOptions } from '@libp2p/interface'

/** One operation that can be called by name. */
export interface Method {
  /** what it takes, for documentation and for clients that check before they ask */
  fields: Fields
  /** throws what the engine throws, and InvalidParametersError */
  call (params: unknown, options: Required<AbortOptions>): Promise<unknown>
}

export type Methods = ReadonlyMap<string, Method>

/** What methods work with. */
export interface MethodsInit {
  engine: Undertone
  /** absent: calls with a `path` are refused and data travels in the call */
  files?: Files
  /** called by `node.stop`; returns at once, the node stops when its answers are out */
  stop? (): void
}

export type Define = <F extends Fields>(name: string, fields: F, call: (params: Values<F>, options: Required<AbortOptions>) => unknown) => void

/** A table that is filled by `define`. */
export function methodTable (): { methods: Map<string, Method>, define: Define } {
  const methods = new Map<string, Method>()
  return {
    methods,
    define: (name, fields, call) => {
      methods.set(name, {
        fields,
        // not an async function: the engine is entered before this returns, so that calls reach it
        // in the order in which they arrived
        call: (params, options) => {
          try {
            return Promise.resolve(call(readParams(name, fields, params), options))
          } catch (error) {
            return Promise.reject(error)
          }
        }
      })
    }
  }
}
