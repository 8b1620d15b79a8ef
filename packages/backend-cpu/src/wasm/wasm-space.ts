import type { ConvGeometry } from '../kernels/conv-geometry.ts';
import type { Block, Space } from '../kernels/space.ts';
import { multiplyPlain } from '../kernels/transpose.ts';
import { canConvolveByRows, convolveByRows } from './gemm/convolve-by-rows.ts';
import { addFilterGradient } from './gemm/filter-gradient.ts';
import type { Gemm, HeapMatrix } from './gemm/gemm.ts';
import type { WasmBackend, WasmModule } from './wasm-backend.ts';

/**
 * Kernels written for a {@link Space}, on the WASM heap, with XNNPACK's convolution and our matrix product, else
 * XNNPACK's.
 */
export function wasmSpace(backend: WasmBackend, gemm: Gemm | undefined): Space {
  const { wasm } = backend;
  const take = (length: number): HeapBlock => new HeapBlock(wasm, allocate(wasm, length * 4), length);
  return {
    of: (tensor) => {
      const { memoryOffset } = backend.dataIdMap.get(tensor.dataId);
      const numbers = tensor.dtype === 'complex64' ? 2 : 1;
      return new HeapBlock(wasm, memoryOffset, numbers * sizeOf(tensor.shape));
    },
    array: (tensor) => backend.typedArrayFromHeap(tensor),
    output: (shape, dtype = 'float32') => backend.makeOutput([...shape], dtype),
    allocate: take,
    multiply: (a, b, out, m, k, n, transposes = {}) => {
      if (gemm) {
        const left = matrix(a as HeapBlock, m, k, transposes.transposeA);
        const right = matrix(b as HeapBlock, k, n, transposes.transposeB);
        gemm.multiply(left, right, (out as HeapBlock).address, m, k, n);
      } else {
        multiplyPlain({ allocate: take }, [a, b], [m, k, n], transposes, (plainA, plainB) =>
          multiply(wasm, plainA as HeapBlock, plainB as HeapBlock, out as HeapBlock, m, k, n),
        );
      }
    },
    ...(gemm && {
      addFilterGradient: (x, dy, target, g) =>
        addFilterGradient(wasm, gemm, x as HeapBlock, dy as HeapBlock, target as HeapBlock, g),
    }),
    convolve: (x, filter, out, g) => {
      const [image, weights, target] = [x, filter, out] as HeapBlock[] as [HeapBlock, HeapBlock, HeapBlock];
      if (gemm && canConvolveByRows(g)) convolveByRows(wasm, gemm, image, weights, target, g);
      else convolve(wasm, image, weights, target, g);
    },
  };
}

/** A block as a matrix of `rows` by `columns`, or as the transpose of one that is stored as `columns` by `rows`. */
const matrix = ({ address }: HeapBlock, rows: number, columns: number, transposed = false): HeapMatrix => ({
  address,
  rowStride: transposed ? 4 : 4 * columns,
  columnStride: transposed ? 4 * rows : 4,
});

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, dim) => product * dim, 1);

/** Floats at an address of the heap. */
export class HeapBlock implements Block {
  readonly wasm: WasmModule;
  readonly address: number;
  readonly length: number;

  constructor(wasm: WasmModule, address: number, length: number) {
    this.wasm = wasm;
    this.address = address;
    this.length = length;
  }

  view(): Float32Array {
    return new Float32Array(this.wasm.HEAPU8.buffer, this.address, this.length);
  }

  part(offset: number, length: number): HeapBlock {
    return new HeapBlock(this.wasm, this.address + 4 * offset, length);
  }

  free(): void {
    this.wasm._free(this.address);
  }
}

/** `>>> 0`: addresses above 2 GB come as negative numbers. */
const allocate = (wasm: WasmModule, bytes: number): number => wasm._malloc(Math.max(bytes, 4)) >>> 0;

/** Ids under which addresses are passed to C++; far above those that the backend gives to tensors, which count up from 1. */
const TEMPORARY_IDS = 0x7fff_0000;

/**
 * Calls `use` with an id for each block, known to the C++ side only meanwhile.
 *
 * tfjs's kernels keep what XNNPACK made of the weights under the id of the weights until that id is disposed, whatever
 * shape or values come at the next call. An id of its own for each call means nothing stale can be used and nothing
 * piles up.
 */
export function withIds(wasm: WasmModule, blocks: readonly HeapBlock[], use: (...ids: number[]) => void): void {
  const ids = blocks.map((block, i) => {
    wasm.tfjs.registerTensor(TEMPORARY_IDS + i, block.length, block.address);
    return TEMPORARY_IDS + i;
  });
  try {
    use(...ids);
  } finally {
    for (const id of ids) wasm.tfjs.disposeData(id);
  }
}

/** Where the shapes of a call stand: one place per module, for its lifetime. */
const shapePlaces = new WeakMap<WasmModule, number>();

/** Writes the shapes of two matrices for C++, as batches of one, and returns their addresses. */
export function writeShapes(wasm: WasmModule, m: number, k: number, n: number): [number, number] {
  const place = shapePlaces.get(wasm) ?? allocate(wasm, 24);
  shapePlaces.set(wasm, place);
  new Int32Array(wasm.HEAPU8.buffer, place, 6).set([1, m, k, 1, k, n]);
  return [place, place + 12];
}

/** XNNPACK's product, through tfjs's `BatchMatMul`. */
function multiply(wasm: WasmModule, a: HeapBlock, b: HeapBlock, out: HeapBlock, m: number, k: number, n: number): void {
  const [aShape, bShape] = writeShapes(wasm, m, k, n);
  withIds(wasm, [a, b, out], (aId, bId, outId) => {
    wasm._BatchMatMul(aId!, aShape, 3, bId!, bShape, 3, 0, 0, outId!);
  });
}

/** XNNPACK's convolution, through tfjs's `Conv2D`. */
function convolve(wasm: WasmModule, x: HeapBlock, filter: HeapBlock, out: HeapBlock, g: ConvGeometry): void {
  const reachY = (g.outHeight - 1) * g.strideHeight + (g.filterHeight - 1) * g.dilationHeight + 1;
  const reachX = (g.outWidth - 1) * g.strideWidth + (g.filterWidth - 1) * g.dilationWidth + 1;
  const bottom = Math.max(0, reachY - g.inHeight - g.top);
  const right = Math.max(0, reachX - g.inWidth - g.left);
  const image = [g.batch, g.inHeight, g.inWidth];
  const window = [g.filterHeight, g.filterWidth, g.top, right, bottom, g.left, 0];
  const steps = [g.dilationHeight, g.dilationWidth, g.strideHeight, g.strideWidth];
  withIds(wasm, [x, filter, out], (xId, filterId, outId) => {
    wasm._Conv2D(xId!, ...image, filterId!, ...window, ...steps, g.inChannels, g.outChannels, outId!);
  });
}
