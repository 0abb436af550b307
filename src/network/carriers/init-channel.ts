interface Channel extends EventTarget {
  readyState: string
}

interface Maker {
  createDataChannel (label: string, ...rest: any[]): any
}

const LABEL = 'init'

/**
 * Libp2p's dialler of WebRTC waits for its first data channel, `init`, to open, closes it and waits for that. The other
 * end closes it as soon as it has come, too. Where both were over before the dialler looked, it waited for events that had
 * been, gave the connection up when its time was over, and left the other end with one that nobody reads: members
 * fell silent for a minute when their relay died (one connection in ten between two pages on one machine). Such a channel
 * says to whoever asks late what has been.
 *
 * @param maker - prototype of `RTCPeerConnection`
 */
export function remembersInit (maker: Maker): void {
  const create = maker.createDataChannel
  maker.createDataChannel = function (label, ...rest) {
    const channel: Channel = create.call(this, label, ...rest)
    if (label === LABEL) {
      const listen = channel.addEventListener.bind(channel)
      channel.addEventListener = (type: string, listener: any, options?: any) => {
        listen(type, listener, options)
        if (channel.readyState === 'closed' && (type === 'open' || type === 'close')) {
          queueMicrotask(() => { channel.dispatchEvent(new Event(type)) })
        }
      }
    }
    return channel
  }
}
