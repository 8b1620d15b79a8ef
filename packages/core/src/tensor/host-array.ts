import { ArgumentError, ShapeError, showShape } from '../errors.ts';
import { shuffledIndices } from '../random/philox.ts';
import type { HostData, HostDType } from './dtype.ts';
import { float16ToNumber, numberToFloat16 } from './float16.ts';
import { type Shape, sizeOf } from './shape.ts';

/**
 * An array in the memory of JavaScript: a typed array, its shape and its dtype. Data sets return it and models take it.
 *
 * It is row-major. `slice` and `reshape` are views on the same memory; everything else makes a new array.
 *
 * @example
 * const images = new HostArray(new Uint8Array(60000 * 784), [60000, 28, 28], 'uint8');
 * const scaled = images.slice(0, 1000).astype('float32').div(255); // float32 [1000, 28, 28] in 0…1
 */
export class HostArray {
  readonly data: HostData;
  readonly shape: Shape;
  readonly dtype: HostDType;

  constructor(data: HostData, shape: Shape = [data.length], dtype: HostDType = dtypeOf(data)) {
    if (sizeOf(shape) !== data.length) {
      throw new ShapeError(
        `HostArray: shape ${showShape(shape)} holds ${sizeOf(shape)} elements, but \`data\` has ${data.length}.`,
      );
    }
    if (!(data instanceof STORAGE[dtype])) {
      throw new ArgumentError('HostArray', 'data', `${STORAGE[dtype].name} for dtype '${dtype}'`, data);
    }
    this.data = data;
    this.shape = Object.freeze([...shape]);
    this.dtype = dtype;
  }

  /** Makes an array of zeros (empty strings for `'string'`). */
  static zeros(shape: Shape, dtype: HostDType = 'float32'): HostArray {
    return new HostArray(allocate(dtype, sizeOf(shape)), shape, dtype);
  }

  /** Makes an array from nested lists: `HostArray.from([[1, 2], [3, 4]])` is float32 `[2, 2]`. */
  static from(values: unknown, dtype?: HostDType): HostArray {
    const shape: number[] = [];
    for (let level = values; Array.isArray(level) || ArrayBuffer.isView(level); level = (level as unknown[])[0]) {
      shape.push((level as unknown[]).length);
    }
    const flat: unknown[] = [];
    const collect = (level: unknown, depth: number): void => {
      if (depth === shape.length) {
        flat.push(level);
        return;
      }
      const items = level as ArrayLike<unknown>;
      if (items?.length !== shape[depth]) {
        throw new ShapeError(
          `HostArray.from: ragged lists: expected ${shape[depth]} items at depth ${depth}, got ${items?.length}.`,
        );
      }
      for (let i = 0; i < items.length; i++) collect(items[i], depth + 1);
    };
    collect(values, 0);
    const kind = dtype ?? (typeof flat[0] === 'string' ? 'string' : typeof flat[0] === 'boolean' ? 'bool' : 'float32');
    return fill(kind, shape, (i) => flat[i] as number | string);
  }

  /** The number of dimensions. */
  get rank(): number {
    return this.shape.length;
  }

  /** The number of elements. */
  get size(): number {
    return this.data.length;
  }

  /** The length of the first axis: the number of samples. */
  get length(): number {
    return this.shape[0] ?? 0;
  }

  /** Items `start` to `stop` (excluded) of the first axis, a view. Negative indices count from the end. */
  slice(start = 0, stop: number = this.length): HostArray {
    this.#requireRank('slice');
    const from = clampIndex(start, this.length);
    const to = Math.max(from, clampIndex(stop, this.length));
    const row = this.#rowSize;
    const part =
      typeof this.data[0] === 'string' || this.dtype === 'string'
        ? (this.data as string[]).slice(from * row, to * row)
        : (this.data as Uint8Array).subarray(from * row, to * row);
    return new HostArray(part, [to - from, ...this.shape.slice(1)], this.dtype);
  }

  /** Item `index` of the first axis, a view of one rank less. */
  at(index: number): HostArray {
    const i = index < 0 ? index + this.length : index;
    if (!Number.isInteger(i) || i < 0 || i >= this.length) {
      throw new ArgumentError('HostArray.at', 'index', `an integer from ${-this.length} to ${this.length - 1}`, index);
    }
    return this.slice(i, i + 1).reshape(this.shape.slice(1));
  }

  /** The items of the first axis named by `indices`, in that order; a copy. */
  take(indices: ArrayLike<number>): HostArray {
    this.#requireRank('take');
    const row = this.#rowSize;
    const out = allocate(this.dtype, indices.length * row) as Uint8Array;
    for (let i = 0; i < indices.length; i++) {
      const from = indices[i]! * row;
      if (row === 1) out[i] = (this.data as Uint8Array)[from]!;
      else if (this.dtype === 'string')
        for (let j = 0; j < row; j++) out[i * row + j] = (this.data as Uint8Array)[from + j]!;
      else out.set((this.data as Uint8Array).subarray(from, from + row), i * row);
    }
    return new HostArray(out, [indices.length, ...this.shape.slice(1)], this.dtype);
  }

  /** The same values in another dtype. To integers the fraction is cut off; `uint8` wraps as in NumPy. */
  astype(dtype: HostDType): HostArray {
    if (dtype === this.dtype) return this;
    if (dtype === 'string' || this.dtype === 'string') {
      throw new ArgumentError('HostArray.astype', 'dtype', 'a numeric dtype for numeric data', dtype);
    }
    const read = this.#reader();
    return fill(dtype, this.shape, dtype === 'bool' ? (i) => (read(i) ? 1 : 0) : read);
  }

