import { readFileSync } from 'node:fs'
import { expect } from 'aegir/chai'
import { MAX_PICTURES, PictureHashes } from '../../src/engine/picture-hashes.ts'
import { EntryIndex, HASH_COLUMNS, HASH_ROWS, IMAGE_DISTANCE, MAX_IMAGES, addOperations, encodeStatements, greysOf, imageHash, isTelling } from '../../src/moderation/index.ts'
import { DECODE_TIMEOUT_MS, MAX_WAITING, decodedGreys } from '../../src/moderation/picture-decoder.ts'
import { MAX_SCANS, claimedSize } from '../../src/moderation/picture-size.ts'
import { MAX_PIXELS, readPng } from '../../src/moderation/png.ts'
import { Maintainer, SEED, feedOf, hide, indexOf } from '../support/made-feed.ts'
import { chunk, pixelsOf, png, scene } from '../support/pictures.ts'
import type { Paint } from '../support/pictures.ts'

const hashOf = (width: number, height: number, paint: Paint = scene, change?: (grey: number) => number): string => imageHash(greysOf(pixelsOf(width, height, paint, change), width, height))

function distance (a: string, b: string): number {
  return [...(BigInt(`0x${a}`) ^ BigInt(`0x${b}`)).toString(2)].filter(bit => bit === '1').length
}

describe('a perceptual hash', () => {
  it('is what the vectors say, bit by bit', () => {
    const { hashes } = JSON.parse(readFileSync(new URL('../../../test/vectors/images.json', import.meta.url), 'utf8'))
    for (const { greys, hash } of hashes) {
      expect(greys).to.have.lengthOf(HASH_COLUMNS * HASH_ROWS)
      expect(imageHash(greys)).to.equal(hash)
    }
  })

  it(`of one picture stays within ${IMAGE_DISTANCE} bits when it is scaled, brightened, faded or made noisy; another's does not`, () => {
    const hash = hashOf(320, 240)
    let seed = 7
    const noise = (): number => (seed = seed * 1_103_515_245 + 12_345 & 0x7fffffff) / 0x7fffffff * 24 - 12
    for (const [what, other] of Object.entries({
      small: hashOf(90, 70),
      wide: hashOf(800, 300),
      brighter: hashOf(320, 240, scene, grey => grey + 25),
      faded: hashOf(320, 240, scene, grey => 60 + grey * 0.5),
      noisy: hashOf(320, 240, scene, grey => grey + noise()),
      tiny: hashOf(9, 8)
    })) {
      expect(distance(hash, other), what).to.be.at.most(IMAGE_DISTANCE)
    }
    expect(distance(hash, hashOf(320, 240, (x, y) => scene(y, x)))).to.be.above(IMAGE_DISTANCE)
    expect(distance(hash, hashOf(320, 240, (x, y) => scene(1 - x, y)))).to.be.above(IMAGE_DISTANCE)
  })

  it('of an even surface or a mere gradient names nothing', () => {
    const plain = hashOf(50, 50, () => [10, 20, 30])
    expect(plain).to.equal('0000000000000000')
    const index = indexOf(hide({ image: plain }), hide({ image: 'ffffffffffffffff' }))
    for (const image of [plain, hashOf(50, 50, x => [x * 255, 0, 0]), hashOf(50, 50, x => [255 - x * 255, 0, 0])]) {
      expect(isTelling(image)).to.equal(false)
      expect(index.matches({ persona: 'p', images: [image] })).to.deep.equal([])
    }
    expect(isTelling(hashOf(320, 240))).to.equal(true)
  })

  it('takes what is transparent for white', () => {
    expect(greysOf([0, 0, 0, 0], 1, 1)).to.deep.equal(Array.from({ length: 72 }, () => 255))
    expect(greysOf([255, 255, 255, 255], 1, 1)[0]).to.equal(255)
    expect(greysOf([0, 0, 0, 255], 1, 1)[0]).to.equal(0)
  })

  it(`is compared with at most ${MAX_IMAGES} entries`, () => {
    const ana = new Maintainer()
    const index = new EntryIndex(SEED)
    const last = 'f0f0f0f0f0f0f0f0'
    const entries = [...Array.from({ length: MAX_IMAGES }, (_, i) => hide({ image: `00ff00ff${i.toString(16).padStart(8, '0')}` })), hide({ image: last })]
    index.add(feedOf(ana, encodeStatements(addOperations(entries)).map((entry, i) => ({ ...ana.say(i), entry }))))
    expect(index.matches({ persona: 'p', images: [last] })).to.deep.equal([])
    expect(index.matches({ persona: 'p', images: ['00ff00ff00000000'] }).length).to.be.above(0)
  })
})

