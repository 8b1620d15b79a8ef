import type { FileHandle } from 'node:fs/promises';
import { ArgumentError, StateError } from '@capas/core';
import { nodeFiles } from '../saving/source.ts';
import type { Logs } from '../training/logs.ts';
import type { CallbackState } from '../training/training-run.ts';
import { Callback } from './callback.ts';

/** Options of {@link CSVLogger}. */
export interface CSVLoggerConfig {
  /** The file, in Node. */
  readonly filename: string;
  /** What stands between the columns. @defaultValue `','` */
  readonly separator?: string;
  /** Whether rows are added to a file that is there, or it is begun anew. @defaultValue `false` */
  readonly append?: boolean;
}

/**
 * Writes the logs of each epoch as a row of a CSV file: `epoch`, then all logs in alphabetical order. Each row is there as soon
 * as its epoch is over.
 *
 * @see Keras 3, `keras/src/callbacks/csv_logger.py`
 */
export class CSVLogger extends Callback {
  readonly config: Required<CSVLoggerConfig>;
  #file: FileHandle | undefined;
  #names: readonly string[] | undefined;
  /** How long the file was when the state to go on from was saved. */
  #bytes: number | undefined;

  constructor(config: CSVLoggerConfig) {
    super();
    if (typeof config.filename !== 'string' || config.filename === '')
      throw new ArgumentError('CSVLogger', 'filename', 'the path of a file', config.filename);
    this.config = Object.freeze({ separator: ',', append: false, ...config });
  }

  override onTrainBegin(): void {
    void this.#close();
    this.#names = undefined;
    this.#bytes = undefined;
  }

  override async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    this.#file ??= await this.#open();
    const file = this.#file;
    this.#names ??= columnsOf(logs);
    if ((await file.stat()).size === 0) await this.#write(file, ['epoch', ...this.#names]);
    await this.#write(file, [epoch, ...this.#names.map((name) => logs[name] ?? 'NA')]);
  }

  override async getState(): Promise<CallbackState> {
    return { data: { names: this.#names, bytes: (await this.#file?.stat())?.size ?? this.#bytes } };
  }

  /** Rows that were written after the state was saved will be written again. */
  override setState({ data }: CallbackState): void {
    const { names, bytes } = data as { names?: readonly string[]; bytes?: number };
    this.#names = names;
    this.#bytes = bytes;
  }

  override async onTrainEnd(): Promise<void> {
    await this.#close();
  }

  override release(): void {
    void this.#close();
  }

  async #open(): Promise<FileHandle> {
    const { filename, append } = this.config;
    const fs = nodeFiles();
    if (!fs) throw new StateError(`cannot write '${filename}': there are files in Node only.`);
    const file = await fs.open(filename, append || this.#bytes !== undefined ? 'a' : 'w');
    if (this.#bytes !== undefined) await file.truncate(this.#bytes);
    return file;
  }

  async #write(file: FileHandle, cells: readonly (string | number)[]): Promise<void> {
    const { separator } = this.config;
    await file.appendFile(`${cells.map((cell) => quoted(`${cell}`, separator)).join(separator)}\r\n`);
  }

  async #close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }
}

/** The names of the columns. Where there is no validation yet, its columns are there for a later run that has one. */
function columnsOf(logs: Logs): readonly string[] {
  const names = Object.keys(logs).sort();
  return names.some((name) => name.startsWith('val_')) ? names : [...names, ...names.map((name) => `val_${name}`)];
}

/** As in RFC 4180. */
const quoted = (cell: string, separator: string): string =>
  cell.includes(separator) || /["\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;

/** Short for `new CSVLogger(config)`. */
export const csvLogger = (config: CSVLoggerConfig): CSVLogger => new CSVLogger(config);
