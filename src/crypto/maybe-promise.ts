/**
 * Node.js answers at once, browsers (WebCrypto) later. Callers that `await` are right everywhere;
 * hot paths use `andThen` and pay for no microtask where none is needed.
 */
export type MaybePromise<T> = T | Promise<T>

export function andThen<T, U> (value: MaybePromise<T>, use: (value: T) => MaybePromise<U>): MaybePromise<U> {
  return value instanceof Promise ? value.then(use) : use(value)
}
