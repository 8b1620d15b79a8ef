import { type ConvGeometry, validRange } from '../../kernels/conv-geometry.ts';
import type { WasmModule } from '../wasm-backend.ts';
import type { Gemm } from './gemm.ts';
import { PANEL } from './gemm-module.ts';

/** Where something stands on the heap. */
interface Place {
  readonly address: number;
}

/**
 * Adds the gradient of a convolution with respect to its filter, row of output by row of output, without unfolding
 * patches: the taps of a filter row lie side by side in the image, so `x` is read as a matrix of overlapping rows.
 */
export function addFilterGradient(
  wasm: WasmModule,
  gemm: Gemm,
  x: Place,
  dy: Place,
  target: Place,
  g: ConvGeometry,
): void {
  const panels = Math.ceil(g.outChannels / PANEL);
  const patchSize = g.filterHeight * g.filterWidth * g.inChannels;
  const rowBytes = 4 * PANEL;
  const packedBytes = g.outWidth * rowBytes;
  // For each panel of output channels, one row of `dy` and the sums of all taps.
  const packed = gemm.workspace(panels * (packedBytes + patchSize * rowBytes));
  const sums = packed + panels * packedBytes;
  new Uint8Array(wasm.HEAPU8.buffer).fill(0, packed, sums + panels * patchSize * rowBytes);
  const taps = tapRanges(g);
  const pixel = 4 * g.inChannels;
  for (let image = 0; image < g.batch; image++) {
    for (let y = 0; y < g.outHeight; y++) {
      const dyRow = dy.address + 4 * (image * g.outHeight + y) * g.outWidth * g.outChannels;
      for (let panel = 0; panel < panels; panel++) {
        const columns = Math.min(PANEL, g.outChannels - panel * PANEL);
        gemm.pack(dyRow + panel * rowBytes, 4 * g.outChannels, 4, packed + panel * packedBytes, g.outWidth, columns);
      }
      for (let tapY = 0; tapY < g.filterHeight; tapY++) {
        const inY = y * g.strideHeight + tapY * g.dilationHeight - g.top;
        if (inY < 0 || inY >= g.inHeight) continue;
        const xRow = x.address + (image * g.inHeight + inY) * g.inWidth * pixel;
        for (const { tapX, count, from, end } of taps) {
          const inX = from * g.strideWidth + tapX * g.dilationWidth - g.left;
          const tapAt = (tapY * g.filterWidth + tapX) * g.inChannels;
          for (let panel = 0; panel < panels; panel++)
            gemm.addPanel(
              xRow + inX * pixel,
              4,
              g.strideWidth * pixel,
              packed + panel * packedBytes + from * rowBytes,
              sums + (panel * patchSize + tapAt) * rowBytes,
              rowBytes,
              count * g.inChannels,
              end - from,
            );
        }
      }
    }
  }
  const heap = new Float32Array(wasm.HEAPU8.buffer);
  for (let row = 0, to = target.address / 4; row < patchSize; row++, to += g.outChannels)
    for (let channel = 0; channel < g.outChannels; channel++) {
      const from = sums / 4 + (Math.floor(channel / PANEL) * patchSize + row) * PANEL + (channel % PANEL);
      heap[to + channel] = heap[to + channel]! + heap[from]!;
    }
}

/** `count` taps of a filter row from `tapX` on, and the output positions for which they all lie within the image. */
interface TapRange {
  readonly tapX: number;
  readonly count: number;
  readonly from: number;
  readonly end: number;
}

/** All pairs of taps and output positions of a row: those where the whole filter row fits at once, the others apart. */
function tapRanges(g: ConvGeometry): TapRange[] {
  const ranges = Array.from({ length: g.filterWidth }, (_, tapX) => {
    const [from, end] = validRange(tapX * g.dilationWidth - g.left, g.strideWidth, g.inWidth, g.outWidth);
    return { tapX, count: 1, from, end };
  });
  const from = Math.max(...ranges.map((range) => range.from));
  const end = Math.min(...ranges.map((range) => range.end));
  if (g.dilationWidth !== 1 || from >= end) return ranges.filter((range) => range.from < range.end);
  const edges = ranges.flatMap((range) => [
    { ...range, end: from },
    { ...range, from: end },
  ]);
  return [{ tapX: 0, count: g.filterWidth, from, end }, ...edges.filter((range) => range.from < range.end)];
}
