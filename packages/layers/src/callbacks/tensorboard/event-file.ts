import { StateError } from '@capas/core';
import { nodeFiles } from '../../saving/source.ts';
import { crc32c } from './checksum.ts';
import { block, double, integer, join } from './protobuf.ts';

/** How long events are held back, in milliseconds. */
const HELD_MS = 1000;

/**
 * A file of events that TensorBoard reads: `tensorflow.Event` messages as TFRecords. Folder and file are made when something is
 * first written; nothing is kept open.
 *
 * @see TensorFlow, `tensorflow/core/util/event.proto` and `tensorflow/core/lib/io/record_writer.h`
 */
export class EventFile {
  readonly #folder: string;
  #path: string | undefined;
  #pending: Uint8Array[] = [];
  #lastFlush = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Adds a summary at a step. It is in the file about a second later, and after {@link flush}. */
  async add(step: number, summary: Uint8Array): Promise<void> {
    this.#pending.push(event(integer(2, step), block(5, summary)));
    if (performance.now() - this.#lastFlush > HELD_MS) await this.flush();
  }

  /** Writes what is held back. */
  flush(): Promise<void> {
    const pending = this.#pending;
    if (pending.length === 0) return this.#writing;
    this.#pending = [];
    this.#lastFlush = performance.now();
    this.#writing = this.#writing.then(() => this.#append(pending));
    return this.#writing;
  }

  async #append(records: readonly Uint8Array[]): Promise<void> {
    const fs = nodeFiles();
    if (!fs) throw new StateError(`cannot write to '${this.#folder}': there are files in Node only.`);
    if (this.#path) return await fs.appendFile(this.#path, join(...records));
    await fs.mkdir(this.#folder, { recursive: true });
    // TensorBoard reads the files of a folder in the order of their names
    const micros = Math.floor((performance.timeOrigin + performance.now()) * 1000);
    this.#path = `${this.#folder}/events.out.tfevents.${Math.floor(micros / 1e6)}.capas.${process.pid}.${micros}.v2`;
    await fs.writeFile(this.#path, join(event(block(3, 'brain.Event:2')), ...records));
  }
}

/** An event of now, framed: its length, the checksum of that, the event, its checksum. */
function event(...fields: readonly Uint8Array[]): Uint8Array {
  const content = join(double(1, Date.now() / 1000), ...fields);
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(content.length), true);
  return join(length, masked(length), content, masked(content));
}

/** Rotated by 15 bits, plus a constant: so that checksums of what has checksums in it are not special. */
function masked(bytes: Uint8Array): Uint8Array {
  const sum = crc32c(bytes);
  const mask = new Uint8Array(4);
  new DataView(mask.buffer).setUint32(0, ((sum >>> 15) | (sum << 17)) + 0xa282ead8, true);
  return mask;
}
