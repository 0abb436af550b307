import { useEffect, useState } from 'preact/hooks'
import { t } from '../catalogue/index.ts'
import { pushPanel } from '../panels.ts'
import { Icon } from '../parts/icon.js'
import { short } from '../parts/subject.js'
import { ask, backend, current } from '../state.ts'

/** Lists that this room's charter names and the reader does not follow: offered, never followed by themselves. */
export function Recommended ({ followed }: { followed: string[] }): preact.JSX.Element | null {
  const [addresses, setAddresses] = useState<string[]>([])
  useEffect(() => {
    setAddresses([])
    const id = current.value
    if (id == null) {
      return
    }
    const read = (): void => { ask('charter.read', { room: id }).then(({ charter }) => { setAddresses(charter?.lists ?? []) }, () => {}) }
    read()
    // it comes with the room's history
    return backend.value?.onEvent(event => { event.room === id && event.type === 'room' && read() })
  }, [current.value])
  const offered = addresses.filter(each => !followed.includes(each))
  if (offered.length === 0) {
    return null
  }
  return (
    <section class='recommended'>
      <h3>{t('charter.lists')}</h3>
      <p class='note'>{t('charter.lists.hint')}</p>
      <ul class='lists'>
        {offered.map(address => (
          <li key={address}>
            <button class='list-line' onClick={() => { pushPanel('follow', { address }) }}>
              <span class='list-mark'><Icon name='list' size={18} /></span>
              <span><code dir='ltr'>{short(address)}</code><span class='note'>{t('lists.follow.look')}</span></span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
