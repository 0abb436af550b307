/** What is used of these packages; the WebP decoder has no types of its own that fit. */
declare module 'jpeg-js' {
  interface Decoded { width: number, height: number, data: Uint8Array }
  const jpeg: { decode (data: Uint8Array, options: { useTArray: boolean, formatAsRGBA: boolean, maxResolutionInMP: number, maxMemoryUsageInMB: number }): Decoded }
  export default jpeg
}

declare module '@jsquash/webp/codec/dec/webp_dec.js' {
  interface Decoder { decode (data: Uint8Array): { width: number, height: number, data: Uint8ClampedArray } | null }
  interface Settings { noInitialRun: boolean, instantiateWasm (imports: any, done: (instance: WebAssembly.Instance) => void): WebAssembly.Exports }
  const create: (settings: Settings) => Promise<Decoder>
  export default create
}
