import { ShapeError, showShape } from '../../errors.ts';
import { bilinearTaps, nearestTaps } from '../../kernels/resize-geometry.ts';
import { sizeOf } from '../../tensor/shape.ts';
import {
  allocate,
  definePrimitive,
  type Elements,
  type HostValue,
  type Primitive,
  requireDType,
} from '../primitive.ts';
import type { ValueType } from '../program.ts';

/** How the rows (or columns) of a resized image are mixed: `share` of `high`, the rest of `low`. */
interface Mix {
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly share: readonly number[];
}

/**
 * Images `[batch, height, width, channels]` in another `size`, `[height, width]`: interpolated between the four pixels
 * around each place, or the nearest pixel. `alignCorners` puts the centers of the corner pixels on each other,
 * `halfPixelCenters` counts places from the corners of the pixels.
 *
 * Bit-equal to tfjs's `ResizeBilinear` and `ResizeNearestNeighbor` on its cpu backend: interpolation in float64.
 */
export const resize: Primitive = definePrimitive({
  name: 'resize',
  arity: 1,
  attributes: {
    kind: ['bilinear', 'nearest'],
    size: 'integers',
    alignCorners: 'boolean',
    halfPixelCenters: 'boolean',
  },
  infer: ([x], { kind, size }) => {
    if (kind === 'bilinear') requireDType('resize', 'x', x!, 'float32');
    if (x!.shape.length !== 4 || size.length !== 2 || [...size, ...x!.shape.slice(1, 3)].some((dim) => dim < 1)) {
      const received = `${showShape(x!.shape)} and size ${showShape(size)}`;
      throw new ShapeError(
        `resize: expected images [batch, height, width, channels] and size [height, width], none empty, received ${received}.`,
      );
    }
    return [{ ...x!, shape: [x!.shape[0]!, ...size, x!.shape[3]!] }];
  },
  evaluate: ([x], { kind, size, ...attrs }, [type]) => {
    const mixes = size.map((to, i) => {
      const from = x!.type.shape[i + 1]!;
      if (kind === 'bilinear') return bilinearTaps(from, to, attrs);
      const nearest = nearestTaps(from, to, attrs);
      return { low: nearest, high: nearest, share: nearest.map(() => 0) };
    });
    return [kind === 'bilinear' ? interpolate(x!, mixes, type!) : pick(x!, mixes, type!)];
  },
  // three times: the difference, times the share, added
  flops: (_, { kind }, [output]) => (kind === 'bilinear' ? 9 * sizeOf(output!.shape) : 0),
});

function pick({ type, data }: HostValue, [rows, columns]: readonly Mix[], output: ValueType): Elements {
  const [batch, height, width, channels] = type.shape as [number, number, number, number];
  const result = allocate(output);
  let to = 0;
  for (let image = 0; image < batch; image++) {
    for (const row of rows!.low) {
      for (const column of columns!.low) {
        const from = ((image * height + row) * width + column) * channels;
        result.set(data.subarray(from, from + channels), to);
        to += channels;
      }
    }
  }
  return result;
}

function interpolate({ type, data }: HostValue, [rows, columns]: readonly Mix[], output: ValueType): Elements {
  const [batch, height, width, channels] = type.shape as [number, number, number, number];
  const result = allocate(output);
  let to = 0;
  for (let image = 0; image < batch; image++) {
    for (let i = 0; i < rows!.low.length; i++) {
      const [top, bottom] = [rows!.low[i]!, rows!.high[i]!].map((row) => (image * height + row) * width);
      for (let j = 0; j < columns!.low.length; j++) {
        const [left, right] = [columns!.low[j]!, columns!.high[j]!];
        for (let c = 0; c < channels; c++) {
          const at = (row: number, column: number): number => data[(row + column) * channels + c]!;
          const upper = mix(at(top!, left), at(top!, right), columns!.share[j]!);
          const lower = mix(at(bottom!, left), at(bottom!, right), columns!.share[j]!);
          result[to++] = mix(upper, lower, rows!.share[i]!);
        }
      }
    }
  }
  return result;
}

const mix = (a: number, b: number, share: number): number => a + (b - a) * share;
