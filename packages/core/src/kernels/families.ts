import { cast, mul, reshape, type Tensor } from '@tensorflow/tfjs-core';
import { callOf, inputOf } from '../program/expression.ts';
import type { DType } from '../tensor/dtype.ts';
import { broadcastShapes, type Shape } from '../tensor/shape.ts';
import { axesOf, reduceToShape, withOnes, zerosOf } from './gradient-helpers.ts';
import {
  castTo,
  commonType,
  elementwise,
  emitOne,
  expressionOf,
  type Formula,
  numbersFit,
  reshapeTo,
} from './lowering.ts';
import type { Attributes, GradientRule, KernelSpec } from './spec.ts';

/** An elementwise kernel of `x`. `dtype` is that of the result, where it is not that of `x`. */
export function unary(name: string, formula: Formula, gradient?: GradientRule<'x'>, dtype?: DType): KernelSpec<'x'> {
  return {
    name,
    inputs: ['x'],
    kind: 'elementwise',
    infer: ({ x }) => ({ shape: x.shape, dtype: dtype ?? x.dtype }),
    ...(gradient && { gradient }),
    lower: ({ builder, inputs: { x }, attrs, outputs }) => {
      const expression = expressionOf(formula, inputOf(0), attrs);
      // int32 with a limit or a slope that is none is computed in float32
      const source = numbersFit(expression, builder.typeOf(x).dtype) ? x : castTo(builder, x, 'float32');
      return elementwise(builder, expression, [source], outputs[0]!.dtype);
    },
  };
}

/** The gradient of an elementwise kernel as a function of `dy` and its input. */
export const fromInput = (dx: (dy: Tensor, x: Tensor, attrs: Attributes) => Tensor): GradientRule<'x'> => ({
  saves: { inputs: ['x'] },
  run: ({ dy, inputs: { x }, attrs }) => ({ x: () => dx(dy, x, attrs) }),
});

/** The gradient of an elementwise kernel as a function of `dy` and its result, which is alive anyway. */
export const fromOutput = (dx: (dy: Tensor, y: Tensor, attrs: Attributes) => Tensor): GradientRule<'x'> => ({
  saves: { outputs: [0] },
  run: ({ dy, outputs: [y], attrs }) => ({ x: () => dx(dy, y!, attrs) }),
});

/** The gradient of a step function: 0 where it exists, and by convention where it does not. */
export const zeroGradient: GradientRule<'x'> = { run: ({ dy }) => ({ x: () => zerosOf(dy.shape) }) };

/** What the derivatives of a binary kernel are written in. */
export interface BinaryContext {
  readonly dy: Tensor;
  readonly a: Tensor;
  readonly b: Tensor;
}

/**
 * An elementwise kernel of `a` and `b`, which broadcast: the scalar function `fn` of both. The derivatives are given for
 * the broadcast shape.
 */
export function binary(
  name: string,
  fn: string,
  derivatives?: { a(context: BinaryContext): Tensor; b(context: BinaryContext): Tensor },
  dtype?: DType,
): KernelSpec<'a' | 'b'> {
  return {
    name,
    inputs: ['a', 'b'],
    kind: 'elementwise',
    infer: ({ a, b }) => ({ shape: broadcastShapes(name, a.shape, b.shape) as Shape, dtype: dtype ?? a.dtype }),
    ...(derivatives && {
      gradient: {
        saves: { inputs: ['a', 'b'] },
        run: ({ dy, inputs: { a, b } }) => ({
          a: () => reduceToShape(derivatives.a({ dy, a, b }), a.shape),
          b: () => reduceToShape(derivatives.b({ dy, a, b }), b.shape),
        }),
      },
    }),
    lower: ({ builder, inputs: { a, b }, outputs }) => {
      const common = commonType(builder.typeOf(a).dtype, builder.typeOf(b).dtype);
      const [left, right] = [castTo(builder, a, common), castTo(builder, b, common)];
      return elementwise(builder, callOf(fn, inputOf(0), inputOf(1)), [left, right], outputs[0]!.dtype);
    },
  };
}

/** A comparison or logical kernel: its result is bool, so the tape ends there. */
export const comparison = (name: string, fn: string): KernelSpec<'a' | 'b'> => binary(name, fn, undefined, 'bool');

/** What the derivative of a reduction is written in; `dy` and `y` have 1 in the place of the reduced axes. */
export interface ReductionContext {
  readonly dy: Tensor;
  readonly x: Tensor;
  readonly y: Tensor;
  readonly axes: readonly number[];
}

/** A reduction of `x` along the attribute `axis`: the primitive `reduce` of a kind. */
export function reduction(
  name: string,
  kind: string,
  dtype: (x: DType) => DType,
  derivative?: (context: ReductionContext) => Tensor,
): KernelSpec<'x'> {
  return {
    name,
    inputs: ['x'],
    kind: 'reduce',
    infer: reducedSpec(name, dtype),
    ...(derivative && {
      gradient: {
        saves: { inputs: ['x'], outputs: [0] },
        run: ({ dy, inputs: { x }, outputs: [y], attrs }) => {
          const axes = axesOf(name, reducedAxes(attrs), x.rank);
          const kept = withOnes(x.shape, axes);
          return { x: () => derivative({ dy: reshape(dy, kept), x, y: reshape(y!, kept), axes }) };
        },
      },
    }),
    lower: ({ builder, inputs: { x }, attrs, outputs: [output] }) => {
      const axes = axesOf(name, reducedAxes(attrs), builder.typeOf(x).shape.length);
      const source = castTo(builder, x, output!.dtype);
      const reduced = axes.length ? emitOne(builder, 'reduce', [source], { kind, axes }) : source;
      return reshapeTo(builder, reduced, output!.shape);
    },
  };
}

/** The largest or smallest element's place along the attribute `axis`: the primitive `argReduce` of a kind. */
export function argReduction(name: string, kind: string): KernelSpec<'x'> {
  return {
    name,
    inputs: ['x'],
    kind: 'reduce',
    infer: reducedSpec(name, () => 'int32'),
    lower: ({ builder, inputs: { x }, attrs }) => {
      const [axis] = axesOf(name, reducedAxes(attrs), builder.typeOf(x).shape.length);
      return emitOne(builder, 'argReduce', [x], { kind, axis: axis! });
    },
  };
}

/** The type of a reduction of `x`. */
const reducedSpec =
  (name: string, dtype: (x: DType) => DType): NonNullable<KernelSpec<'x'>['infer']> =>
  ({ x }, attrs) => {
    const axes = axesOf(name, reducedAxes(attrs), x.shape.length);
    const shape = attrs.keepDims ? withOnes(x.shape, axes) : x.shape.filter((_, i) => !axes.includes(i));
    return { shape, dtype: dtype(x.dtype) };
  };

/** The attribute that names the axes; tfjs calls it `reductionIndices` in `Max` alone. */
const reducedAxes = (attrs: Attributes): unknown => attrs.axis ?? attrs.reductionIndices;

/** The dtype of sums and products: bool counts as int32. */
export const accumulated = (dtype: DType): DType => (dtype === 'bool' ? 'int32' : dtype);

/** The dtype of the input. */
export const unchanged = (dtype: DType): DType => dtype;

/** `dy` where `mask` (bool, of the same or a broadcast shape) holds, 0 elsewhere. */
export const masked = (dy: Tensor, mask: Tensor): Tensor => mul(dy, cast(mask, 'float32'));
