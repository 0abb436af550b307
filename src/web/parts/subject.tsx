import { t } from '../catalogue/index.ts'
import { members } from '../state.ts'
import { Identicon } from './identicon.js'
import { safeName } from './safe-text.ts'
import type { Subject } from '../../moderation/moderation-api.ts'
import type { Key } from '../catalogue/index.ts'

const SHOWN = 24

/** What an entry names; a person by the reader's own name for them where there is one. */
export function SubjectName ({ subject }: { subject: Subject | null }): preact.JSX.Element {
  const [kind, value] = Object.entries(subject ?? {})[0] as [string, string] | undefined ?? ['message', '']
  if (value.startsWith('hashed:')) {
    return <span>{t('subject.salted')}</span>
  }
  if (kind === 'persona') {
    const member = members.value.find(each => each.persona === value)
    return <span class='subject'><Identicon persona={value} size={22} /> <bdi>{member == null ? short(value) : safeName(member.petname)}</bdi></span>
  }
  return <span class='subject'><span class='note'>{t(`subject.${kind}` as Key)}</span> {['word', 'pattern', 'domain', 'rule'].includes(kind) ? <code><bdi>{safeName(value)}</bdi></code> : <code>{short(value)}</code>}</span>
}

/** Every persona's ID begins with the same letters: its end tells it from others. */
export function short (id: string): string {
  return id.length <= SHOWN ? id : id.startsWith('12D3Koo') ? `…${id.slice(-8)}` : `${id.slice(0, 8)}…${id.slice(-6)}`
}
