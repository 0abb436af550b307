import type { PrivacyLedger } from './api.ts'
import type { LiveRoom } from './room.ts'
import type { WebVisit } from './web-lists.ts'
import type { Subscription } from '../moderation/index.ts'
import type { ConnectionInfo } from '../network/compartment-api.ts'

/** Carriers that do not show the other side our address. */
const HIDING = new Set(['tor', 'relay'])

function observers (room: LiveRoom, connections: ConnectionInfo[], announced: PrivacyLedger['rooms'][number]['announced'], shared: boolean, stored: boolean, web?: WebVisit): PrivacyLedger['rooms'][number]['observers'] {
  const tor = connections.length > 0 && connections.every(c => c.carrier === 'tor')
  const open = room.core.state.kind === 'open'
  const direct = connections.some(c => !HIDING.has(c.carrier))
  return [
    { who: 'provider', sees: tor ? ['tor-in-use'] : ['uses-libp2p', 'addresses-of-peers', 'sizes-and-times'] },
    { who: 'dht', sees: announced.length === 0 ? [] : announced.some(a => !a.sealed) ? ['rotating-key', 'own-address'] : ['rotating-key'] },
    { who: 'relay', sees: connections.some(c => c.carrier === 'relay') ? ['ciphertext', 'transport-peers', 'own-address'] : [] },
    { who: 'members', sees: ['persona', 'messages', ...(direct && !tor ? ['own-address'] : []), ...(shared ? ['same-host-as-other-rooms'] : [])] },
    { who: 'keeper', sees: room.session.keepers === 0 ? [] : ['messages-this-epoch', 'sealed-then', ...(open ? ['open-room-name-opens-recorded-traffic'] : [])] },
    { who: 'lists', sees: web == null ? [] : [web.proxied ? 'web-server-saw-a-proxy' : 'web-server-saw-own-address'] },
    { who: 'seizure', sees: [...(stored ? ['locked-nothing'] : ['nothing-on-disk']), 'unlocked-what-is-retained', ...(open ? ['open-room-name-opens-recorded-traffic'] : [])] }
  ]
}

/** What is stored, announced and visible to whom, right now, per room. */
export async function readLedger (rooms: LiveRoom[], lists: Subscription[], sharedHost: boolean, ephemeral: boolean): Promise<PrivacyLedger> {
  const web = new Map(lists.flatMap(({ list, web }) => web == null ? [] : [[list, web]]))
  return {
    sharedHost,
    web: [...web].map(([list, visit]) => ({ list, ...visit })),
    rooms: await Promise.all(rooms.map(async room => {
      const usage = ephemeral ? { bytes: 0 } : await room.core.store.usage()
      const connections = room.session.compartment?.connections() ?? []
      const announced = room.session.compartment?.announcements() ?? []
      return {
        room: room.id,
        name: room.core.state.name,
        stored: {
          bytes: usage.bytes,
          oldest: 'oldest' in usage ? usage.oldest ?? null : null,
          until: 'until' in usage ? usage.until ?? null : null
        },
        announced,
        connections,
        observers: observers(room, connections, announced, sharedHost, !ephemeral, web.get(room.id))
      }
    }))
  }
}
