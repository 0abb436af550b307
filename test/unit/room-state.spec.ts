import { expect } from 'aegir/chai'
import { readDraft, writeDraft } from '../../src/engine/draft.ts'
import { decodeRoomState, encodeRoomState } from '../../src/engine/room-state.ts'
import { completePolicy } from '../../src/room/index.ts'
import { MAX_TEXT_LENGTH } from '../../src/wire/index.ts'
import type { RoomCore } from '../../src/engine/room-core.ts'
import type { RoomState } from '../../src/engine/room-state.ts'

const filled = (byte: number): Uint8Array => new Uint8Array(32).fill(byte)

function stateOf (policy: Partial<RoomState['policy']> = {}): RoomState {
  return { version: 1, room: 'ab'.repeat(32) as RoomState['room'], name: 'r', kind: 'open', policy: { ...completePolicy(), ...policy }, epoch: 7, key: filled(1), founder: null, persona: filled(5), petname: '', petnames: {}, contacts: [], joined: 1, read: 2, former: [] }
}

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
      draft: { text: 'half a “thought”\n世', time: 3 },
      pair: { room: 'cd'.repeat(32), self: '12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN', persona: '12D3KooWBVyhmSCLvdZg8kfMVxwFSAkZpCT5GgQxs8vFYs9RBbDN' }
    }
    expect(decodeRoomState(encodeRoomState(state))).to.deep.equal(state)
  })

  it('is no draft where the room keeps no messages', () => {
    for (const retention of [0, 1, -1]) {
      const words = new TextDecoder().decode(encodeRoomState({ ...stateOf({ retention }), draft: { text: 'unsaid', time: 3 } }))
      expect(words.includes('unsaid'), String(retention)).to.equal(retention !== 0)
    }
  })
})

describe('a draft', () => {
  function room (policy: Partial<RoomState['policy']> = {}): { core: Pick<RoomCore, 'state' | 'keeper'>, saved (): number } {
    let saved = 0
    return { core: { state: stateOf(policy), keeper: { save: () => { saved++ } } as unknown as RoomCore['keeper'] }, saved: () => saved }
  }

  it('is the last that was typed, written only when it is another, and gone when it is empty', () => {
    const { core, saved } = room()
    expect(readDraft(core, 5)).to.equal('')
    writeDraft(core, '', 5)
    expect(saved()).to.equal(0)
    writeDraft(core, ' half a thought', 5)
    writeDraft(core, ' half a thought', 6)
    expect([readDraft(core, 7), saved()]).to.deep.equal([' half a thought', 1])
    writeDraft(core, ' \n', 8)
    expect([readDraft(core, 9), saved(), core.state.draft]).to.deep.equal(['', 2, undefined])
  })

  it('is at most as long as a message, and stays as it was when it would be longer', () => {
    const { core } = room()
    writeDraft(core, 'é'.repeat(MAX_TEXT_LENGTH / 2), 5)
    expect(() => { writeDraft(core, `${'é'.repeat(MAX_TEXT_LENGTH / 2)}x`, 6) }).to.throw().with.property('name', 'MessageTooLargeError')
    expect(readDraft(core, 7)).to.have.lengthOf(MAX_TEXT_LENGTH / 2)
  })

  it('is over when a message of its age would be', () => {
    const { core, saved } = room({ retention: 1_000 })
    writeDraft(core, 'old', 5)
    expect(readDraft(core, 1_004)).to.equal('old')
    expect([readDraft(core, 1_005), saved(), core.state.draft]).to.deep.equal(['', 2, undefined])
    const forever = room({ retention: -1 })
    writeDraft(forever.core, 'old', 5)
    expect(readDraft(forever.core, 1e15)).to.equal('old')
  })
})
