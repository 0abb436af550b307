import { useEffect, useState } from 'preact/hooks'
import { t } from '../catalogue/index.ts'

const PATIENCE_MS = 6_000

/** Something that cannot be taken back needs a second press, soon after the first. */
export function SureButton ({ label, sure, onSure, disabled }: { label: string, sure?: string, onSure (): void, disabled?: boolean }): preact.JSX.Element {
  const [asked, setAsked] = useState(false)
  useEffect(() => {
    const timer = asked ? setTimeout(() => { setAsked(false) }, PATIENCE_MS) : undefined
    return () => { clearTimeout(timer) }
  }, [asked])
  const press = (): void => {
    setAsked(!asked)
    asked && onSure()
  }
  return <button type='button' class={`danger${asked ? ' asked' : ''}`} aria-live='polite' disabled={disabled} onClick={press}>{asked ? sure ?? t('about.sure') : label}</button>
}
