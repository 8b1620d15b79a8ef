import type { ConformanceCase, RunKernel } from '../conformance-case.ts';
import { at, build, floats, type HostTensor, randomFloats, zip } from '../host-tensor.ts';

/** Complex tensors have no host form: a case makes them from two parts and takes the result apart. */
const viaComplex =
  (kernel: string) =>
  (run: RunKernel, { real, imag }: Record<string, unknown>): unknown[] => {
    const [input] = run('Complex', { real, imag });
    const [output] = run(kernel, kernel === 'Identity' ? { x: input } : { input });
    return [...run('Real', { input: output }), ...run('Imag', { input: output })];
  };

/** The discrete Fourier transform of each row, by the definition. */
function dft(real: HostTensor, imag: HostTensor, inverse: boolean): HostTensor[] {
  const n = real.shape[1]!;
  const part = (which: 'real' | 'imag'): HostTensor =>
    build(real.shape, ([row, k]) => {
      let total = 0;
      for (let i = 0; i < n; i++) {
        const angle = ((inverse ? 2 : -2) * Math.PI * i * k!) / n;
        const [re, im] = [at(real, [row!, i]), at(imag, [row!, i])];
        total +=
          which === 'real' ? re * Math.cos(angle) - im * Math.sin(angle) : re * Math.sin(angle) + im * Math.cos(angle);
      }
      return inverse ? total / n : total;
    });
  return [part('real'), part('imag')];
}

/** Kernels of complex numbers. */
export const complexCases: readonly ConformanceCase[] = [
  ...(['FFT', 'IFFT'] as const).flatMap((kernel) =>
    (
      [
        ['a power of two', [2, 8]],
        ['a prime', [3, 7]],
        ['an even number', [1, 12]],
        ['one', [2, 1]],
        ['long', [1, 100]],
      ] as const
    ).map(([name, shape]) => {
      const [real, imag] = [randomFloats(shape, 1), randomFloats(shape, 2)];
      return {
        kernel,
        name,
        inputs: { real, imag },
        call: viaComplex(kernel),
        expected: dft(real, imag, kernel === 'IFFT'),
      };
    }),
  ),
  ...(['Complex', 'Real', 'Imag'] as const).map((kernel) => {
    const [real, imag] = [randomFloats([2, 3], 1), randomFloats([2, 3], 2)];
    return {
      kernel,
      name: 'the parts come back',
      inputs: { real, imag },
      call: viaComplex('Identity'),
      expected: [real, imag],
    };
  }),
  {
    kernel: 'ComplexAbs',
    name: 'a matrix',
    inputs: { real: randomFloats([2, 3], 1), imag: randomFloats([2, 3], 2) },
    call: (run, { real, imag }) => run('ComplexAbs', { x: run('Complex', { real, imag })[0] }),
    expected: zip(randomFloats([2, 3], 1), randomFloats([2, 3], 2), Math.hypot),
  },
  {
    kernel: 'Complex',
    name: 'reshaped',
    inputs: { real: floats([4], [1, 2, 3, 4]), imag: floats([4], [5, 6, 7, 8]) },
    call: (run, { real, imag }) => {
      const [z] = run('Reshape', { x: run('Complex', { real, imag })[0] }, { shape: [2, 2] });
      return [...run('Real', { input: z }), ...run('Imag', { input: z })];
    },
    expected: [floats([2, 2], [1, 2, 3, 4]), floats([2, 2], [5, 6, 7, 8])],
  },
];
