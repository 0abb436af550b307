import { InvalidRequestError, ParseError, UnknownMethodError, isAccident, toErrorObject } from './errors.ts'
import type { ErrorObject } from './errors.ts'
import type { Methods } from './method.ts'

/** Requests of one batch; more are refused as a whole. */
export const MAX_BATCH = 1_000

type Id = string | number | null

export type Response = { jsonrpc: '2.0', id: Id } & ({ result: unknown } | { error: ErrorObject })

export interface DispatcherInit {
  methods: Methods
  /** aborts calls that still run: the connection or the node is going away */
  signal: AbortSignal
  log (level: 'error', message: string): void
}

/** JSON-RPC 2.0 over whatever carries text: one request or batch in, one reply or none out. */
export class Dispatcher {
  readonly #init: DispatcherInit

  constructor (init: DispatcherInit) {
    this.#init = init
  }

  /** Never rejects. Calls enter the engine before this returns, so their order is that of the lines. */
  async handle (text: string): Promise<string | undefined> {
    let request: unknown
    try {
      request = JSON.parse(text)
    } catch {
      return JSON.stringify(this.refuse(null, new ParseError('This is not JSON. Send one JSON-RPC 2.0 request.')))
    }
    if (!Array.isArray(request)) {
      return stringify(await this.#answer(request))
    }
    if (request.length === 0 || request.length > MAX_BATCH) {
      return JSON.stringify(this.refuse(null, new InvalidRequestError(`A batch has 1 to ${MAX_BATCH} requests.`)))
    }
    const answers = (await Promise.all(request.map(async each => this.#answer(each)))).filter(answer => answer != null)
    return answers.length === 0 ? undefined : JSON.stringify(answers)
  }

  refuse (id: Id, error: unknown): Response {
    return { jsonrpc: '2.0', id, error: toErrorObject(error) }
  }

  async #answer (request: unknown): Promise<Response | undefined> {
    if (typeof request !== 'object' || request === null || Array.isArray(request)) {
      return this.refuse(null, new InvalidRequestError('A request is an object {"jsonrpc":"2.0","id":…,"method":…,"params":{…}}.'))
    }
    const { jsonrpc, id, method, params } = request as Record<string, unknown>
    const silent = !Object.hasOwn(request, 'id')
    const known = isId(id) ? id : null
    if (jsonrpc !== '2.0' || typeof method !== 'string' || (!silent && !isId(id))) {
      return this.refuse(known, new InvalidRequestError('A request needs "jsonrpc":"2.0", a "method" that is a string, and an "id" that is a string, a number that JSON readers agree about (whole ones up to 2^53), or null.'))
    }
    let response: Response
    try {
      const found = this.#init.methods.get(method)
      if (found == null) {
        throw new UnknownMethodError(`There is no method "${method.slice(0, 64)}". docs/rpc.md lists those there are.`)
      }
      const result = await found.call(params, { signal: this.#init.signal })
      response = { jsonrpc: '2.0', id: known, result: result ?? {} }
    } catch (error) {
      if (isAccident(error)) {
        this.#init.log('error', `${method}: ${error instanceof Error ? error.stack ?? error.message : String(error)}`)
      }
      response = this.refuse(known, error)
    }
    return silent ? undefined : response
  }
}

/** A larger whole number would come back as another one. */
function isId (id: unknown): id is Id {
  return id === null || typeof id === 'string' || (typeof id === 'number' && (Number.isInteger(id) ? Number.isSafeInteger(id) : Number.isFinite(id)))
}

function stringify (response: Response | undefined): string | undefined {
  return response == null ? undefined : JSON.stringify(response)
}

/** An engine event as it goes to clients. */
export function notification (event: object): string {
  return JSON.stringify({ jsonrpc: '2.0', method: 'event', params: event })
}
