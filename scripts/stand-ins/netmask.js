// Ranges of IPv4 addresses: all that libp2p asks of netmask, which also reads every odd spelling and IPv6.
const number = address => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)

export class Netmask {
  constructor (range) {
    const [first, bits] = range.split('/')
    this.first = number(first)
    this.size = 2 ** (32 - Number(bits))
  }

  contains (address) {
    const offset = number(address) - this.first
    return offset >= 0 && offset < this.size
  }
}
