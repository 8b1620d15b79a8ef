import { ArgumentError, HostArray, noticeOnce, StateError } from '@capas/core';
import { type H5Array, type H5Reader, readH5 } from '../saving/h5/read-h5.ts';
import type { H5Writer } from '../saving/h5/write-h5.ts';
import { nodeFiles, readSource } from '../saving/source.ts';
import { writeTarget } from '../saving/target.ts';
import { weightsFromH5, weightsToH5 } from '../saving/weights-file.ts';
import type { CallbackState, RunState, TrainingRun } from '../training/training-run.ts';
import { Callback } from './callback.ts';
import { leaveOutBatches, SaveRhythm } from './save-rhythm.ts';

/** Options of {@link BackupAndRestore}. */
export interface BackupAndRestoreConfig {
  /** The folder of the backup, in Node; for one run alone. */
  readonly backupDir: string;
  /** After each epoch, or after so many batches. @defaultValue `'epoch'` */
  readonly saveFreq?: 'epoch' | number;
  /** Whether the backup before the last one is kept too. @defaultValue `false` */
  readonly doubleCheckpoint?: boolean;
  /** Whether the backup is deleted when training is over. @defaultValue `true` */
  readonly deleteCheckpoint?: boolean;
}

/** The file with the weights, which Keras can read too, and with the state of the run. */
const FILE = 'latest.weights.h5';

/**
 * Saves a run of `fit` now and then; a program that is started again after it was interrupted goes on from there, with the
 * same losses and weights, bit for bit, as if nothing had happened.
 *
 * A stream of batches is begun anew, and as many batches as were trained on are passed over: it has to give the same ones again.
 *
 * Beside the weights and the state of the optimizer it keeps the order of the samples, all random numbers, the metrics
 * of the epoch and what other callbacks remember.
 *
 * @throws StateError where the model is not built yet, or the backup is of another run
 * @see Keras 3, `keras/src/callbacks/backup_and_restore.py`
 * @example
 * await model.fit(x, y, { epochs: 100, callbacks: backupAndRestore({ backupDir: 'backup', saveFreq: 500 }) });
 */
export class BackupAndRestore extends Callback {
  /** What the others remember of an epoch has to be complete. */
  override readonly comesLast = true;
  readonly config: Required<BackupAndRestoreConfig>;
  #run: TrainingRun | undefined;
  readonly #rhythm: SaveRhythm;

  constructor(config: BackupAndRestoreConfig) {
    super();
    if (typeof config.backupDir !== 'string' || config.backupDir === '')
      throw new ArgumentError('BackupAndRestore', 'backupDir', 'the path of a folder', config.backupDir);
    this.config = Object.freeze({ saveFreq: 'epoch', doubleCheckpoint: false, deleteCheckpoint: true, ...config });
    this.#rhythm = new SaveRhythm('BackupAndRestore', this.config.saveFreq);
    // without it, batches need not be looked at
    if (this.config.saveFreq === 'epoch') leaveOutBatches(this);
  }

  override setRun(run: TrainingRun): void {
    this.#run = run;
  }

  override async onTrainBegin(): Promise<void> {
    const fs = nodeFiles();
    if (!fs) throw new StateError('there are files in Node only.');
    if (!this.model.built) {
      throw new StateError(
        'the model must be built before `fit`: give it an input shape, or call it on a batch of data.',
      );
    }
    await fs.mkdir(this.config.backupDir, { recursive: true });
    for (const name of [FILE, `${FILE}.bkp`]) {
      const path = `${this.config.backupDir}/${name}`;
      if (!(await exists(path))) continue;
      try {
        await this.#restore(path);
        return;
      } catch (error) {
        if (name !== FILE || !(await exists(`${path}.bkp`))) throw error;
        noticeOnce(`BackupAndRestore: ${(error as Error).message} The backup before it is used.`);
      }
    }
  }

  override async onTrainBatchEnd(batch: number): Promise<void> {
    if (this.#rhythm.isDue(batch)) await this.#save();
  }

  override async onEpochEnd(): Promise<void> {
    this.#rhythm.startEpoch();
    if (this.config.saveFreq === 'epoch') await this.#save();
  }

  override async onTrainEnd(): Promise<void> {
    if (this.config.deleteCheckpoint) await nodeFiles()!.rm(this.config.backupDir, { recursive: true, force: true });
  }

  override getState(): CallbackState {
    return { data: this.#rhythm.state };
  }

  override setState({ data }: CallbackState): void {
    this.#rhythm.state = data as SaveRhythm['state'];
  }

  async #save(): Promise<void> {
    const { backupDir, doubleCheckpoint } = this.config;
    const state = await this.#run!.state();
    const bytes = await weightsToH5(this.model, (root) => writeRun(root.group('run'), state));
    const path = `${backupDir}/${FILE}`;
    if (doubleCheckpoint && (await exists(path))) await nodeFiles()!.copyFile(path, `${path}.bkp`);
    await writeTarget('BackupAndRestore', path, bytes);
  }

  async #restore(path: string): Promise<void> {
    const { name, bytes } = await readSource('BackupAndRestore', path);
    const state = await readH5(name, bytes, (root) => readRun(name, root));
    await weightsFromH5(this.model, name, bytes);
    this.#run!.resumeFrom(state);
  }
}

const exists = (path: string): Promise<boolean> =>
  nodeFiles()!
    .access(path)
    .then(
      () => true,
      () => false,
    );

function writeRun(group: H5Writer, { metrics, callbacks, ...plain }: RunState): void {
  const datas = callbacks.map((callback) =>
    callback ? { data: callback.data, count: callback.arrays?.length ?? 0 } : null,
  );
  group.attribute('state', JSON.stringify({ ...plain, callbacks: datas }));
  const write = (name: string, arrays: readonly HostArray[]): void => {
    for (const [i, array] of arrays.entries()) group.group(name).array(`${i}`, stored(array));
  };
  write('metrics', metrics);
  callbacks.forEach((callback, i) => {
    write(`callbacks/${i}`, callback?.arrays ?? []);
  });
}

function readRun(source: string, root: H5Reader): RunState {
  const text = root.group('run')?.attribute('state');
  if (typeof text !== 'string') throw new StateError(`'${source}' is no backup of a run.`);
  const { callbacks, ...plain } = JSON.parse(text) as Omit<RunState, 'callbacks'> & {
    readonly callbacks: readonly ({ readonly data: unknown; readonly count: number } | null)[];
  };
  const read = (name: string): HostArray[] => {
    const group = root.group(`run/${name}`);
    return Array.from({ length: group?.names.length ?? 0 }, (_, i) => hostArray(group!.array(`${i}`)!));
  };
  return {
    ...plain,
    metrics: read('metrics'),
    callbacks: callbacks.map((callback, i) => callback && { data: callback.data, arrays: read(`callbacks/${i}`) }),
  };
}

const stored = ({ shape, data }: HostArray): H5Array => ({
  shape,
  dtype: data instanceof Int32Array ? 'int32' : 'float32',
  data: data as Float32Array | Int32Array,
});

const hostArray = ({ shape, data }: H5Array): HostArray => new HostArray(data as Float32Array, [...shape]);

/** Short for `new BackupAndRestore(config)`. */
export const backupAndRestore = (config: BackupAndRestoreConfig): BackupAndRestore => new BackupAndRestore(config);
