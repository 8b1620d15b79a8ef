export * as activations from './activations/index.ts';
export * as callbacks from './callbacks/index.ts';
export { Callback } from './callbacks/index.ts';
export * as constraints from './constraints/index.ts';
export * as estimators from './estimators/index.ts';
export * as initializers from './initializers/index.ts';
export type { InputSpec } from './input-spec.ts';
export { Layer } from './layer.ts';
export type { CallOptions, LayerConfig, Resolved, Shapes } from './layer-config.ts';
export { input } from './layers/core/input-layer.ts';
export * as layers from './layers/index.ts';
export * as losses from './losses/index.ts';
export * as metrics from './metrics/index.ts';
export { Functional, type FunctionalConfig, model } from './models/functional.ts';
export { Model, type OnBatchOptions } from './models/model.ts';
export { Sequential, type SequentialConfig, sequential } from './models/sequential.ts';
export type { SummaryOptions } from './models/summary.ts';
export { clearSession } from './naming.ts';
export * as optimizers from './optimizers/index.ts';
export * as quantizers from './quantizers/index.ts';
export * as regularizers from './regularizers/index.ts';
export { type CloneModelOptions, cloneModel } from './saving/clone-model.ts';
export {
  type CustomObjects,
  getCustomObjects,
  getRegisteredName,
  getRegisteredObject,
  registerKerasSerializable,
} from './saving/custom-objects.ts';
export type { ExportOptions } from './saving/export-model.ts';
export type { InputSignature } from './saving/export-signature.ts';
export { loadFeatureSpace, saveFeatureSpace } from './saving/feature-space-file.ts';
export { deserializeKerasObject, serializeKerasObject } from './saving/keras-object.ts';
export { type LoadModelOptions, loadModel } from './saving/load-model.ts';
export { type ModelFromJsonOptions, modelFromJSON } from './saving/model-from-json.ts';
export type { ModelFormat, SaveOptions } from './saving/save-model.ts';
export type { SaveWeightsOptions } from './saving/save-weights.ts';
export type { FileSource } from './saving/source.ts';
export type { FileTarget } from './saving/target.ts';
export type { LoadWeightsOptions } from './saving/weights-file.ts';
export { WeightsMismatchError } from './saving/weights-mismatch.ts';
export * as schedules from './schedules/index.ts';
export { SymbolicTensor } from './symbolic-tensor.ts';
export type { BatchIterable, BatchStream, StreamedBatch } from './training/batch-stream.ts';
export type { CompileOptions } from './training/compilation.ts';
export type { Batch, InputData } from './training/data-adapter.ts';
export type { EvaluateOptions } from './training/evaluate.ts';
export type { FitOptions, ValidationData } from './training/fit.ts';
export { History } from './training/history.ts';
export type { Logs } from './training/logs.ts';
export type { PerOutput } from './training/per-output.ts';
export type { PredictOptions } from './training/predict.ts';
export type { ProfileOptions } from './training/profile.ts';
export type { StepLogs } from './training/step-logs.ts';
export * as tuner from './tuner/index.ts';
export * as utils from './utils/index.ts';
export { Weight } from './weight.ts';
