// Debug logs are switched on by a setting that pages do not have.
const log = () => {}
log.trace = log.error = log
log.enabled = false
log.newScope = () => log

export const logger = () => log
export const defaultLogger = () => ({ forComponent: logger })
export const peerLogger = defaultLogger
export const prefixLogger = defaultLogger
