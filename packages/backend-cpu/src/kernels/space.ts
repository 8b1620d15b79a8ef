import type { DataType, TensorInfo } from '@tensorflow/tfjs-core';
import type { ConvGeometry } from './conv-geometry.ts';

/** A run of float32 numbers in a backend's memory. */
export interface Block {
  readonly length: number;
  /** The numbers themselves. Ask again after every allocation or product: WASM memory moves when it grows. */
  view(): Float32Array;
  /** A part of it, sharing the memory. */
  part(offset: number, length: number): Block;
  /** Gives back what {@link Space.allocate} took. */
  free(): void;
}

/** The memory of a backend and its matrix product: what a kernel needs that is written once for WASM and JavaScript. */
export interface Space {
  /** The values of a tensor. */
  of(tensor: TensorInfo): Block;
  /** The values of a tensor of any dtype; valid until the next allocation. */
  array(tensor: TensorInfo): Values;
  /** A new tensor, float32 by default, its values not yet set. */
  output(shape: readonly number[], dtype?: DataType): TensorInfo;
  /** Memory for intermediate results, not yet set. */
  allocate(length: number): Block;
  /**
   * `out = a · b` for row-major `a: [m, k]`, `b: [k, n]`, `out: [m, n]`, all sizes positive. An operand that is said to
   * be transposed stands in memory as `[k, m]` or `[n, k]`.
   */
  multiply(a: Block, b: Block, out: Block, m: number, k: number, n: number, transposes?: Transposes): void;
  /** A two-dimensional convolution, if the backend has a fast one. `filter: [height, width, inChannels, outChannels]`. */
  readonly convolve?: (x: Block, filter: Block, out: Block, geometry: ConvGeometry) => void;
  /** Adds the gradient of a convolution with respect to its filter, if the backend has a fast way. */
  readonly addFilterGradient?: (x: Block, dy: Block, target: Block, geometry: ConvGeometry) => void;
}

/** Which operands of a product are transposed. */
export interface Transposes {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/** A kernel that runs on any {@link Space}. */
export interface SpaceKernel {
  /** tfjs's name of it. */
  readonly name: string;
  run(call: SpaceCall): TensorInfo | TensorInfo[];
}

/** What a tensor's values stand in. */
export type Values = Float32Array | Int32Array | Uint8Array;

/** What a kernel is called with. */
export interface SpaceCall {
  readonly space: Space;
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly attrs: Readonly<Record<string, unknown>>;
  /** tfjs's own kernel on the same call, for what ours leaves to it. */
  stock(): TensorInfo | TensorInfo[];
}

/** Lends scratch memory for the time of a call. */
export function withScratch<T>(
  space: Pick<Space, 'allocate'>,
  lengths: readonly number[],
  use: (...blocks: Block[]) => T,
): T {
  const blocks = lengths.map((length) => space.allocate(length));
  try {
    return use(...blocks);
  } finally {
    for (const block of blocks) block.free();
  }
}

/** How many images to unfold into patches at a time: about a megabyte of them, which stays in the cache. */
export const imagesAtOnce = (batch: number, patchesPerImage: number): number =>
  Math.max(1, Math.min(batch, Math.floor(0x4_0000 / patchesPerImage)));
