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
          for (let k = 0; k < outChannels; k++) result[to + k]! += pixel * filter[row + k]!;
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
          let sum = sums[to]!;
          for (let k = 0; k < outChannels; k++) sum += dy[from + k]! * filter[row + k]!;
          sums[to] = sum;
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
          for (let k = 0; k < outChannels; k++) sums[row + k]! += pixel * dy[at + k]!;
        }
      }
    });
  }
  return Float32Array.from(sums);
}
