import { ArgumentError, noticeOnce, requireInteger, StateError } from '@capas/core';
import { modelConfig } from '../../saving/save-model.ts';
import type { Logs } from '../../training/logs.ts';
import type { CallbackState } from '../../training/training-run.ts';
import { Callback } from '../callback.ts';
import { learningRateOf } from '../learning-rate.ts';
import { leaveOutBatches } from '../save-rhythm.ts';
import { EventFile } from './event-file.ts';
import { writeProjector } from './projector.ts';
import { histogramSummary, imageSummary, modelSummary, scalarSummary } from './summaries.ts';
import { weightImages } from './weight-images.ts';

/** Options of {@link TensorBoard}. */
export interface TensorBoardConfig {
  /** The folder, in Node. Runs are compared where each has one of its own below what TensorBoard is given. @defaultValue `'logs'` */
  readonly logDir?: string;
  /** Writes histograms of all weights after every so many epochs; 0: never. @defaultValue 0 */
  readonly histogramFreq?: number;
  /** Whether the graph of layers is written. @defaultValue `true` */
  readonly writeGraph?: boolean;
  /** Whether weights are written as images too, where histograms are. @defaultValue `false` */
  readonly writeImages?: boolean;
  /** Whether to write how many batches were trained in a second. @defaultValue `false` */
  readonly writeStepsPerSecond?: boolean;
  /** When loss and metrics are written besides after each epoch: after every batch, or every so many. @defaultValue `'epoch'`: never */
  readonly updateFreq?: 'epoch' | 'batch' | number;
  /** Writes all weights, and the vectors of embedding layers for the projector, after every so many epochs; 0: never. @defaultValue 0 */
  readonly embeddingsFreq?: number;
  /** The file with labels of the ids of embedding layers, or one for each layer by its name. */
  readonly embeddingsMetadata?: string | Readonly<Record<string, string>> | null;
}

/**
 * Writes what TensorBoard shows: losses and metrics, the graph of layers, weights as histograms and images. No TensorFlow is
 * needed to write it. What is of the training is in the folder `train`, what is of evaluations in `validation`.
 *
 * Steps of `epoch_loss`, histograms and images are epochs (from 0), those of `batch_loss` batches (from 1), those of
 * `evaluation_loss_vs_iterations` updates of the weights.
 *
 * @see Keras 3, `keras/src/callbacks/tensorboard.py`
 * @example
 * await model.fit(x, y, { epochs: 10, callbacks: tensorBoard({ logDir: 'logs/first', histogramFreq: 1 }) });
 */
export class TensorBoard extends Callback {
  readonly config: Required<TensorBoardConfig>;
  readonly #every: number;
  #train: EventFile;
  #validation: EventFile;
  /** Batches of training seen so far, of this run and those of this epoch. */
  #batches = 0;
  #epochBatches = 0;
  #epochStart = 0;
  #epochUpdates = 0;
  #batchStart = 0;

  constructor(config: TensorBoardConfig = {}) {
    super();
    this.config = Object.freeze({
      logDir: 'logs',
      histogramFreq: 0,
      writeGraph: true,
      writeImages: false,
      writeStepsPerSecond: false,
      updateFreq: 'epoch',
      embeddingsFreq: 0,
      embeddingsMetadata: null,
      ...config,
    });
    const { logDir, histogramFreq, updateFreq, embeddingsFreq } = this.config;
    if (typeof logDir !== 'string' || logDir === '')
      throw new ArgumentError('TensorBoard', 'logDir', 'the path of a folder', logDir);
    requireInteger('TensorBoard', 'histogramFreq', histogramFreq, 0);
    requireInteger('TensorBoard', 'embeddingsFreq', embeddingsFreq, 0);
    if (updateFreq !== 'epoch' && updateFreq !== 'batch' && !(Number.isInteger(updateFreq) && updateFreq > 0))
      throw new ArgumentError(
        'TensorBoard',
        'updateFreq',
        "'epoch', 'batch' or a positive number of batches",
        updateFreq,
      );
    this.#every = typeof updateFreq === 'number' ? updateFreq : 1;
    if (updateFreq === 'epoch') leaveOutBatches(this);
    this.#train = new EventFile(`${logDir}/train`);
    this.#validation = new EventFile(`${logDir}/validation`);
  }

  override async onTrainBegin(): Promise<void> {
    this.#batches = 0;
    this.#train = new EventFile(`${this.config.logDir}/train`);
    this.#validation = new EventFile(`${this.config.logDir}/validation`);
    if (this.config.writeGraph) await this.#addGraph();
  }

  override async onEpochBegin(): Promise<void> {
    this.#epochBatches = 0;
    if (!this.config.writeStepsPerSecond) return;
    this.#epochUpdates = await this.#updates();
    this.#epochStart = performance.now();
  }

