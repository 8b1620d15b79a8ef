import { FileFormatError, HostArray, sizeOf } from '@capas/core';

/** What `model.json` says of one weight. */
export interface TfjsWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  /** How it was made smaller: `value · scale + min`, or float16. */
  readonly quantization?: { readonly dtype: string; readonly min?: number; readonly scale?: number };
  /** `'optimizer'` for what is none of the model. */
  readonly group?: string;
}

/** Weights whose bytes stand one after the other in some files. */
export interface TfjsWeightGroup {
  readonly paths: readonly string[];
  readonly weights: readonly TfjsWeight[];
}

/** A weight of a file with its values. */
export interface NamedArray {
  readonly name: string;
  readonly array: HostArray;
}

/**
 * The weights of a group, from the bytes of its files. The state of an optimizer is left out.
 *
 * @throws FileFormatError where the bytes are not as many as the weights have, or a dtype is none that weights have
 */
export function decodeTfjsWeights(source: string, { weights }: TfjsWeightGroup, bytes: Uint8Array): NamedArray[] {
  let at = 0;
  const arrays = weights.map((weight) => {
    const { name, shape, dtype, quantization } = weight;
    const stored = STORED[quantization?.dtype ?? dtype];
    if (!stored || !isShape(shape))
      throw new FileFormatError(
        source,
        `the weight '${name}' has dtype ${quantization?.dtype ?? dtype}, which is not read here.`,
      );
    const end = at + sizeOf(shape) * stored.bytes;
    if (end > bytes.length)
      throw new FileFormatError(
        source,
        `the weight '${name}' of shape [${shape}] ends behind the ${bytes.length} bytes there are.`,
      );
    // a copy, so that it is aligned
    const data = stored.view(bytes.slice(at, end).buffer as ArrayBuffer);
    at = end;
    return { name, group: weight.group, array: decode(source, weight, data) };
  });
  if (at !== bytes.length)
    throw new FileFormatError(source, `the weights have ${at} bytes, and their files ${bytes.length}.`);
  return arrays.filter(({ group }) => group !== 'optimizer').map(({ name, array }) => ({ name, array }));
}

type Stored = Float32Array | Int32Array | Uint16Array | Uint8Array;

const STORED: Readonly<Record<string, { readonly bytes: number; view(buffer: ArrayBuffer): Stored }>> = {
  float32: { bytes: 4, view: (buffer) => new Float32Array(buffer) },
  int32: { bytes: 4, view: (buffer) => new Int32Array(buffer) },
  uint16: { bytes: 2, view: (buffer) => new Uint16Array(buffer) },
  float16: { bytes: 2, view: (buffer) => new Uint16Array(buffer) },
  uint8: { bytes: 1, view: (buffer) => new Uint8Array(buffer) },
  bool: { bytes: 1, view: (buffer) => new Uint8Array(buffer) },
};

const isShape = (shape: unknown): shape is readonly number[] =>
  Array.isArray(shape) && shape.every((dim) => Number.isSafeInteger(dim) && dim >= 0);

function decode(source: string, { name, shape, dtype, quantization }: TfjsWeight, data: Stored): HostArray {
  const dims = [...shape];
  if (!quantization)
    return new HostArray(data, dims, dtype === 'bool' ? 'bool' : dtype === 'int32' ? 'int32' : 'float32');
  if (quantization.dtype === 'float16') return new HostArray(data, dims, 'float16').astype('float32');
  const { min, scale } = quantization;
  if (typeof min !== 'number' || typeof scale !== 'number')
    throw new FileFormatError(source, `the weight '${name}' is quantized, and does not say from where to where.`);
  const isWhole = dtype === 'int32';
  const value = (stored: number): number => stored * scale + min;
  return isWhole
    ? new HostArray(
        Int32Array.from(data, (stored) => Math.round(value(stored))),
        dims,
      )
    : new HostArray(Float32Array.from(data, value), dims);
}
