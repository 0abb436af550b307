import { useEffect, useRef, useState } from 'preact/hooks'
import { t } from '../catalogue/index.ts'
import { chooseFile } from '../parts/files.ts'

const LOOK_MS = 200
/** Longer side of what is looked at: enough for a code, quick on a phone. */
const LOOK_SIZE = 800

/** Reads a QR code from the camera or a picture. The pictures never leave the page. */
export function Scan ({ onFound }: { onFound (text: string): void }): preact.JSX.Element {
  const video = useRef<HTMLVideoElement>(null)
  const [trouble, setTrouble] = useState<'none' | 'unread'>()
  useEffect(() => {
    let stream: MediaStream | undefined
    let timer: ReturnType<typeof setInterval> | undefined
    let over = false
    const start = async (): Promise<void> => {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } })
      if (over || video.current == null) {
        stream.getTracks().forEach(track => { track.stop() })
        return
      }
      video.current.srcObject = stream
      await video.current.play()
      timer = setInterval(() => {
        const element = video.current
        if (element != null && element.videoWidth > 0) {
          read(element, element.videoWidth, element.videoHeight).then(text => { text != null && !over && onFound(text) }, () => {})
        }
      }, LOOK_MS)
    }
    start().catch(() => { setTrouble('none') })
    return () => {
      over = true
      clearInterval(timer)
      stream?.getTracks().forEach(track => { track.stop() })
    }
  }, [])
  const choose = async (): Promise<void> => {
    const file = await chooseFile('image/*')
    if (file != null) {
      const picture = await createImageBitmap(file)
      const text = await read(picture, picture.width, picture.height)
      text == null ? setTrouble('unread') : onFound(text)
    }
  }
  return (
    <div class='scan'>
      {trouble !== 'none' && <video ref={video} muted playsInline aria-label={t('scan.title')} />}
      <p class='note' role='status'>{t(trouble === 'none' ? 'scan.none' : trouble === 'unread' ? 'scan.unread' : 'scan.hint')}</p>
      <button type='button' onClick={() => { choose().catch(() => { setTrouble('unread') }) }}>{t('scan.picture')}</button>
    </div>
  )
}

async function read (source: CanvasImageSource, width: number, height: number): Promise<string | undefined> {
  const { default: jsQR } = await import('jsqr') as unknown as { default(data: Uint8ClampedArray, width: number, height: number): { data: string } | null }
  const scale = Math.min(1, LOOK_SIZE / Math.max(width, height))
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)))
  const context = canvas.getContext('2d', { willReadFrequently: true }) as OffscreenCanvasRenderingContext2D
  context.drawImage(source, 0, 0, canvas.width, canvas.height)
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height)
  return jsQR(data, canvas.width, canvas.height)?.data
}
