import type { ConformanceCase } from '../conformance-case.ts';
import { at, indices, isWithin, randomFloats } from '../host-tensor.ts';
import { accumulate, windowAxis } from './conv-reference.ts';

const settings = [
  { name: 'valid', inShape: [2, 4, 4, 5, 2], filterShape: [2, 3, 2, 2, 3], strides: [1, 1, 1], pad: 'valid' },
  { name: 'same', inShape: [1, 3, 4, 5, 2], filterShape: [3, 3, 3, 2, 2], strides: [1, 1, 1], pad: 'same' },
  { name: 'strides 2', inShape: [1, 5, 5, 5, 1], filterShape: [2, 2, 2, 1, 3], strides: [2, 2, 2], pad: 'valid' },
  { name: 'strides 2, same', inShape: [1, 4, 5, 6, 2], filterShape: [3, 3, 3, 2, 1], strides: [2, 2, 2], pad: 'same' },
] as const;

/** Every product `(output, input, filter)` of indices that a three-dimensional convolution sums. */
function* terms(setting: (typeof settings)[number]): Generator<[number[], number[], number[]]> {
  const { inShape, filterShape, strides, pad } = setting;
  const axes = strides.map((stride, axis) => windowAxis(inShape[axis + 1]!, filterShape[axis]!, stride, 1, pad));
  for (const output of indices(outShapeOf(setting)))
    for (const tap of indices(filterShape.slice(0, 4))) {
      const place = axes.map(({ before }, axis) => output[axis + 1]! * strides[axis]! + tap[axis]! - before);
      const input = [output[0]!, ...place, tap[3]!];
      if (isWithin(inShape, input)) yield [output, input, [...tap, output[4]!]];
    }
}

const outShapeOf = ({ inShape, filterShape, strides, pad }: (typeof settings)[number]): number[] => [
  inShape[0],
  ...strides.map((stride, axis) => windowAxis(inShape[axis + 1]!, filterShape[axis]!, stride, 1, pad).out),
  filterShape[4],
];

/** `Conv3D` and its two gradients. */
export const conv3dCases: readonly ConformanceCase[] = settings.flatMap((setting) => {
  const { name, inShape, filterShape, strides, pad } = setting;
  const x = randomFloats(inShape, 1);
  const filter = randomFloats(filterShape, 2);
  const dy = randomFloats(outShapeOf(setting), 3);
  const products = [...terms(setting)];
  return [
    {
      kernel: 'Conv3D',
      name,
      inputs: { x, filter },
      attrs: { strides, pad, dataFormat: 'NDHWC', dilations: [1, 1, 1] },
      expected: accumulate(
        dy.shape,
        products.map(([o, i, f]) => [o, at(x, i) * at(filter, f)] as const),
      ),
    },
    {
      kernel: 'Conv3DBackpropFilterV2',
      name,
      inputs: { x, dy },
      attrs: { strides, pad, filterShape },
      expected: accumulate(
        filterShape,
        products.map(([o, i, f]) => [f, at(x, i) * at(dy, o)] as const),
      ),
    },
    {
      kernel: 'Conv3DBackpropInputV2',
      name,
      inputs: { dy, filter },
      attrs: { strides, pad, inputShape: inShape },
      expected: accumulate(
        inShape,
        products.map(([o, i, f]) => [i, at(filter, f) * at(dy, o)] as const),
      ),
    },
  ];
});
