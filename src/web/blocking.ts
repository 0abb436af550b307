import { t } from './catalogue/index.ts'
import { safeName } from './parts/safe-text.ts'
import { call, current, tell } from './state.ts'

/** An entry in the reader's own list, with the way back beside it. */
function block (subject: object, done: string): void {
  call('moderation.block', { room: current.value, ...subject }).then(({ entry }) => {
    tell(done, { label: t('notice.undo'), run: () => { call('moderation.undo', { entry }).catch(() => {}) } })
  }).catch(() => {})
}

export function blockPerson (persona: string, name: string): void { block({ persona }, t('block.done', { name: safeName(name) })) }
/** What was opened has a hash; pictures like it are hidden from then on. */
export function blockPicture (message: string): void {
  call('moderation.image', { room: current.value, message }).then(({ image }) => {
    image == null ? tell(t('block.picture.open')) : block({ image }, t('block.picture.done'))
  }).catch(() => {})
}

export function blockMessage (message: string): void { block({ message }, t('block.hide.done')) }
