import { t, wholeCatalogue } from './catalogue/index.ts'
import { showPanel } from './panels.ts'
import { safeText } from './parts/safe-text.ts'
import { tell, tellUntilClosed } from './state.ts'
import type { Key } from './catalogue/index.ts'

/** A report came in, or one of this reader's was answered. */
export async function reportNews ({ outcome, note }: { outcome?: string, note?: string }): Promise<void> {
  await wholeCatalogue()
  if (outcome == null) {
    tell(t('inbox.came'), { label: t('inbox.read'), run: () => { showPanel('inbox') } })
  } else {
    const word = ['acted', 'dismissed', 'noted'].includes(outcome) ? t(`inbox.${outcome}` as Key) : t('inbox.noted')
    tellUntilClosed(t('report.answered', { outcome: [word, ...note == null || note === '' ? [] : [safeText(note).slice(0, 400)]].join(' · ') }))
  }
}
