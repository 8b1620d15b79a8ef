import {
  type DType,
  type dtypePolicies,
  type PartialShape,
  type Profile,
  StateError,
  type Tensor,
  type TensorLike,
  UnknownNameError,
} from '@capas/core';
import { Layer } from '../layer.ts';
import type { LayerConfig } from '../layer-config.ts';
import { isTensor } from '../layer-inputs.ts';
import type { Metric, MetricIdentifier } from '../metrics/index.ts';
import type { Optimizer } from '../optimizers/index.ts';
import type { QuantizationConfig } from '../quantizers/quantization-config.ts';
import { type QuantizeModelOptions, quantizeModel } from '../quantizers/quantize-model.ts';
import { type ExportOptions, exportModel } from '../saving/export-model.ts';
import { modelConfig, type SaveOptions, saveModel } from '../saving/save-model.ts';
import { loadWeights, type SaveWeightsOptions, saveWeights } from '../saving/save-weights.ts';
import type { FileSource } from '../saving/source.ts';
import type { FileTarget } from '../saving/target.ts';
import type { LoadWeightsOptions } from '../saving/weights-file.ts';
import { flatten, type Structure } from '../structure.ts';
import type { SymbolicTensor } from '../symbolic-tensor.ts';
import { type BatchStream, isStream } from '../training/batch-stream.ts';
import { Compilation, type CompileOptions, type LogNames } from '../training/compilation.ts';
import type { Batch, InputData } from '../training/data-adapter.ts';
import { type EvaluateOptions, evaluate } from '../training/evaluate.ts';
import { type FitOptions, fit, type ValidatedFitOptions } from '../training/fit.ts';
import type { History } from '../training/history.ts';
import type { Logs } from '../training/logs.ts';
import { disposeSteps } from '../training/model-steps.ts';
import { runOnBatch } from '../training/on-batch.ts';
import { metricsIn } from '../training/own-metrics.ts';
import { type PredictOptions, predict, predictOnBatch } from '../training/predict.ts';
import { type ProfileOptions, profile } from '../training/profile.ts';
import type { StepLogs } from '../training/step-logs.ts';
import { buildOn, loggedMetrics, logsOf, metricResults, resetMetrics, testStep, trainStep } from '../training/steps.ts';
import { argumentsOf } from '../training/stream-arguments.ts';
import type { Graph } from './graph.ts';
import type { HostFront } from './host-front.ts';
import { formatSummary, type SummaryOptions } from './summary.ts';

/** Weights of single samples or of classes for {@link Model.trainOnBatch} and its siblings. */
export interface OnBatchOptions {
  readonly sampleWeight?: TensorLike | undefined;
  readonly classWeight?: Readonly<Record<number, number>> | undefined;
}

/**
 * A layer that can be trained. Subclass it and write `call`, or use `Sequential` or `model({ inputs, outputs })`.
 *
 * `Names` are the names of its logs (`'loss'`, `'accuracy'`), known to the compiler after {@link compile}.
 *
 * @see Keras 3, `keras/src/models/model.py` and `keras/src/trainers/trainer.py`
 * @example
 * class Twice extends Model {
 *   readonly dense = layers.dense({ units: 4 });
 *   override call(x: Tensor): Tensor { return this.dense.apply(this.dense.apply(x)); }
 * }
 */
export abstract class Model<Names extends string = string> extends Layer<LayerConfig> {
  static override readonly className: string = 'Model';
  /** Set it to `true` in a callback to end training after this batch. */
  stopTraining = false;
  #compilation: Compilation | undefined;
  readonly #addedMetrics: Metric[] = [];

  constructor(config: LayerConfig = {}) {
    super(config);
  }

  /** The layers of the model, without those inside nested models. */
  get layers(): readonly Layer[] {
    return this.sublayers;
  }

  /** The layers that files list under the name `layers`; a subclassed model has its layers under the names of its properties. */
  get savedLayers(): readonly Layer[] | undefined {
    return undefined;
  }

  /** The symbolic inputs, if the model has a graph of layers. */
  get inputs(): Structure<SymbolicTensor> | undefined {
    return undefined;
  }

  /** The symbolic outputs, if the model has a graph of layers. */
  get outputs(): Structure<SymbolicTensor> | undefined {
    return undefined;
  }

  /**
   * The symbolic output of one of its layers: where a new model can branch off, sharing the layers before.
   *
   * @throws StateError if the model has no graph: it is subclassed, or a Sequential that has not seen its input shape
   */
  outputOf(which: string | number | Layer): SymbolicTensor {
    const layer = which instanceof Layer ? which : this.getLayer(which);
    throw new StateError(
      `Model '${this.name}' has no graph, so layer '${layer.name}' has no output in it. Use Sequential with an input shape, or model({ inputs, outputs }).`,
    );
  }