  override onTrainBatchBegin(): void {
    this.#batchStart = performance.now();
  }

  override async onTrainBatchEnd(batch: number, logs: Logs): Promise<void> {
    const done = batch + 1 - this.#epochBatches;
    const before = this.#batches;
    this.#batches += done;
    this.#epochBatches = batch + 1;
    if (Math.floor(this.#batches / this.#every) === Math.floor(before / this.#every)) return;
    const seconds = (performance.now() - this.#batchStart) / 1000;
    const speed = this.config.writeStepsPerSecond && { steps_per_second: done / seconds };
    await addScalars(this.#train, this.#batches, 'batch_', { ...speed, ...logs });
  }

  override async onTestEnd(logs: Logs): Promise<void> {
    const named = Object.entries(logs).map(([name, value]) => [`${name}_vs_iterations`, value] as const);
    await addScalars(this.#validation, await this.#updates(), 'evaluation_', Object.fromEntries(named));
    await this.#validation.flush();
  }

  override async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    const { writeStepsPerSecond, histogramFreq, embeddingsFreq } = this.config;
    const seconds = (performance.now() - this.#epochStart) / 1000;
    const speed = writeStepsPerSecond && { steps_per_second: ((await this.#updates()) - this.#epochUpdates) / seconds };
    const [own, validation] = splitLogs(logs);
    const rate = { learning_rate: await learningRateOf(this.model) };
    await addScalars(this.#train, epoch, 'epoch_', { ...own, ...rate, ...speed });
    await addScalars(this.#validation, epoch, 'epoch_', validation);
    if (histogramFreq && epoch % histogramFreq === 0) await this.#addWeights(epoch);
    if (embeddingsFreq && epoch % embeddingsFreq === 0) await this.#saveEmbeddings(epoch);
    await this.#flush();
  }

  override async onTrainEnd(): Promise<void> {
    await this.#flush();
  }

  /** After an error, what it still holds may help to find it. A second error is not reported. */
  override release(): void {
    void this.#flush().catch(() => undefined);
  }

  override getState(): CallbackState {
    return { data: { batches: this.#batches, epochBatches: this.#epochBatches } };
  }

  override setState({ data }: CallbackState): void {
    const { batches, epochBatches } = data as { batches: number; epochBatches: number };
    this.#batches = batches;
    this.#epochBatches = epochBatches;
  }

  /** How often the weights were updated. */
  async #updates(): Promise<number> {
    return (await this.model.optimizer.iterations.value.data())[0]!;
  }

  async #addGraph(): Promise<void> {
    // subclassed models have no graph of layers
    if (!this.model.graph && !this.model.savedLayers) return;
    let config: object;
    try {
      config = modelConfig(this.model);
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      noticeOnce(`TensorBoard leaves out the graph of the model: ${error.message}`);
      return;
    }
    await this.#train.add(0, modelSummary('keras', config));
  }

  async #addWeights(epoch: number): Promise<void> {
    for (const weight of this.model.layers.flatMap(({ weights }) => weights)) {
      const { shape, path } = weight;
      const data = await weight.value.data();
      await this.#train.add(epoch, histogramSummary(`${path}/histogram`, data));
      const images = this.config.writeImages ? weightImages(shape, data) : [];
      if (images.length > 0) await this.#train.add(epoch, imageSummary(`${path}/image`, images));
    }
  }

  async #saveEmbeddings(epoch: number): Promise<void> {
    const { logDir, embeddingsMetadata } = this.config;
    await this.#train.flush();
    await writeProjector(logDir, this.model, embeddingsMetadata ?? {});
    await this.model.saveWeights(`${logDir}/train/keras_embedding.ckpt-${epoch}.weights.h5`);
  }

  async #flush(): Promise<void> {
    await this.#train.flush();
    await this.#validation.flush();
  }
}

/** Those of the training, and those of the validation without their prefix. */
function splitLogs(logs: Logs): readonly [own: Logs, validation: Logs] {
  const [own, validation]: [Logs, Logs] = [{}, {}];
  for (const [name, value] of Object.entries(logs)) {
    if (name.startsWith('val_')) validation[name.slice(4)] = value;
    else own[name] = value;
  }
  return [own, validation];
}

async function addScalars(file: EventFile, step: number, prefix: string, logs: Logs): Promise<void> {
  for (const [name, value] of Object.entries(logs)) await file.add(step, scalarSummary(`${prefix}${name}`, value));
}

/** Short for `new TensorBoard(config)`. */
export const tensorBoard = (config: TensorBoardConfig = {}): TensorBoard => new TensorBoard(config);
