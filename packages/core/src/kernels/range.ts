import { callOf, inputOf, numberOf } from '../program/expression.ts';
import type { DType } from '../tensor/dtype.ts';
import { elementwise, emitOne } from './lowering.ts';
import type { KernelSpec } from './spec.ts';

/** `start`, `start + step` … up to `stop`, which is left out. */
export const range: KernelSpec<never> = {
  name: 'Range',
  inputs: [],
  kind: 'source',
  infer: (_, attrs) => {
    const { start, stop, step, dtype } = attrs as unknown as RangeAttributes;
    return { shape: [Math.max(0, Math.ceil((stop - start) / step))], dtype: dtype ?? 'float32' };
  },
  lower: ({ builder, attrs, outputs: [output] }) => {
    const { start, step } = attrs as unknown as RangeAttributes;
    const [count] = output!.shape as [number];
    if (output!.dtype === 'float32' && !isExact(count, start, step)) {
      return builder.constant(steps(count, start, step), { shape: [count], dtype: 'float32' });
    }
    const place = emitOne(builder, 'iota', [], { shape: [count], axis: 0 });
    const scaled = callOf('add', callOf('mul', inputOf(0), numberOf(step)), numberOf(start));
    return elementwise(builder, scaled, [place], output!.dtype);
  },
};

interface RangeAttributes {
  readonly start: number;
  readonly stop: number;
  readonly step: number;
  readonly dtype?: DType;
}

/** Whether every number of the range is a whole one that float32 holds. */
const isExact = (count: number, start: number, step: number): boolean =>
  Number.isInteger(start) && Number.isInteger(step) && Math.abs(start) + count * Math.abs(step) <= 2 ** 24;

/** `count` numbers, each the one before it plus `step`, in float32: with the rounding of tfjs's kernels. */
export function steps(count: number, start: number, step: number): Float32Array {
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = i === 0 ? start : values[i - 1]! + step;
  return values;
}