  /** The shapes of the inputs with the batch axis, if they are known. */
  get inputShapes(): readonly PartialShape[] | undefined {
    return undefined;
  }

  /** The dtypes of the inputs, if they are known. */
  get inputDTypes(): readonly DType[] | undefined {
    return undefined;
  }

  /** The shapes of the outputs with the batch axis, if they are known. */
  get outputShapes(): readonly PartialShape[] | undefined {
    return undefined;
  }

  /** The names by which losses and metrics may be given to outputs; empty if the model does not know its outputs. */
  get outputNames(): readonly string[] {
    return [];
  }

  /** The names by which input data may be given. */
  get inputNames(): readonly string[] {
    return [];
  }

  /** The calls that make up the model, in the order in which they run, if it is given by its inputs and outputs. */
  get graph(): Graph | undefined {
    return undefined;
  }

  /** The part of the graph that works on the host, at its start, if there is one. */
  get hostFront(): HostFront | undefined {
    return undefined;
  }

  /** The outputs of {@link hostFront}, which the model takes by the names of `frontName` instead of its inputs. */
  callFront(_inputs: Structure<Tensor>): readonly Tensor[] {
    return [];
  }

  /** The layer of this name, or at this index. */
  getLayer(which: string | number): Layer {
    const found = typeof which === 'number' ? this.layers.at(which) : this.layers.find(({ name }) => name === which);
    if (!found)
      throw new UnknownNameError(
        `layer of model '${this.name}'`,
        String(which),
        this.layers.map(({ name }) => name),
      );
    return found;
  }

  /** Chooses how the model is trained. It returns itself, typed by the names of its logs. */
  compile<const Metrics extends readonly MetricIdentifier[] = readonly []>(
    options: CompileOptions<Metrics>,
  ): Model<LogNames<Metrics>> {
    this.requireAlive();
    const compilation = new Compilation(this as unknown as Model, options as CompileOptions);
    disposeSteps(this as unknown as Model);
    this.#compilation?.dispose();
    this.#compilation = compilation;
    return this as unknown as Model<LogNames<Metrics>>;
  }

  /** What `compile` chose. @throws StateError before `compile` */
  get compilation(): Compilation {
    this.requireAlive();
    if (!this.#compilation) {
      throw new StateError(`Model '${this.name}' must be compiled first: call \`model.compile({ optimizer, loss })\`.`);
    }
    return this.#compilation;
  }

  /** Whether `compile` was called. */
  get isCompiled(): boolean {
    return this.#compilation !== undefined;
  }

  /** The optimizer given to `compile`. */
  get optimizer(): Optimizer {
    return this.compilation.optimizer;
  }

  /**
   * Trains the model on data for a number of epochs.
   *
   * `x` and `y` are arrays whose first axis counts the samples: a `HostArray`, tensor, typed array or nested lists; a
   * list or record of them for several inputs or outputs. They stay yours. `y` is `null` where the loss needs none.
   *
   * `x` may be a stream of batches `[x, y]` or `[x, y, sampleWeight]` instead: a generator, a data set, anything that can be
   * iterated over, also with waiting; or a function that gives one, which is called for each epoch anew. A batch is copied when it
   * comes, and the next is asked for while it is worked on.
   *
   * @throws StateError before `compile`; ShapeError, ArgumentError for data that does not fit, before anything is changed
   * @example
   * await model.fit(async function* () { for (const file of files) yield await load(file); }, { epochs: 3 });
   */
  fit(x: InputData, y: InputData | null, options: ValidatedFitOptions): Promise<History<Names | `val_${Names}`>>;
  fit(x: InputData, y: InputData | null, options?: FitOptions): Promise<History<Names>>;
  fit(x: BatchStream, options: ValidatedFitOptions): Promise<History<Names | `val_${Names}`>>;
  fit(x: BatchStream, options?: FitOptions): Promise<History<Names>>;
  fit(
    x: InputData | BatchStream,
    second?: InputData | FitOptions | null,
    third?: FitOptions,
  ): Promise<History<string>> {
    const { y, options } = argumentsOf<InputData | null, FitOptions>(isStream(x), second, third);
    return fit(this as unknown as Model, x, y, options);
  }

  /** Computes the loss and the metrics over data, in batches: arrays or a stream, as in {@link fit}. */
  evaluate(x: InputData, y: InputData | null, options?: EvaluateOptions): Promise<Logs<Names>>;
  evaluate(x: BatchStream, options?: EvaluateOptions): Promise<Logs<Names>>;
  evaluate(
    x: InputData | BatchStream,
    second?: InputData | EvaluateOptions | null,
    third?: EvaluateOptions,
  ): Promise<Logs<Names>> {
    const { y, options } = argumentsOf<InputData | null, EvaluateOptions>(isStream(x), second, third);
    return evaluate(this as unknown as Model, x, y, options) as Promise<Logs<Names>>;
  }