describe('a PNG', () => {
  it('is read with every filter, depth and kind of colour', async () => {
    const read = await readPng(png(64, 48))
    expect(read).to.include({ width: 64, height: 48 })
    expect(Buffer.from(read?.pixels ?? []).equals(Buffer.from(pixelsOf(64, 48, scene)))).to.equal(true)
    const grey = await readPng(png(2, 1, { colour: 0, depth: 1 }, Uint8Array.of(0, 0b01000000)))
    expect([...grey?.pixels ?? []]).to.deep.equal([0, 0, 0, 255, 255, 255, 255, 255])
    const deep = await readPng(png(1, 1, { colour: 2, depth: 16 }, Uint8Array.of(0, 200, 1, 100, 2, 50, 3)))
    expect([...deep?.pixels ?? []]).to.deep.equal([200, 100, 50, 255])
    const both = await readPng(png(1, 1, { colour: 4 }, Uint8Array.of(0, 90, 30)))
    expect([...both?.pixels ?? []]).to.deep.equal([90, 90, 90, 30])
    const palette = await readPng(png(3, 1, { colour: 3, depth: 2 }, Uint8Array.of(0, 0b00011000), [chunk('PLTE', Uint8Array.of(1, 2, 3, 4, 5, 6)), chunk('tRNS', Uint8Array.of(9))]))
    expect([...palette?.pixels ?? []]).to.deep.equal([1, 2, 3, 9, 4, 5, 6, 255, 0, 0, 0, 255])
  })

  it(`that is damaged, lies about its size, inflates without end or has more than ${MAX_PIXELS} pixels is none`, async () => {
    const good = png(32, 32)
    for (const [what, bytes] of Object.entries({
      empty: new Uint8Array(),
      text: new TextEncoder().encode('<svg/>'),
      cut: good.subarray(0, good.length - 60),
      interlaced: png(32, 32, { interlace: 1 }),
      'claims more rows': png(32, 32, { claimed: 33 }),
      'claims fewer rows': png(32, 32, { claimed: 31 }),
      huge: png(32, 32, { claimed: MAX_PIXELS }),
      bomb: png(4, 4, {}, new Uint8Array(50_000_000)),
      'unknown filter': png(1, 1, {}, Uint8Array.of(9, 1, 2, 3, 4)),
      'no data': Buffer.concat([good.subarray(0, 33), chunk('IEND', Buffer.alloc(0))]),
      'odd depth': png(1, 1, { depth: 3 }, Uint8Array.of(0, 0, 0, 0, 0))
    })) {
      expect(await readPng(bytes), what).to.equal(undefined)
    }
    for (let i = 0; i < 300; i++) {
      const broken = Uint8Array.from(good)
      broken[8 + i * 7 % (good.length - 8)] ^= 1 << i % 8
      await readPng(broken)
    }
  })

  it(`is remembered by its content, ${MAX_PICTURES} of them`, async () => {
    const pictures = new PictureHashes()
    const message = (byte: number): any => ({ body: { kind: 'attachment', hash: new Uint8Array(32).fill(byte) } })
    const hash = await pictures.look(message(1), png(64, 48))
    expect(hash).to.equal(hashOf(64, 48))
    expect(pictures.of(message(1))).to.equal(hash)
    expect(await pictures.look(message(1), new Uint8Array())).to.equal(hash)
    expect(await pictures.look(message(2), new TextEncoder().encode('no picture'))).to.equal(undefined)
    expect(pictures.of({ body: { kind: 'text' } } as any)).to.equal(undefined)
    pictures.clear()
    expect(pictures.of(message(1))).to.equal(undefined)
  })
})

