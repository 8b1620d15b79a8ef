import { type ConvGeometry, validRange } from '../../kernels/conv-geometry.ts';
import type { WasmModule } from '../wasm-backend.ts';
import type { Gemm } from './gemm.ts';
import { PANEL } from './gemm-module.ts';

/** Where something stands on the heap. */
interface Place {
  readonly address: number;
}

/** Whether {@link convolveByRows} can: whole panels of output channels, and taps of a row that lie side by side. */
export const canConvolveByRows = (g: ConvGeometry): boolean =>
  g.outChannels % PANEL === 0 && (g.dilationWidth === 1 || g.filterWidth === 1);

/**
 * A convolution without unfolding patches: the taps of a filter row lie side by side in the image, so a row of output is
 * the sum, over the rows of the filter, of products of a matrix of overlapping rows with a panel of the filter. The filter
 * is packed once; images are framed with zeros, one at a time, if the geometry pads.
 */
export function convolveByRows(
  wasm: WasmModule,
  gemm: Gemm,
  x: Place,
  filter: Place,
  out: Place,
  g: ConvGeometry,
): void {
  const panels = g.outChannels / PANEL;
  const rowTaps = g.filterWidth * g.inChannels;
  const taps = g.filterHeight * rowTaps;
  const frame = frameOf(g);
  const panelBytes = 4 * PANEL * taps;
  const packed = gemm.workspace(panels * panelBytes + 4 * frame.size);
  const framed = packed + panels * panelBytes;
  for (let panel = 0; panel < panels; panel++)
    gemm.pack(filter.address + 4 * PANEL * panel, 4 * g.outChannels, 4, packed + panel * panelBytes, taps, PANEL);
  const heap = new Float32Array(wasm.HEAPU8.buffer);
  heap.fill(0, framed / 4, framed / 4 + frame.size);
  const imageSize = g.inHeight * g.inWidth * g.inChannels;
  const lineBytes = 4 * frame.width * g.inChannels;
  const outBytes = 4 * g.outChannels;
  for (let image = 0; image < g.batch; image++) {
    const from = x.address / 4 + image * imageSize;
    if (frame.size > 0) fillFrame(heap, from, framed / 4, frame, g);
    const source = frame.size > 0 ? framed : 4 * from;
    for (let y = 0; y < g.outHeight; y++) {
      const line = source + y * g.strideHeight * lineBytes;
      const target = out.address + (image * g.outHeight + y) * g.outWidth * outBytes;
      const [fromTap, endTap] = tapsWithin(y * g.strideHeight - g.top, g);
      for (let panel = 0; panel < panels; panel++)
        for (let tapY = fromTap; tapY < endTap; tapY++)
          (tapY === fromTap ? gemm.multiplyPanel : gemm.addPanel)(
            line + tapY * g.dilationHeight * lineBytes,
            4 * g.strideWidth * g.inChannels,
            4,
            packed + panel * panelBytes + 4 * PANEL * tapY * rowTaps,
            target + 4 * PANEL * panel,
            outBytes,
            g.outWidth,
            rowTaps,
          );
    }
  }
}

/** The rows of a filter that lie within the image; one at least, if only over zeros. */
function tapsWithin(y: number, g: ConvGeometry): [number, number] {
  const [from, end] = validRange(y, g.dilationHeight, g.inHeight, g.filterHeight);
  return from < end ? [from, end] : [0, 1];
}

/** An image with zeros around it, as far as the windows reach; of size 0 where they stay within. */
interface Frame {
  readonly width: number;
  readonly size: number;
}

function frameOf(g: ConvGeometry): Frame {
  const height = (g.outHeight - 1) * g.strideHeight + (g.filterHeight - 1) * g.dilationHeight + 1;
  const width = (g.outWidth - 1) * g.strideWidth + (g.filterWidth - 1) * g.dilationWidth + 1;
  if (g.top === 0 && g.left === 0 && height <= g.inHeight && width <= g.inWidth) return { width: g.inWidth, size: 0 };
  const framedWidth = Math.max(width, g.left + g.inWidth);
  return { width: framedWidth, size: Math.max(height, g.top + g.inHeight) * framedWidth * g.inChannels };
}

function fillFrame(heap: Float32Array, from: number, to: number, { width }: Frame, g: ConvGeometry): void {
  const line = g.inWidth * g.inChannels;
  for (let y = 0; y < g.inHeight; y++) {
    const start = to + ((y + g.top) * width + g.left) * g.inChannels;
    heap.copyWithin(start, from + y * line, from + (y + 1) * line);
  }
}
