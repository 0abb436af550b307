// Each room of a page has a host of its own.
export class SharedHost {
  constructor () {
    throw new Error('A page has a host for each of its rooms.')
  }
}
