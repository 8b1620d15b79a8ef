import type { ConformanceCase } from '../conformance-case.ts';
import { at, build, type HostTensor, indices, isWithin, randomFloats } from '../host-tensor.ts';
import { accumulate, type ConvSetting, convGeometry } from './conv-reference.ts';

const settings: readonly ConvSetting[] = [
  { name: 'valid', inShape: [2, 5, 6, 3], filterShape: [3, 2, 3, 1], strides: [1, 1], pad: 'valid' },
  { name: 'same', inShape: [1, 4, 5, 2], filterShape: [3, 3, 2, 1], strides: [1, 1], pad: 'same' },
  { name: 'strides 2', inShape: [1, 7, 6, 2], filterShape: [3, 3, 2, 1], strides: [2, 2], pad: 'same' },
  {
    name: 'dilated',
    inShape: [1, 7, 8, 1],
    filterShape: [2, 3, 1, 1],
    strides: [1, 1],
    dilations: [2, 2],
    pad: 'valid',
  },
];

/** The first tap and input position of an output whose sum is the greatest. */
function greatest(
  setting: ConvSetting,
  x: HostTensor,
  filter: HostTensor,
  [batch, y, c, channel]: readonly number[],
): { readonly value: number; readonly input: number[]; readonly tap: number[] } {
  const { inputAt } = convGeometry(setting, true);
  let best = { value: Number.NEGATIVE_INFINITY, input: [0], tap: [0] };
  for (const [tapY, tapX] of indices(setting.filterShape.slice(0, 2)) as Iterable<[number, number]>) {
    const [row, column] = inputAt(y!, c!, tapY, tapX);
    if (!isWithin(setting.inShape.slice(1, 3), [row, column])) continue;
    const input = [batch!, row, column, channel!];
    const tap = [tapY, tapX, channel!];
    const value = at(x, input) + at(filter, tap);
    if (value > best.value) best = { value, input, tap };
  }
  return best;
}

/** `Dilation2D`, a max-pooling of `x + filter`, and its two gradients. */
export const dilation2dCases: readonly ConformanceCase[] = settings.flatMap((setting) => {
  const { name, inShape, filterShape, strides, dilations = [1, 1], pad } = setting;
  const { outShape } = convGeometry(setting, true);
  const x = randomFloats(inShape, 1);
  const filter = randomFloats(filterShape.slice(0, 3), 2);
  const dy = randomFloats(outShape, 3);
  const attrs = { strides, pad, dilations };
  const best = Array.from(indices(outShape), (index) => ({ index, ...greatest(setting, x, filter, index) }));
  return [
    {
      kernel: 'Dilation2D',
      name,
      inputs: { x, filter },
      attrs,
      expected: build(outShape, (index) => greatest(setting, x, filter, index).value),
    },
    {
      kernel: 'Dilation2DBackpropInput',
      name,
      inputs: { x, filter, dy },
      attrs,
      expected: accumulate(
        inShape,
        best.map(({ index, input }) => [input, at(dy, index)] as const),
      ),
    },
    {
      kernel: 'Dilation2DBackpropFilter',
      name,
      inputs: { x, filter, dy },
      attrs,
      expected: accumulate(
        filter.shape,
        best.map(({ index, tap }) => [tap, at(dy, index)] as const),
      ),
    },
  ];
});
