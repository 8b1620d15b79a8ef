import {
  type CompiledStep,
  CURSOR,
  type DeviceBuffer,
  type Elements,
  type Executor,
  elementsOf,
  HostArray,
  ORDER,
  type ProgramDType,
  sizeOf,
} from '@capas/core';
import type { Column } from './column.ts';
import type { DataSource } from './data-adapter.ts';

/** The samples of a column in the memory of JavaScript, as a program takes them. */
interface HostColumn {
  readonly name: string;
  readonly dtype: ProgramDType;
  readonly rowSize: number;
  readonly array: HostArray;
}

/**
 * The samples that steps are run on, on the device: all of them where they fit, else some batches at a time, the next of which
 * are brought there while a step runs.
 */
export class DeviceData {
  readonly executor: Executor;
  readonly isResident: boolean;
  /** How many samples lie on the device at a time, and whether in their own order. */
  readonly samples: number;
  readonly dtypes: Readonly<Record<string, ProgramDType>>;
  /** Columns that are another one before them: an autoencoder's targets. */
  readonly same: Readonly<Record<string, string>>;
  readonly #columns: readonly HostColumn[];
  readonly #length: number;
  readonly #cursor: DeviceBuffer;
  readonly #blocks: readonly Block[];
  #order: { readonly indices: Int32Array; readonly buffer: DeviceBuffer } | undefined;

  constructor(executor: Executor, source: DataSource, batchSize: number) {
    this.executor = executor;
    this.#columns = source.columns.map(([name, column]) => hostColumn(name, column));
    this.#length = source.length;
    this.dtypes = Object.fromEntries(this.#columns.map(({ name, dtype }) => [name, dtype]));
    this.same = Object.fromEntries(
      this.#columns.flatMap((column, i) => {
        const first = this.#columns.findIndex((other) => isSame(other, column));
        return first < i ? [[column.name, this.#columns[first]!.name]] : [];
      }),
    );
    const rowBytes = this.#columns.reduce((sum, { array, rowSize }) => sum + rowSize * bytesPerElement(array), 0);
    this.isResident = (rowBytes + 4) * this.#length <= executor.residentBytes;
    const fitting = Math.floor(executor.residentBytes / 2 / Math.max(1, rowBytes * batchSize));
    this.samples = this.isResident ? this.#length : batchSize * Math.max(1, fitting);
    this.#cursor = executor.allocate(4);
    this.#blocks = this.isResident
      ? [{ buffers: this.#columns.map(({ array }) => this.#share(array)), start: 0, order: undefined }]
      : [this.#newBlock(), this.#newBlock()];
  }

  /** How many samples from `start` on can be run on without {@link place}. */
  reach(start: number): number {
    return this.isResident
      ? this.#length - start
      : Math.min(this.#length - start, this.samples - (start % this.samples));
  }

  /** Makes a step on one batch take the one that starts at a sample. */
  bind(step: CompiledStep, start: number): void {
    const block = this.isResident ? this.#blocks[0]! : this.#filled(start, undefined);
    this.#columns.forEach(({ name, rowSize, array }, i) => {
      step.bindInput(name, block.buffers[i]!, (start - block.start) * rowSize * bytesPerElement(array));
    });
  }

  /** Makes a step on all samples start at one of them. `order` is that of the samples. */
  place(step: CompiledStep, start: number, order: Int32Array | undefined): void {
    const block = this.isResident ? this.#blocks[0]! : this.#filled(start, order);
    this.#columns.forEach(({ name }, i) => {
      step.bindInput(name, block.buffers[i]!);
    });
    if (this.isResident && order) step.bindInput(ORDER, this.#orderBuffer(order));
    step.bindState(CURSOR, this.#cursor);
    this.#cursor.write(Int32Array.of(start - block.start));
  }

  /** Brings the samples after those from `start` on to the device, where they are not all there. For while a step runs. */
  prefetch(start: number, order: Int32Array | undefined): void {
    const next = start + this.samples - (start % this.samples);
    if (!this.isResident && next < this.#length) this.#filled(next, order);
  }

  dispose(): void {
    for (const { buffers } of this.#blocks) for (const buffer of buffers) buffer.dispose();
    this.#order?.buffer.dispose();
    this.#cursor.dispose();
  }

  #share({ data }: HostArray): DeviceBuffer {
    const elements = data as Elements;
    const shared = this.executor.share(elements);
    if (shared) return shared;
    const buffer = this.executor.allocate(elements.byteLength);
    buffer.write(elements);
    return buffer;
  }

  #newBlock(): Block {
    const buffers = this.#columns.map(({ array, rowSize }) =>
      this.executor.allocate(this.samples * rowSize * bytesPerElement(array)),
    );
    return { buffers, start: -1, order: undefined };
  }

  /** The block that holds a sample; the other one is left as it is. */
  #filled(sample: number, order: Int32Array | undefined): Block {
    const start = sample - (sample % this.samples);
    const known = this.#blocks.find((block) => block.start === start && block.order === order);
    if (known) return known;
    const stop = Math.min(this.#length, start + this.samples);
    const block = this.#blocks[(start / this.samples) % 2]!;
    this.#columns.forEach(({ array }, i) => {
      const rows = order ? array.take(order.subarray(start, stop)) : array.slice(start, stop);
      block.buffers[i]!.write(rows.data as Elements);
    });
    block.start = start;
    block.order = order;
    return block;
  }

  #orderBuffer(indices: Int32Array): DeviceBuffer {
    if (this.#order?.indices !== indices) {
      const buffer = this.#order?.buffer ?? this.executor.allocate(indices.byteLength);
      buffer.write(indices);
      this.#order = { indices, buffer };
    }
    return this.#order.buffer;
  }
}

/** Whether they are the same elements of memory. */
function isSame(a: HostColumn, b: HostColumn): boolean {
  const [x, y] = [a.array.data as Elements, b.array.data as Elements];
  const isSameMemory = x.buffer === y.buffer && x.byteOffset === y.byteOffset && x.length === y.length;
  return isSameMemory && a.dtype === b.dtype && a.rowSize === b.rowSize;
}

/** Memory for some batches. */
interface Block {
  readonly buffers: readonly DeviceBuffer[];
  /** The sample that it starts with, or −1 while it is empty. */
  start: number;
  /** The order in which the samples lie there. */
  order: Int32Array | undefined;
}

/** Whether samples can be in a program. */
export const isDeviceData = (source: DataSource): boolean =>
  source.columns.every(([, { dtype }]) => dtype !== 'string' && dtype !== 'complex64');

function hostColumn(name: string, column: Column): HostColumn {
  const array = (column.host ?? readColumn(column)).astype(
    column.dtype === 'float16' ? 'float32' : (column.dtype as 'float32'),
  );
  return { name, dtype: array.dtype as ProgramDType, rowSize: sizeOf(column.sampleShape), array };
}

/** The samples of a tensor, or those that are computed. */
function readColumn(column: Column): HostArray {
  const tensor = column.batch(0, column.length);
  const data = elementsOf(tensor.dataSync(), tensor.dtype as ProgramDType);
  const array = new HostArray(data, tensor.shape, tensor.dtype as 'float32');
  tensor.dispose();
  return array;
}

const bytesPerElement = ({ data }: HostArray): number => (data as Elements).BYTES_PER_ELEMENT;
