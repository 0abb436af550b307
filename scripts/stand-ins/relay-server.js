// A page cannot be dialled, so it relays for nobody.
export class CircuitRelayServer {
  constructor () {
    throw new Error('A page cannot be a relay.')
  }
}
