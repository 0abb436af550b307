import { expect } from 'aegir/chai'
import { concat } from 'uint8arrays'
import { withoutMetadata } from '../../src/room/image-metadata.ts'

const bytes = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(text, char => char.charCodeAt(0))
const big = (value: number): Uint8Array<ArrayBuffer> => Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value)
const has = (data: Uint8Array, text: string): boolean => new TextDecoder('latin1').decode(data).includes(text)

const segment = (marker: number, ...parts: Uint8Array[]): Uint8Array => {
  const body = concat(parts)
  return concat([Uint8Array.of(0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 0xff), body])
}
/** EXIF whose first directory says how the picture is turned, and where it was taken. */
const exif = (turned: number): Uint8Array => segment(0xe1, bytes('Exif\0\0'), Uint8Array.of(0x49, 0x49, 42, 0, 8, 0, 0, 0, 2, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, turned, 0, 0, 0), bytes('GPS 52.52 N, 13.40 E'))
const scan = concat([segment(0xda, bytes('scan')), Uint8Array.of(1, 2, 0xff, 0, 3, 0xff, 0xd1, 4)])
const jpeg = (...extra: Uint8Array[]): Uint8Array => concat([Uint8Array.of(0xff, 0xd8), segment(0xe0, bytes('JFIF\0'), Uint8Array.of(1, 1, 0, 0, 1, 0, 1, 0, 0)), ...extra, segment(0xdb, bytes('tables')), scan, segment(0xc4, bytes('more tables')), scan, Uint8Array.of(0xff, 0xd9)])
const chunk = (type: string, data: string): Uint8Array => concat([big(data.length), bytes(type), bytes(data), big(0)])
const png = (...extra: Uint8Array[]): Uint8Array => concat([Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a), chunk('IHDR', 'size and colours'), ...extra, chunk('IDAT', 'pixels'), chunk('IEND', '')])
const riff = (type: string, data: string): Uint8Array => concat([bytes(type), big(data.length).reverse(), bytes(data), new Uint8Array(data.length % 2)])
const webp = (flags: number, ...extra: Uint8Array[]): Uint8Array => {
  const body = concat([bytes('WEBP'), riff('VP8X', `${String.fromCharCode(flags)}123456789`), riff('VP8 ', 'pixels!'), ...extra])
  return concat([bytes('RIFF'), big(body.length).reverse(), body])
}

describe('pictures before they are sent', () => {
  it('lose place, camera, comments, previews and what was appended to a JPEG, and nothing that is seen', () => {
    const icc = segment(0xe2, bytes('ICC_PROFILE\0'), bytes('colours'))
    const adobe = segment(0xee, bytes('Adobe'))
    const dirty = concat([jpeg(exif(1), icc, adobe, segment(0xe1, bytes('http://ns.adobe.com/xap/1.0/\0by Ana')), segment(0xfe, bytes('taken by Ana')), segment(0xed, bytes('Photoshop 3.0\0Ana'))), bytes('a film of Ana')])
    const { data, removed } = withoutMetadata(dirty)
    expect(data).to.deep.equal(jpeg(icc, adobe))
    expect(removed.sort()).to.deep.equal(['appended', 'application', 'comment', 'exif', 'xmp'])
    const preview = concat([Uint8Array.of(0xff, 0xd8), segment(0xe0, bytes('JFIF\0'), Uint8Array.of(1, 1, 0, 0, 1, 0, 1, 1, 1), bytes('RGB')), scan, Uint8Array.of(0xff, 0xd9)])
    expect(has(withoutMetadata(preview).data, 'RGB')).to.equal(false)
  })

  it('stay turned as they were', () => {
    const { data } = withoutMetadata(jpeg(exif(6)))
    expect(has(data, 'GPS')).to.equal(false)
    // read again, the orientation is still there and is all there is
    expect(withoutMetadata(data).data).to.deep.equal(data)
    expect(has(data, '\u0001\u0012\0\u0003\0\0\0\u0001\0\u0006')).to.equal(true)
  })

  it('lose texts, time and place of a PNG and a WebP', () => {
    const shown = [chunk('gAMA', '0000'), chunk('acTL', 'frames')]
    const dirty = concat([png(...shown, chunk('tEXt', 'Author\0Ana'), chunk('eXIf', 'GPS'), chunk('tIME', '2026'), chunk('prVt', 'Ana')), bytes('more of Ana')])
    const { data, removed } = withoutMetadata(dirty)
    expect(data).to.deep.equal(png(...shown))
    expect(removed.sort()).to.deep.equal(['appended', 'exif', 'text', 'time'])
    const clean = withoutMetadata(webp(0x1c, riff('EXIF', 'GPS'), riff('XMP ', 'Ana')))
    expect(clean.data).to.deep.equal(webp(0x10))
    expect(clean.removed.sort()).to.deep.equal(['exif', 'xmp'])
  })

  it('that are clean, and files of other kinds, are sent byte for byte', () => {
    for (const data of [jpeg(), png(), webp(0), bytes('just words'), new Uint8Array()]) {
      expect(withoutMetadata(data)).to.deep.equal({ data, removed: [] })
    }
  })

  it('are not sent by accident when they are damaged, wherever they were cut', () => {
    for (const whole of [jpeg(exif(1)), png(chunk('tEXt', 'Ana')), webp(0, riff('EXIF', 'GPS'))]) {
      for (let length = 16; length < whole.length; length++) {
        expect(() => withoutMetadata(whole.subarray(0, length)), `${length}`).to.throw().with.property('name', 'UnreadablePictureError')
      }
    }
  })
})
