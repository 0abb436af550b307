import { encode } from 'uqr'

/** Pixels for each dot of the code. */
const SCALE = 6

/** A film of one picture, a QR code held still, as a browser takes it for a camera's (YUV4MPEG2). */
export function qrVideo (text: string): Buffer {
  const { data, size } = encode(text, { border: 8 })
  const side = size * SCALE + (size * SCALE) % 2
  const light = Buffer.alloc(side * side, 235)
  for (let y = 0; y < size * SCALE; y++) {
    for (let x = 0; x < size * SCALE; x++) {
      if (data[Math.floor(y / SCALE)][Math.floor(x / SCALE)]) {
        light[y * side + x] = 16
      }
    }
  }
  const frame = Buffer.concat([Buffer.from('FRAME\n'), light, Buffer.alloc(side * side / 2, 128)])
  return Buffer.concat([Buffer.from(`YUV4MPEG2 W${side} H${side} F10:1 Ip A1:1 C420jpeg\n`), ...Array.from({ length: 10 }, () => frame)])
}
