/**
 * Labels for texts, found on the device: a small built-in model, a model folder, or a model server on this
 * machine. A classifier is one more voice among a reader's lists; it labels, blurs or warns, and never hides.
 *
 * @packageDocumentation
 */
export { builtinClassifier } from './builtin.ts'
export { checkBeforeSending, DEFAULT_THRESHOLD, findings, LABELS, REASON_OF_LABEL } from './classifier.ts'
export type { Classifier, ClassifierFinding, Label, Scores } from './classifier.ts'
export * from './errors.ts'
export { encodeResources, isResources, MAX_RESOURCES, readResource, readResources, resourcesFor, STARTER_RESOURCES } from './resources.ts'
export type { Resource, ResourceList } from './resources.ts'
export { httpClassifier } from './http.ts'
export type { HttpClassifierInit } from './http.ts'
export { onnxClassifier } from './onnx.ts'
export type { OnnxClassifierInit, OnnxRuntime, ReadModelFile } from './onnx.ts'
