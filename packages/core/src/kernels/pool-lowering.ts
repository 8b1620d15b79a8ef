import type { InstructionAttributes } from '../program/program.ts';
import type { Shape } from '../tensor/shape.ts';
import { emitOne, type Lower } from './lowering.ts';
import { poolGeometry } from './pool-geometry.ts';
import type { Attributes } from './spec.ts';

/** The maximum or mean of windows. */
export const lowerPool =
  (kind: 'max' | 'avg'): Lower<'x'> =>
  ({ builder, inputs: { x }, attrs }) =>
    emitOne(builder, 'pool', [x], poolAttributes(kind, builder.typeOf(x).shape, attrs));

/** The gradient of a maximum of windows: the first of equal elements gets it. */
export const lowerMaxPoolGradient: Lower<'dy' | 'input' | 'output'> = ({ builder, inputs: { dy, input }, attrs }) =>
  emitOne(builder, 'poolGrad', [dy, input], poolAttributes('max', builder.typeOf(input).shape, attrs));

/** The gradient of a mean of windows: an element counts in a window by how many of it lie inside the input. */
export const lowerAveragePoolGradient: Lower<'dy' | 'input'> = ({ builder, inputs: { dy }, attrs, outputs }) => {
  const inputShape = outputs[0]!.shape;
  return emitOne(builder, 'poolGrad', [dy], { ...poolAttributes('avg', inputShape, attrs), inputShape });
};

function poolAttributes(kind: 'max' | 'avg', input: Shape, attrs: Attributes): InstructionAttributes {
  const { window, strides, padding } = poolGeometry(input, attrs);
  return { kind, window, strides, dilations: window.map(() => 1), pads: padding };
}
