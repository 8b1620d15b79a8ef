import { useBackend } from '@capas/core';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { cpu } from '../../cpu.ts';
import { convGeometry } from '../../kernels/conv-geometry.ts';
import { canConvolveByRows } from './convolve-by-rows.ts';

await useBackend(cpu({ prefer: ['wasm'] }));

/** Small whole numbers, so that sums are exact. */
const whole = (size: number, step: number): Float32Array =>
  Float32Array.from({ length: size }, (_, i) => ((i * step) % 7) - 3);

/** The definition, output by output. */
function convolved(x: Float32Array, filter: Float32Array, g: ReturnType<typeof convGeometry>): Float32Array {
  const out = new Float32Array(g.batch * g.outHeight * g.outWidth * g.outChannels);
  const [height, width] = [g.inHeight, g.inWidth];
  out.forEach((_, at) => {
    const channel = at % g.outChannels;
    const outX = Math.floor(at / g.outChannels) % g.outWidth;
    const outY = Math.floor(at / g.outChannels / g.outWidth) % g.outHeight;
    const image = Math.floor(at / g.outChannels / g.outWidth / g.outHeight);
    for (let tapY = 0; tapY < g.filterHeight; tapY++)
      for (let tapX = 0; tapX < g.filterWidth; tapX++) {
        const inY = outY * g.strideHeight + tapY * g.dilationHeight - g.top;
        const inX = outX * g.strideWidth + tapX * g.dilationWidth - g.left;
        if (inY < 0 || inY >= height || inX < 0 || inX >= width) continue;
        for (let i = 0; i < g.inChannels; i++)
          out[at]! +=
            x[((image * height + inY) * width + inX) * g.inChannels + i]! *
            filter[((tapY * g.filterWidth + tapX) * g.inChannels + i) * g.outChannels + channel]!;
      }
  });
  return out;
}

describe('convolution by rows', () => {
  it.each([
    { pad: 'valid', strides: 1 },
    { pad: 'same', strides: 1 },
    { pad: 'same', strides: 2 },
    { pad: 'valid', strides: [2, 3] },
    { pad: 'same', strides: 1, dilations: [2, 1] },
    { pad: 'same', strides: 1, filter: [5, 4] },
    { pad: 'same', strides: 1, filter: [3, 3], size: [2, 2] },
    { pad: 'same', strides: 1, filter: [1, 1] },
  ])('is the sum over all taps: %j', ({ filter = [3, 2], size = [9, 11], ...attrs }) => {
    const inShape = [2, ...size, 3];
    const filterShape = [...filter, 3, 16];
    const g = convGeometry('test', inShape, filterShape, { dataFormat: 'NHWC', ...attrs });
    expect(canConvolveByRows(g)).toBe(true);
    const [x, weights] = [inShape, filterShape].map((shape, i) => whole(tf.util.sizeFromShape(shape), i + 2));
    const y = tf.tidy(() =>
      tf
        .conv2d(
          tf.tensor4d(x!, inShape as [number, number, number, number]),
          tf.tensor4d(weights!, filterShape as [number, number, number, number]),
          attrs.strides as [number, number],
          attrs.pad as 'same',
          'NHWC',
          attrs.dilations as [number, number],
        )
        .dataSync(),
    );
    expect(y).toEqual(convolved(x!, weights!, g));
  });

  it('leaves odd numbers of channels and taps that lie apart to XNNPACK', () => {
    const geometry = (outChannels: number, dilations: [number, number]): ReturnType<typeof convGeometry> =>
      convGeometry('test', [1, 8, 8, 2], [3, 3, 2, outChannels], { strides: 1, pad: 'same', dilations });
    expect(canConvolveByRows(geometry(12, [1, 1]))).toBe(false);
    expect(canConvolveByRows(geometry(8, [1, 2]))).toBe(false);
  });
});
