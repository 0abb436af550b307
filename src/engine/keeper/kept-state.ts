/** State a keeper's store holds of each room: its keys, and nothing that was said. */
export const KEPT_STATE = 'kept'