describe('a JPEG or WebP', () => {
  interface Vector { name: string, hash: string, file: string }
  const { tolerance, pictures }: { tolerance: number, pictures: Vector[] } = JSON.parse(readFileSync(new URL('../../../test/vectors/pictures.json', import.meta.url), 'utf8'))
  const fileOf = (name: string): Uint8Array => Uint8Array.from(Buffer.from(pictures.find(each => each.name === name)?.file ?? '', 'base64url'))
  const baseline = fileOf('JPEG, baseline')

  it('has the hash that the vectors say, whatever kind it is and however it wants to be turned', async () => {
    const hashes = new PictureHashes()
    for (const [i, { name, hash, file }] of pictures.entries()) {
      const message: any = { body: { kind: 'attachment', hash: new Uint8Array(32).fill(i) } }
      const found = await hashes.look(message, Uint8Array.from(Buffer.from(file, 'base64url'))) ?? '0'
      expect(distance(found, hash), name).to.be.at.most(tolerance)
    }
    const plain = pictures.filter(({ name }) => !/turned|alpha/.test(name))
    expect(plain).to.have.lengthOf(7)
    plain.forEach(({ name, hash }) => { expect(distance(hash, plain[0].hash), name).to.be.at.most(IMAGE_DISTANCE) })
  })

  it(`that claims more than ${MAX_PIXELS} pixels, has more than ${MAX_SCANS} scans or a second frame is shown to no decoder`, () => {
    const sized = (from: Uint8Array, at: number, ...bytes: number[]): Uint8Array => {
      const changed = Uint8Array.from(from)
      changed.set(bytes, at)
      return changed
    }
    const frame = baseline.findIndex((byte, i) => byte === 0xff && baseline[i + 1] === 0xc0)
    const scan = baseline.findIndex((byte, i) => byte === 0xff && baseline[i + 1] === 0xda)
    expect(claimedSize(baseline)).to.deep.equal({ kind: 'jpeg', width: 120, height: 90 })
    expect(claimedSize(sized(baseline, frame + 5, 0xff, 0xff, 0xff, 0xff))).to.equal(undefined)
    expect(claimedSize(sized(baseline, frame + 5, 0, 0))).to.equal(undefined)
    const header = baseline.subarray(scan, scan + 2 + 12)
    const scans = (count: number): Uint8Array => Buffer.concat([baseline.subarray(0, scan), ...Array.from({ length: count }, () => header)])
    expect(claimedSize(scans(MAX_SCANS))).to.include({ width: 120 })
    expect(claimedSize(scans(MAX_SCANS + 1))).to.equal(undefined)
    expect(claimedSize(Buffer.concat([baseline.subarray(0, scan), baseline.subarray(frame, frame + 19), baseline.subarray(scan)]))).to.equal(undefined)
    for (const name of ['WebP, lossy', 'WebP, lossless', 'WebP, with alpha']) {
      expect(claimedSize(fileOf(name)), name).to.deep.equal({ kind: 'webp', width: 120, height: 90 })
    }
    expect(claimedSize(sized(fileOf('WebP, lossy'), 26, 0xff, 0x3f, 0xff, 0x3f))).to.equal(undefined)
    expect(claimedSize(sized(fileOf('WebP, lossless'), 21, 0xff, 0xff, 0xff, 0xff))).to.equal(undefined)
    for (const bytes of [new Uint8Array(), baseline.subarray(0, 3), baseline.subarray(0, frame + 6), new TextEncoder().encode('RIFF....WEBPVP8L'), png(4, 4)]) {
      expect(claimedSize(bytes)).to.equal(undefined)
    }
  })

  it(`that is damaged ends its thread and nothing else; ${MAX_WAITING} wait, none longer than ${DECODE_TIMEOUT_MS} ms`, async function () {
    this.timeout(4 * DECODE_TIMEOUT_MS)
    const crowd = await Promise.all(Array.from({ length: MAX_WAITING + 2 }, async () => decodedGreys(fileOf('WebP, lossy'))))
    expect(crowd.map(greys => greys?.length)).to.deep.equal([...Array.from({ length: MAX_WAITING }, () => 72), undefined, undefined])
    for (const name of ['JPEG, progressive', 'WebP, lossless']) {
      const file = fileOf(name)
      const broken = Uint8Array.from(file, (byte, i) => i > 400 && i % 7 === 0 ? byte ^ 0x55 : byte)
      for (const bytes of [broken, file.subarray(0, file.length >> 1), Buffer.concat([file.subarray(0, 40), Buffer.alloc(2_000, 0xff)])]) {
        const greys = await decodedGreys(bytes)
        expect(greys == null || greys.length === 72, name).to.equal(true)
      }
    }
    expect(await decodedGreys(baseline)).to.have.lengthOf(72)
  })
})
