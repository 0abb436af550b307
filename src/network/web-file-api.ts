import type { AbortOptions } from '@libp2p/interface'

export interface WebFileOptions extends AbortOptions {
  /** `socks5://host:port`: there is no other way out then */
  proxy?: string
  /** SOCKS user name: Tor gives it a circuit of its own */
  identity?: string
  /** longest from the first look-up to the last byte, ms; a minute unless told */
  patience?: number
  /** looks names up, without a proxy */
  find? (host: string, options: { all: true }): Promise<Array<{ address: string, family: number }>>
}

/** Bytes of a file on the web. Throws WebAddressError for what may not or cannot be fetched. */
export type WebFile = (address: string, options?: WebFileOptions) => Promise<Uint8Array>
