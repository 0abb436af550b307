import { decodeBinary } from './base64url.ts'

/** What the engine takes at most (32 MiB); a node behind a socket takes no longer lines than 8 MiB, in base64url. */
export const MAX_FILE_BYTES = { page: 32 * 1024 * 1024, desktop: 6_000_000 }
/** Kinds of pictures that are shown; SVG is not among them: it is a document. */
const SHOWN = /^image\/(?:png|jpeg|gif|webp|avif)$/
const REDRAWN = /^image\/(?:png|jpeg|webp)$/
const JPEG_QUALITY = 0.9

export function isPicture (type: string): boolean { return SHOWN.test(type) }

/** A picture drawn anew: place, camera and whatever else stood in the file stays behind. */
async function redraw (file: File): Promise<Blob> {
  const picture = await createImageBitmap(file)
  const canvas = new OffscreenCanvas(picture.width, picture.height)
  canvas.getContext('2d')?.drawImage(picture, 0, 0)
  picture.close()
  return canvas.convertToBlob({ type: file.type, quality: JPEG_QUALITY })
}

/** Bytes of a file to send; a picture that cannot be read as one is sent as it is not shown: as a file. */
export async function readForSending (file: File): Promise<{ data: Uint8Array, name: string, type: string }> {
  let blob: Blob = file
  let { type } = file
  if (REDRAWN.test(type)) {
    try {
      blob = await redraw(file)
    } catch {
      type = 'application/octet-stream'
    }
  }
  return { data: new Uint8Array(await blob.arrayBuffer()), name: file.name.slice(-255) || 'file', type: type === '' ? 'application/octet-stream' : type }
}

/** A name that no system takes for a path, a hidden file or another kind of file. */
export function safeFileName (name: string): string {
  // eslint-disable-next-line no-control-regex
  const clean = name.normalize('NFC').replace(/[\u0000-\u001f\u007f-\u009f\p{Default_Ignorable_Code_Point}]/gu, '').replace(/[/\\:*?"<>|]/g, '_').replace(/^[.\s]+|[.\s\u2800]+$/g, '')
  return clean === '' ? 'file' : clean.slice(-200)
}

/** Hands a file to the person. Its type is bytes: nothing of it is opened in this page. */
export function saveFile (data: string, name: string): void {
  const url = URL.createObjectURL(new Blob([decodeBinary(data)], { type: 'application/octet-stream' }))
  const link = document.createElement('a')
  link.href = url
  link.download = safeFileName(name)
  link.click()
  setTimeout(() => { URL.revokeObjectURL(url) }, 60_000)
}

/** Asks the person for a file; undefined when none was chosen. */
export async function chooseFile (accept = ''): Promise<File | undefined> {
  return new Promise(resolve => {
    const input = document.createElement('input')
    input.type = 'file'
    input.accept = accept
    input.addEventListener('change', () => { resolve(input.files?.[0]) })
    input.addEventListener('cancel', () => { resolve(undefined) })
    input.click()
  })
}
