import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import { greysOf } from './image-hash.ts'
import { orientationOf, turned } from './jpeg-turn.ts'
import { MAX_PIXELS } from './png.ts'
import type { Picture } from './png.ts'

/** Memory that a decoder of JPEG may ask for, MB: what MAX_PIXELS pixels of four colours take. */
const MAX_JPEG_MEMORY_MB = 512

async function decodeJpeg (bytes: Uint8Array): Promise<Picture> {
  const { default: jpeg } = await import('jpeg-js')
  const { data: pixels, width, height } = jpeg.decode(bytes, { useTArray: true, formatAsRGBA: true, maxResolutionInMP: MAX_PIXELS / 1e6, maxMemoryUsageInMB: MAX_JPEG_MEMORY_MB })
  return turned({ pixels, width, height }, orientationOf(bytes))
}

async function decodeWebp (bytes: Uint8Array): Promise<Picture | undefined> {
  const { default: create } = await import('@jsquash/webp/codec/dec/webp_dec.js')
  const wasm = new WebAssembly.Module(readFileSync(createRequire(import.meta.url).resolve('@jsquash/webp/codec/dec/webp_dec.wasm')))
  const decoder = await create({
    noInitialRun: true,
    instantiateWasm: (imports, done) => {
      const instance = new WebAssembly.Instance(wasm, imports)
      done(instance)
      return instance.exports
    }
  })
  const decoded = decoder.decode(bytes)
  return decoded == null ? undefined : { pixels: new Uint8Array(decoded.data.buffer), width: decoded.width, height: decoded.height }
}

// a thread of its own, for one picture: what a hostile one does to a decoder ends with it
if (parentPort != null) {
  const { kind, bytes } = workerData as { kind: 'jpeg' | 'webp', bytes: Uint8Array }
  const picture = kind === 'jpeg' ? await decodeJpeg(bytes) : await decodeWebp(bytes)
  parentPort.postMessage(picture == null || picture.width * picture.height > MAX_PIXELS ? undefined : greysOf(picture.pixels, picture.width, picture.height))
}
