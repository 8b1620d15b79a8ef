import { ArgumentError } from '@capas/core';
import type { Logs } from '../training/logs.ts';
import type { CallbackState } from '../training/training-run.ts';
import { Callback } from './callback.ts';
import { Monitor, type MonitorConfig } from './monitor.ts';
import { leaveOutBatches, SaveRhythm } from './save-rhythm.ts';

/** Options of {@link ModelCheckpoint}. */
export interface ModelCheckpointConfig extends Omit<MonitorConfig, 'minDelta'> {
  /**
   * The file: `.keras`, or `.weights.h5` with `saveWeightsOnly`. Names in braces stand for the epoch (from 1), the batch and the logs, as in
   * Python: `'{epoch:02d}-{val_loss:.2f}.keras'`.
   */
  readonly filepath: string;
  /** Whether a file is written only where the log has become better. @defaultValue `false` */
  readonly saveBestOnly?: boolean;
  /** @defaultValue `false` */
  readonly saveWeightsOnly?: boolean;
  /** After each epoch, or after so many batches. @defaultValue `'epoch'` */
  readonly saveFreq?: 'epoch' | number;
  /** What the log has to be better than at first. */
  readonly initialValueThreshold?: number | null;
  /** 1: says what it writes. @defaultValue 0 */
  readonly verbose?: 0 | 1;
}

/**
 * Saves the model, or its weights, during training.
 *
 * @see Keras 3, `keras/src/callbacks/model_checkpoint.py`
 * @example
 * modelCheckpoint({ filepath: 'best.keras', monitor: 'val_accuracy', saveBestOnly: true });
 */
export class ModelCheckpoint extends Callback {
  readonly config: Required<ModelCheckpointConfig>;
  /** The best value seen. */
  best: number | undefined;
  readonly #monitor: Monitor;
  readonly #rhythm: SaveRhythm;
  #epoch = 0;

  constructor(config: ModelCheckpointConfig) {
    super();
    const defaults = { monitor: 'val_loss', saveBestOnly: false, saveWeightsOnly: false, mode: 'auto' } as const;
    this.config = Object.freeze({ ...defaults, saveFreq: 'epoch', initialValueThreshold: null, verbose: 0, ...config });
    const { filepath, saveWeightsOnly, saveFreq, initialValueThreshold } = this.config;
    const ending = saveWeightsOnly ? '.weights.h5' : '.keras';
    if (typeof filepath !== 'string' || !filepath.endsWith(ending))
      throw new ArgumentError('ModelCheckpoint', 'filepath', `a path that ends in '${ending}'`, filepath);
    this.best = initialValueThreshold ?? undefined;
    this.#monitor = new Monitor('ModelCheckpoint', { ...this.config, minDelta: 0 });
    this.#rhythm = new SaveRhythm('ModelCheckpoint', saveFreq);
    // without it, batches need not be looked at
    if (saveFreq === 'epoch') leaveOutBatches(this);
  }

  override onEpochBegin(epoch: number): void {
    this.#epoch = epoch;
  }

  override async onTrainBatchEnd(batch: number, logs: Logs): Promise<void> {
    if (this.#rhythm.isDue(batch)) await this.#save({ epoch: this.#epoch + 1, batch: batch + 1 }, logs);
  }

  override async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    this.#rhythm.startEpoch();
    if (this.config.saveFreq === 'epoch') await this.#save({ epoch: epoch + 1 }, logs);
  }

  override getState(): CallbackState {
    return { data: { best: this.best ?? null, rhythm: this.#rhythm.state } };
  }

  override setState({ data }: CallbackState): void {
    const { best, rhythm } = data as { best: number | null; rhythm: SaveRhythm['state'] };
    this.best = best ?? undefined;
    this.#rhythm.state = rhythm;
  }

  async #save(place: Readonly<Record<string, number>>, logs: Logs): Promise<void> {
    const { filepath, saveWeightsOnly, verbose } = this.config;
    const path = formatPath(filepath, { ...place, ...logs });
    const why = this.#reason(logs, path);
    if (verbose) console.log(`\nEpoch ${place.epoch}: ${why.text}`);
    if (!why.isGood) return;
    if (saveWeightsOnly) await this.model.saveWeights(path);
    else await this.model.save(path);
  }

  /** Whether to save, and what is said about it. */
  #reason(logs: Logs, path: string): { readonly isGood: boolean; readonly text: string } {
    const { monitor, saveBestOnly } = this.config;
    const value = saveBestOnly ? this.#monitor.valueIn(logs) : undefined;
    if (value === undefined) return { isGood: true, text: `saving model to ${path}` };
    const before = this.best === undefined ? 'None' : this.best.toFixed(5);
    if (!this.#monitor.isBetter(value, this.best)) {
      return { isGood: false, text: `${monitor} did not improve from ${before}` };
    }
    this.best = value;
    return { isGood: true, text: `${monitor} improved from ${before} to ${value.toFixed(5)}, saving model to ${path}` };
  }
}

/** Fills in `{name}`, `{name:03d}` and `{name:.4f}` as Python does. */
export function formatPath(path: string, values: Readonly<Record<string, number>>): string {
  return path.replaceAll(
    /\{(\w+)(?::(0?)(\d*)(?:\.(\d+))?([dfeg]?))?\}/g,
    (_, name: string, zero, width, digits, kind) => {
      const value = values[name];
      if (value === undefined) {
        throw new ArgumentError(
          'ModelCheckpoint',
          'filepath',
          `made of ${Object.keys(values).join(', ')}`,
          `{${name}}`,
        );
      }
      const text = kind === 'f' || digits ? value.toFixed(Number(digits ?? 6)) : `${value}`;
      return text.padStart(Number(width || 0), zero ? '0' : ' ');
    },
  );
}

/** Short for `new ModelCheckpoint(config)`. */
export const modelCheckpoint = (config: ModelCheckpointConfig): ModelCheckpoint => new ModelCheckpoint(config);
