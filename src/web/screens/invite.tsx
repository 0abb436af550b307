import { useEffect, useState } from 'preact/hooks'
import { encode } from 'uqr'
import { t } from '../catalogue/index.ts'
import { announce, call, current } from '../state.ts'

interface Made { invite: string, link: string, expires: number | null }

export function Invite (): preact.JSX.Element {
  const [once, setOnce] = useState(false)
  const [made, setMade] = useState<Made>()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    setMade(undefined)
    setCopied(false)
    call('room.invite', { room: current.value, ...(once ? { uses: 1 } : {}) }).then(setMade, () => {})
  }, [once, current.value])
  const copy = (): void => {
    navigator.clipboard.writeText(made?.invite ?? '').then(() => {
      setCopied(true)
      announce(t('invite.copied'))
    }, () => {})
  }
  return (
    <div class='invite'>
      <p>{t('invite.warning')}</p>
      <label class='check'><input type='checkbox' checked={once} onChange={event => { setOnce(event.currentTarget.checked) }} /> {t('invite.once')}</label>
      {made != null && (
        <>
          <Qr text={made.invite} />
          <textarea readOnly rows={4} value={made.invite} aria-label={t('start.invite.label')} dir='ltr' onFocus={event => { event.currentTarget.select() }} />
          {made.expires != null && <p class='note'>{t('invite.expires', { time: new Date(made.expires).toLocaleString() })}</p>}
          <button class='primary' onClick={copy}>{copied ? t('invite.copied') : t('invite.copy')}</button>
        </>
      )}
    </div>
  )
}

/** Dark on light in every theme: cameras expect it. */
function Qr ({ text }: { text: string }): preact.JSX.Element {
  const { data, size } = encode(text, { ecc: 'L', border: 2 })
  const path = data.flatMap((row, y) => row.flatMap((dark, x) => dark ? [`M${x} ${y}h1v1h-1z`] : [])).join('')
  return (
    <svg class='qr' viewBox={`0 0 ${size} ${size}`} role='img' aria-label={t('invite.qr')} shape-rendering='crispEdges'>
      <rect width={size} height={size} fill='#fff' />
      <path d={path} fill='#000' />
    </svg>
  )
}
