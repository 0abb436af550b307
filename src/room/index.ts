/**
 * A room as its members hold it: what was said (timeline), who is in it (roster), what its founder
 * or its name decided (policy), and the keys in force (key ring). Values and small state machines,
 * no I/O: the engine connects them to the network and the store.
 */
export * from './errors.ts'
export * from './policy.ts'
export * from './probation.ts'
export * from './key-ring.ts'
export * from './key-tail.ts'
export * from './key-walk.ts'
export * from './timeline.ts'
export * from './roster.ts'
