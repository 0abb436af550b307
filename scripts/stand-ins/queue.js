// What gossip asks of denque, without what else denque can do: first in, first out.
export default class Queue {
  #items = []
  #from = 0

  push (item) { this.#items.push(item) }
  peekFront () { return this.#items[this.#from] }

  shift () {
    const item = this.#items[this.#from]
    this.#items[this.#from++] = undefined
    // moved now and then, so that each costs next to nothing
    if (this.#from * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#from)
      this.#from = 0
    }
    return item
  }

  clear () {
    this.#items = []
    this.#from = 0
  }
}
