import { fourier } from './fourier.ts';
import type { SpaceKernel } from './space.ts';

/** Kernels of complex numbers for WASM, which has none. A complex64 tensor holds real and imaginary parts by turns. */
const complex: SpaceKernel = {
  name: 'Complex',
  run: ({ space, inputs: { real, imag } }) => {
    const out = space.output(real!.shape, 'complex64');
    const [re, im, target] = [space.of(real!).view(), space.of(imag!).view(), space.of(out).view()];
    for (let i = 0; i < re.length; i++) {
      target[2 * i] = re[i]!;
      target[2 * i + 1] = im[i]!;
    }
    return out;
  },
};

const part = (name: string, offset: 0 | 1): SpaceKernel => ({
  name,
  run: ({ space, inputs: { input } }) => {
    const out = space.output(input!.shape);
    const [source, target] = [space.of(input!).view(), space.of(out).view()];
    for (let i = 0; i < target.length; i++) target[i] = source[2 * i + offset]!;
    return out;
  },
});

const complexAbs: SpaceKernel = {
  name: 'ComplexAbs',
  run: ({ space, inputs: { x } }) => {
    const out = space.output(x!.shape);
    const [source, target] = [space.of(x!).view(), space.of(out).view()];
    for (let i = 0; i < target.length; i++) target[i] = Math.hypot(source[2 * i]!, source[2 * i + 1]!);
    return out;
  },
};

/** The discrete Fourier transform of each row; the inverse one divides by the length. */
const transform = (name: string, inverse: boolean): SpaceKernel => ({
  name,
  run: ({ space, inputs: { input } }) => {
    const out = space.output(input!.shape, 'complex64');
    const [source, target] = [space.of(input!).view(), space.of(out).view()];
    const n = input!.shape.at(-1)!;
    const [re, im] = [new Float64Array(n), new Float64Array(n)];
    const scale = inverse ? 1 / n : 1;
    for (let start = 0; start < source.length; start += 2 * n) {
      for (let i = 0; i < n; i++) {
        re[i] = source[start + 2 * i]!;
        im[i] = source[start + 2 * i + 1]!;
      }
      fourier(re, im, inverse);
      for (let i = 0; i < n; i++) {
        target[start + 2 * i] = re[i]! * scale;
        target[start + 2 * i + 1] = im[i]! * scale;
      }
    }
    return out;
  },
});

/** All of them. */
export const complexKernels: readonly SpaceKernel[] = [
  complex,
  part('Real', 0),
  part('Imag', 1),
  complexAbs,
  transform('FFT', false),
  transform('IFFT', true),
];
