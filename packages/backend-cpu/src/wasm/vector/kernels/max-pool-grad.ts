import { sizeOf } from '@capas/core';
import { poolGeometry } from '../../../kernels/pool-geometry.ts';
import type { VectorKernel } from '../vector-kernel.ts';

/** The gradient of max-pooling over images, where the number of channels divides by four. */
export const maxPoolGrad: VectorKernel = {
  name: 'MaxPoolGrad',
  run: ({ unit, inputs: { dy, input }, attrs, stock }) => {
    const g = poolGeometry(input!.shape, attrs);
    const { batch, channels, inSize, outSize, filter, strides, before } = g;
    if (channels % 4 !== 0 || sizeOf(g.outShape) === 0 || input!.dtype !== 'float32') return stock();
    const out = unit.output(g.inShape);
    unit.values(out).fill(0);
    const [x, gradient, target] = [input!, dy!, out].map((tensor) => unit.address(tensor)) as [number, number, number];
    const [pixel, line] = [4 * channels, 4 * channels * inSize[2]];
    let from = gradient;
    for (let image = 0; image < batch; image++)
      for (let outY = 0; outY < outSize[1]; outY++) {
        const y = outY * strides[1] - before[1];
        const [top, bottom] = [Math.max(y, 0), Math.min(y + filter[1], inSize[1])];
        for (let outX = 0; outX < outSize[2]; outX++, from += pixel) {
          const left = outX * strides[2] - before[2];
          const right = Math.min(left + filter[2], inSize[2]);
          const first = Math.max(left, 0);
          if (top >= bottom || first >= right) continue;
          const at = (image * inSize[1] + top) * line + first * pixel;
          unit.run.maxPoolGradient!(x + at, from, target + at, channels / 4, bottom - top, right - first, line, pixel);
        }
      }
    return out;
  },
};