  /** Adds a number to each element; see {@link map}. */
  add(value: number): HostArray {
    return this.map((x) => x + value);
  }

  /** Subtracts a number from each element; see {@link map}. */
  sub(value: number): HostArray {
    return this.map((x) => x - value);
  }

  /** Multiplies each element by a number; see {@link map}. */
  mul(value: number): HostArray {
    return this.map((x) => x * value);
  }

  /** Divides each element by a number; see {@link map}. */
  div(value: number): HostArray {
    return this.map((x) => x / value);
  }

  /** Applies `f` to each element. The result is float32, as NumPy's true division promotes, unless `dtype` is given. */
  map(f: (value: number, index: number) => number, dtype: HostDType = 'float32'): HostArray {
    const read = this.#reader();
    return fill(dtype, this.shape, (i) => f(read(i), i));
  }

  /** The same elements in another shape, a view. One dimension may be `-1`: it is worked out. */
  reshape(shape: Shape): HostArray {
    const known = shape.filter((dim) => dim !== -1);
    const rest = this.size / sizeOf(known);
    const full = shape.map((dim) => (dim === -1 ? rest : dim));
    if (shape.length - known.length > 1 || sizeOf(full) !== this.size || !Number.isInteger(rest)) {
      throw new ShapeError(`HostArray.reshape: ${showShape(this.shape)} cannot become ${showShape(shape)}.`);
    }
    return new HostArray(this.data, full, this.dtype);
  }

  /** The items of the first axis in an order drawn from `seed`; the same seed gives the same order for any array. */
  shuffle(seed: number): HostArray {
    return this.take(shuffledIndices(this.length, seed));
  }

  /** Joins arrays of one dtype along the first axis. */
  static concat(arrays: readonly HostArray[]): HostArray {
    const [first] = arrays;
    if (!first) throw new ArgumentError('HostArray.concat', 'arrays', 'at least one array', arrays);
    const inner = showShape(first.shape.slice(1));
    for (const array of arrays) {
      if (array.dtype !== first.dtype || showShape(array.shape.slice(1)) !== inner) {
        throw new ShapeError(
          `HostArray.concat: all arrays must be ${first.dtype} with items of shape ${inner}. Received: ${array.dtype} ${showShape(array.shape)}.`,
        );
      }
    }
    const out = allocate(
      first.dtype,
      arrays.reduce((sum, { size }) => sum + size, 0),
    ) as Uint8Array;
    let at = 0;
    for (const { data, dtype, size } of arrays) {
      if (dtype === 'string') for (let i = 0; i < size; i++) out[at + i] = (data as Uint8Array)[i]!;
      else out.set(data as Uint8Array, at);
      at += size;
    }
    return new HostArray(
      out,
      [arrays.reduce((sum, { length }) => sum + length, 0), ...first.shape.slice(1)],
      first.dtype,
    );
  }

  /** Joins this array and others along the first axis. */
  concat(...others: readonly HostArray[]): HostArray {
    return HostArray.concat([this, ...others]);
  }

  /** Element `index` of the flat data as a number (float16 decoded). */
  get(index: number): number {
    return this.#reader()(index);
  }

  /** Nested lists of the values; a scalar for rank 0. */
  toArray(): unknown {
    const read = this.dtype === 'string' ? (i: number) => (this.data as string[])[i] : this.#reader();
    const build = (axis: number, from: number, size: number): unknown => {
      if (axis === this.rank) return read(from);
      const step = size / (this.shape[axis] || 1);
      return Array.from({ length: this.shape[axis]! }, (_, i) => build(axis + 1, from + i * step, step));
    };
    return build(0, 0, this.size);
  }

  /** The items of the first axis, each a view. */
  *[Symbol.iterator](): Generator<HostArray> {
    for (let i = 0; i < this.length; i++) yield this.at(i);
  }

  get #rowSize(): number {
    return sizeOf(this.shape.slice(1));
  }

  #reader(): (index: number) => number {
    const data = this.data as Float32Array;
    return this.dtype === 'float16' ? (i) => float16ToNumber(data[i]!) : (i) => data[i]!;
  }

  #requireRank(who: string): void {
    if (this.rank === 0) throw new ShapeError(`HostArray.${who}: a scalar has no first axis.`);
  }
}

const STORAGE = {
  float32: Float32Array,
  float16: Uint16Array,
  int32: Int32Array,
  uint8: Uint8Array,
  bool: Uint8Array,
  string: Array,
} as const;

function allocate(dtype: HostDType, size: number): HostData {
  return dtype === 'string' ? new Array<string>(size).fill('') : new STORAGE[dtype](size);
}

function fill(dtype: HostDType, shape: Shape, value: (index: number) => number | string): HostArray {
  const out = allocate(dtype, sizeOf(shape)) as (number | string)[];
  if (dtype === 'float16') for (let i = 0; i < out.length; i++) out[i] = numberToFloat16(value(i) as number);
  else for (let i = 0; i < out.length; i++) out[i] = value(i);
  return new HostArray(out as unknown as HostData, shape, dtype);
}

function dtypeOf(data: HostData): HostDType {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof Int32Array) return 'int32';
  if (data instanceof Uint8Array) return 'uint8';
  if (data instanceof Uint16Array) return 'float16';
  if (Array.isArray(data)) return 'string';
  throw new ArgumentError('HostArray', 'data', 'a Float32Array, Int32Array, Uint8Array, Uint16Array or string[]', data);
}

const clampIndex = (index: number, length: number): number =>
  Math.min(length, Math.max(0, Math.trunc(index < 0 ? index + length : index)));