  /** Computes the outputs for data, arrays or a stream, in batches: a tensor, or a list of them for several outputs. The caller disposes of it. */
  predict<Output extends Tensor | readonly Tensor[] = Tensor>(
    x: InputData | BatchStream,
    options: PredictOptions = {},
  ): Promise<Output> {
    return predict(this as unknown as Model, x, options) as Promise<Output>;
  }

  /**
   * Where the time of a training step goes, or of evaluation or prediction: runs the compiled program on the data some times, and
   * measures each of its instructions. Weights, optimizer, metrics and random numbers stay as they are.
   *
   * @throws StateError where the model or the backend runs no programs
   * @example
   * (await model.profile(x, y)).print();
   */
  profile(x: InputData, y?: InputData, options: ProfileOptions = {}): Promise<Profile> {
    return profile(this as unknown as Model, x, y, options);
  }

  /** One gradient update on one batch. The logs are of this batch and those since {@link resetMetrics}. */
  async trainOnBatch(x: InputData, y: InputData | null, options: OnBatchOptions = {}): Promise<Logs<Names>> {
    return runOnBatch(this as unknown as Model, 'train', x, y, options) as Promise<Logs<Names>>;
  }

  /** The loss and metrics of one batch. */
  async testOnBatch(x: InputData, y: InputData | null, options: OnBatchOptions = {}): Promise<Logs<Names>> {
    return runOnBatch(this as unknown as Model, 'test', x, y, options) as Promise<Logs<Names>>;
  }

  /** The outputs for one batch. A backend must be ready. */
  predictOnBatch<Output extends Tensor | readonly Tensor[] = Tensor>(x: InputData): Output {
    return predictOnBatch(this as unknown as Model, x) as Output;
  }

  /**
   * One step of training: forward, loss, gradients, update, metrics. Override it for a training loop of your own: the scalars that it
   * returns are logged, those of the last batch of an epoch, instead of the metrics; nothing, or what {@link getMetricsResult} gives, logs
   * the metrics.
   */
  trainStep(batch: Batch): StepLogs | void {
    trainStep(this as unknown as Model, batch);
  }

  /**
   * Computes loss and metrics of a batch, in inference, and forgets them: finds what does not fit before a weight is changed.
   * Nothing is tried where `trainStep` was overridden.
   */
  tryStep(batch: Batch): void {
    buildOn(this as unknown as Model, batch.x);
    if (this.trainStep !== Model.prototype.trainStep) return;
    this.compilation.trainable.run(() => testStep(this as unknown as Model, batch));
    this.resetMetrics();
  }

  /** One step of evaluation: forward, loss, metrics. What it returns is logged as with {@link trainStep}. */
  testStep(batch: Batch): StepLogs | void {
    testStep(this as unknown as Model, batch);
  }

  /** One step of prediction: the outputs for the samples of a batch. */
  predictStep(batch: Batch): Structure<Tensor> {
    return this.apply(batch.x as Tensor, { training: false });
  }

  /**
   * The loss of a batch, a scalar: what training makes small, and the log `loss`. By default the losses of `compile` and the
   * penalties of the layers. Override it, in ops, for a loss of your own.
   *
   * @param yPred the outputs, as `call` returns them
   * @example
   * override computeLoss({ y: [target] }: Batch, yPred: Tensor): Tensor {
   *   return ops.mean(ops.abs(ops.subtract(target!, yPred)));
   * }
   */
  computeLoss(batch: Batch, yPred: Structure<Tensor>, _options: { readonly training: boolean }): Tensor {
    return this.compilation.computeLoss(batch, flatten<Tensor>(yPred, isTensor), this.losses);
  }

  /**
   * Adds a batch to the metrics. By default to those of `compile`; override it for metrics of your own, which stand in properties of
   * the model or were added by {@link addMetric}: their values are logged under their names.
   */
  computeMetrics(batch: Batch, yPred: Structure<Tensor>): void {
    this.compilation.updateMetrics(batch, flatten<Tensor>(yPred, isTensor));
  }

