/**
 * Judgement as a subscription: lists and what they say, verdicts that explain themselves, reports
 * with evidence, charters and votes. Pure functions and values: the engine replicates lists as
 * rooms and asks for verdicts before anything is shown.
 *
 * @packageDocumentation
 */
export * from './classifier/index.ts'
export { MAX_LOOK_BACK, MAX_RULES, ruleApplies } from './behaviour.ts'
export type { Behaviour } from './behaviour.ts'
export { checkCharter, decodeCharter, encodeCharter, tallyOf } from './charter.ts'
export type { Ballot, Voter } from './charter.ts'
export { EntryIndex, MAX_IMAGES, MAX_LISTS, MAX_SAME_SUBJECT } from './entry-index.ts'
export type { Judged, Match } from './entry-index.ts'
export * from './errors.ts'
export { fold, skeleton, wordKey, wordsOf } from './fold.ts'
export type { ForeignFormat, ForeignRules, ImportedList } from './formats.ts'
export { HASH_COLUMNS, HASH_ROWS, IMAGE_DISTANCE, greysOf, imageHash, isTelling } from './image-hash.ts'
export { ListFeed, MAX_ENTRIES, keyOf, statementOf } from './list-feed.ts'
export type { Statement } from './list-feed.ts'
export type * from './moderation-api.ts'
export { addOperations, checkEntry, decodeStatement, encodeStatement, encodeStatements } from './operation.ts'
export type { Description, EntryFields, ListOperation } from './operation.ts'
export { MAX_PATTERNS, MAX_PATTERNS_PER_LIST, requiredLiteral } from './pattern-set.ts'
export { ACTIONS, REASONS, SEVERITY } from './reasons.ts'
export { MAX_EVIDENCE, encodeReport, isReport, reportId, verifyReport } from './report.ts'
export type { Report } from './report.ts'
export { loadPatterns, onPatternsLoaded } from './pattern-engine.ts'
export { checkSubject, compilePattern, hashedSubject, isHashed } from './subject.ts'
export { verdictOf } from './verdict.ts'
export type { ListMatch, ReaderList } from './verdict.ts'
