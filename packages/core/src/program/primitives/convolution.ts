import type { Elements } from '../primitive.ts';
import { type ConvGeometry, eachTap } from './geometry.ts';

/**
 * The convolution of images. Each product is added to the result in float32, as tfjs's kernels do: by taps, then by
 * channels.
 */
export function convolve(geometry: ConvGeometry, images: Elements, filter: Elements): Float32Array {
  const { axes, batch, inputSize, outputSize, groups, inChannels, outChannels } = geometry;
  const [channels, filters] = [groups * inChannels, groups * outChannels];
  const result = new Float32Array(batch * outputSize * filters);
  for (let image = 0; image < batch; image++) {
    eachTap(axes, (output, input, tap) => {
      for (let group = 0; group < groups; group++) {
        const to = (image * outputSize + output) * filters + group * outChannels;
        const from = (image * inputSize + input) * channels + group * inChannels;
        for (let c = 0; c < inChannels; c++) {
          const pixel = images[from + c]!;
          const row = (tap * inChannels + c) * filters + group * outChannels;
          addProduct(result, to, pixel, filter, row, outChannels);
        }
      }
    });
  }
  return result;
}

/** The gradient of {@link convolve} with respect to the images: sums in float64, by outputs, then by filters. */
export function convolveInputGradient(geometry: ConvGeometry, dy: Elements, filter: Elements): Float32Array {
  const { axes, batch, inputSize, outputSize, groups, inChannels, outChannels } = geometry;
  const [channels, filters] = [groups * inChannels, groups * outChannels];
  const result = new Float32Array(batch * inputSize * channels);
  const sums = new Float64Array(inputSize * channels);
  for (let image = 0; image < batch; image++) {
    sums.fill(0);
    eachTap(axes, (output, input, tap) => {
      for (let group = 0; group < groups; group++) {
        const from = (image * outputSize + output) * filters + group * outChannels;
        for (let c = 0; c < inChannels; c++) {
          const row = (tap * inChannels + c) * filters + group * outChannels;
          const to = input * channels + group * inChannels + c;
          sums[to] = addProducts(sums[to]!, dy, from, filter, row, outChannels);
        }
      }
    });
    result.set(sums, image * sums.length);
  }
  return result;
}

/** The gradient of {@link convolve} with respect to the filter: sums in float64, by images, then by outputs. */
export function convolveFilterGradient(
  geometry: ConvGeometry,
  images: Elements,
  dy: Elements,
  size: number,
): Float32Array {
  const { axes, batch, inputSize, outputSize, groups, inChannels, outChannels } = geometry;
  const [channels, filters] = [groups * inChannels, groups * outChannels];
  const sums = new Float64Array(size);
  for (let image = 0; image < batch; image++) {
    eachTap(axes, (output, input, tap) => {
      for (let group = 0; group < groups; group++) {
        const at = (image * outputSize + output) * filters + group * outChannels;
        const from = (image * inputSize + input) * channels + group * inChannels;
        for (let c = 0; c < inChannels; c++) {
          const pixel = images[from + c]!;
          const row = (tap * inChannels + c) * filters + group * outChannels;
          addProduct(sums, row, pixel, dy, at, outChannels);
        }
      }
    });
  }
  return Float32Array.from(sums);
}

// the innermost loops are functions of their own, which engines make faster code of than of loops in closures

/** `sums += factor · values`, `count` elements from `to` and `from` on. */
function addProduct(
  sums: Float32Array | Float64Array,
  to: number,
  factor: number,
  values: Elements,
  from: number,
  count: number,
): void {
  for (let i = 0; i < count; i++) sums[to + i]! += factor * values[from + i]!;
}

/** `sum + Σ a b` over `count` elements, added one after the other. */
function addProducts(sum: number, a: Elements, fromA: number, b: Elements, fromB: number, count: number): number {
  let result = sum;
  for (let i = 0; i < count; i++) result += a[fromA + i]! * b[fromB + i]!;
  return result;
}
