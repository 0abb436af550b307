import { expect } from 'aegir/chai'
import { decodeRoomState, encodeRoomState } from '../../src/engine/room-state.ts'
import { completePolicy } from '../../src/room/index.ts'
import type { RoomState } from '../../src/engine/room-state.ts'

const filled = (byte: number): Uint8Array => new Uint8Array(32).fill(byte)

describe('what is remembered of a room', () => {
  it('is the same after a restart, down to with whom a room of two is', () => {
    const state: RoomState = {
      version: 1,
      room: 'ab'.repeat(32) as RoomState['room'],
      name: 'persona',
      kind: 'direct',
      policy: completePolicy(),
      epoch: 7,
      key: filled(1),
      behind: { epoch: 3, key: filled(2), until: 9 },
      secret: filled(3),
      founder: null,
      charterHash: filled(4),
      persona: filled(5),
      sealingKey: filled(6),
      admission: { inviteSeed: filled(7), certificate: filled(8) },
      petname: '',
      petnames: { '12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN': 'Ana' },
      contacts: [],
      joined: 1,
      read: 2,
      former: [],
      pair: { room: 'cd'.repeat(32), self: '12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN', persona: '12D3KooWBVyhmSCLvdZg8kfMVxwFSAkZpCT5GgQxs8vFYs9RBbDN' }
    }
    expect(decodeRoomState(encodeRoomState(state))).to.deep.equal(state)
  })
})
