import { t } from '../catalogue/index.ts'
import { pushPanel } from '../panels.ts'
import { Icon } from './icon.js'
import type { Key } from '../catalogue/index.ts'

const LABELS = ['spam', 'insult', 'threat', 'sexual', 'self-harm']

export interface HarmfulPauseProps { label: string, onSend (): void, onChange (): void }

/** A moment before words that the writer's own classifier calls harmful go out. Nobody else is told. */
export function HarmfulPause ({ label, onSend, onChange }: HarmfulPauseProps): preact.JSX.Element {
  const known = LABELS.includes(label) ? label : 'other'
  return (
    <div class='pause' role='alertdialog' aria-labelledby='pause-title' aria-describedby='pause-text'>
      <p id='pause-title'><strong>{t('harmful.title')}</strong></p>
      <p id='pause-text'>{t('harmful.text', { label: t(`label.${known}` as Key) })}</p>
      <p class='row'>
        <button type='button' class='primary' onClick={onChange}>{t('harmful.change')}</button>
        <button type='button' onClick={onSend}>{t('harmful.send')}</button>
        {known === 'self-harm' && <button type='button' class='link' onClick={() => { pushPanel('resources') }}><Icon name='help' size={18} /> {t('resources.title')}</button>}
      </p>
    </div>
  )
}
