import { callOf, inputOf } from '../program/expression.ts';
import type { NarrowFloat } from '../tensor/narrow-float.ts';
import { runKernel } from './gradient-helpers.ts';
import type { KernelSpec } from './spec.ts';

/** The kernel of {@link narrow}. */
export const NARROW_KERNEL = 'CapasNarrow';

/** The scalar function of each format. */
const FUNCTIONS: Readonly<Record<NarrowFloat, string>> = { bfloat16: 'bf16', float16: 'f16' };

/**
 * `x` rounded to the attribute `format`, still float32. The gradient is that of a cast there and back: `dy`, rounded to the format.
 */
export const narrow: KernelSpec<'x'> = {
  name: NARROW_KERNEL,
  inputs: ['x'],
  kind: 'elementwise',
  infer: ({ x }) => ({ shape: x.shape, dtype: 'float32' }),
  gradient: { run: ({ dy, attrs }) => ({ x: () => runKernel(NARROW_KERNEL, { x: dy }, attrs) }) },
  lower: ({ builder, inputs: { x }, attrs }) =>
    builder.map(callOf(FUNCTIONS[attrs.format as NarrowFloat], inputOf(0)), x),
};