  /** Adds a metric of your own to the logs. Update it in {@link computeMetrics} or {@link trainStep}. */
  addMetric<M extends Metric>(metric: M): M {
    if (!this.#addedMetrics.includes(metric)) this.#addedMetrics.push(metric);
    return metric;
  }

  /** The metrics in the properties of the model and of its layers, and those of {@link addMetric}. */
  get ownMetrics(): readonly Metric[] {
    return [...metricsIn(this as unknown as Model, new Set(this.#addedMetrics))];
  }

  /** All metrics: the loss, those of `compile`, and {@link ownMetrics}. */
  get metrics(): readonly Metric[] {
    return this.isCompiled ? loggedMetrics(this as unknown as Model).map(({ metric }) => metric) : this.ownMetrics;
  }

  /** The names of the logs. Metrics of `compile` have theirs when the first batch was seen. */
  get metricsNames(): readonly string[] {
    if (!this.isCompiled) return this.ownMetrics.map(({ name }) => name);
    return [...new Set(loggedMetrics(this as unknown as Model).map(({ name }) => name))];
  }

  /** The values of loss and metrics since the last {@link resetMetrics}, read from the backend. */
  async logs(): Promise<Logs<Names>> {
    return logsOf(this as unknown as Model) as Promise<Logs<Names>>;
  }

  /** The values of loss and metrics as scalar tensors, for {@link trainStep} to return: `{ ...this.getMetricsResult(), norm }`. */
  getMetricsResult(): Record<string, Tensor> {
    return metricResults(this as unknown as Model);
  }

  /** Sets loss and metrics back to the start. */
  resetMetrics(): void {
    resetMetrics(this as unknown as Model);
  }

  /**
   * Everything about the model but its weights, as Keras writes it: `JSON.stringify(model)` is the text that `to_json()` gives in
   * Python. `modelFromJSON` makes a model of it, and so does `keras.models.model_from_json`.
   *
   * @throws StateError for functions and classes of your own that are not registered
   */
  override toJSON(): object {
    return modelConfig(this as unknown as Model);
  }

  /**
   * Writes the model as a `.keras` file that Python Keras opens: layers, weights, what `compile` chose, the state of the optimizer.
   * Under a name that ends in `.h5` it is a file of Keras 2, under `model.json` the files of a layers model of tfjs.
   *
   * @param target a path in Node, `indexeddb://name` or `downloads://name` in the browser, or an object with `write(bytes)`
   * @throws StateError for functions and classes of your own that are not registered, and for what the format does not have
   */
  save(target: FileTarget, options: SaveOptions = {}): Promise<void> {
    return saveModel(this as unknown as Model, target, options);
  }

  /**
   * Writes what {@link predict} computes as a file of ONNX, for ONNX Runtime and others: without layers, optimizer and `compile`.
   * Weights are initializers under their paths, inputs and outputs have the names of the model, and batches any size.
   *
   * @param target a path in Node, `downloads://name` in the browser, or an object with `write(bytes)`
   * @throws StateError for what ONNX has nothing for, by op and layer: texts and hashes, random numbers, state that changes;
   *   TraceError for a model that cannot be compiled
   * @see Keras 3, `keras/src/export/onnx.py`
   * @example
   * await model.export('model.onnx', { inputSignature: { shape: [null, 28, 28, 1] } });
   */
  export(target: FileTarget, options: ExportOptions = {}): Promise<void> {
    return exportModel(this as unknown as Model, target, options);
  }

  /**
   * Writes the weights, and the state of the optimizer if the model is compiled, as a `.weights.h5` file of Keras; under a name that
   * ends in `.safetensors` the weights alone.
   *
   * @param target a path in Node, `indexeddb://name` or `downloads://name` in the browser, or an object with `write(bytes)`
   */
  saveWeights(target: FileTarget, options: SaveWeightsOptions = {}): Promise<void> {
    return saveWeights(this as unknown as Model, target, options);
  }

  /**
   * Sets the weights, and the state of the optimizer if the model is compiled, from a `.weights.h5`, `.keras`, legacy `.h5` or
   * `.safetensors` file.
   *
   * @param source a path in Node, a URL, the bytes, a `Blob` or `File`
   * @throws WeightsMismatchError where the file is of another model, before anything is changed
   */
  loadWeights(source: FileSource, options: LoadWeightsOptions = {}): Promise<void> {
    return loadWeights(this as unknown as Model, source, options);
  }

  /**
   * Quantizes the layers of the model: dense layers and embeddings, also those inside attention and other models, get weights of whole
   * numbers of 8 bits with scales, a quarter of the size in files, which are not trained any more. Other layers stay as they are; those with
   * weights are named once. A backend must be ready.
   *
   * @throws StateError where a layer is quantized already, or not built; ArgumentError for a mode that is not there
   * @see Keras 3, `quantize` in `keras/src/models/model.py`
   * @example
   * model.quantize('int8', { filters: 'encoder' });
   */
  override quantize(
    mode: dtypePolicies.QuantizationMode | QuantizationConfig,
    options: QuantizeModelOptions = {},
  ): void {
    quantizeModel(this as unknown as Layer, mode, options);
    disposeSteps(this as unknown as Model);
  }

  /** Prints the layers, their output shapes and numbers of weights, as Keras does. */
  summary(options: SummaryOptions = {}): void {
    (options.print ?? console.log)(formatSummary(this as unknown as Model, options));
  }

  override dispose(): void {
    disposeSteps(this as unknown as Model);
    this.#compilation?.dispose();
    super.dispose();
  }
}
