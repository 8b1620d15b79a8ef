import { ArgumentError } from '../errors.ts';
import type { ProgramBuilder } from '../program/builder.ts';
import { callOf, type Expression, inputOf, numberOf } from '../program/expression.ts';
import { isOfType } from '../program/expression-type.ts';
import type { InstructionAttributes, ProgramDType, ValueId } from '../program/program.ts';
import type { DType } from '../tensor/dtype.ts';
import { positiveAxis, type Shape, sameShape } from '../tensor/shape.ts';
import type { Attributes, KernelSpec } from './spec.ts';

/** The `lower` of a kernel. */
export type Lower<Input extends string = string> = NonNullable<KernelSpec<Input>['lower']>;

/** What an elementwise kernel of one input computes: the name of a scalar function, or an expression of the element. */
export type Formula = string | ((x: Expression, attrs: Attributes) => Expression);

/** A primitive with one output. */
export const emitOne = (
  builder: ProgramBuilder,
  primitive: string,
  inputs: readonly ValueId[],
  attrs: InstructionAttributes = {},
): ValueId => builder.emit(primitive, inputs, attrs)[0]!;

/** `x` with other axes; `x` itself where it has them. */
export const reshapeTo = (builder: ProgramBuilder, x: ValueId, shape: Shape): ValueId =>
  sameShape(builder.typeOf(x).shape, shape) ? x : emitOne(builder, 'reshape', [x], { shape });

/** `x` with axis `perm[i]` in place `i`; `x` itself where they stay. */
export const transposeTo = (builder: ProgramBuilder, x: ValueId, perm: readonly number[]): ValueId =>
  perm.every((axis, i) => axis === i) ? x : emitOne(builder, 'transpose', [x], { perm });

/** `x` stretched along axes of size 1; `x` itself where it has the shape. */
export const broadcastTo = (builder: ProgramBuilder, x: ValueId, shape: Shape): ValueId =>
  sameShape(builder.typeOf(x).shape, shape) ? x : emitOne(builder, 'broadcast', [x], { shape });

/** The elements `begin … begin + size`. */
export const sliceOf = (
  builder: ProgramBuilder,
  x: ValueId,
  begin: readonly number[],
  size: readonly number[],
): ValueId => emitOne(builder, 'slice', [x], { begin, size, strides: begin.map(() => 1) });

/** `x` with its elements converted; `x` itself where they are of that type. */
export const castTo = (builder: ProgramBuilder, x: ValueId, dtype: DType): ValueId =>
  builder.typeOf(x).dtype === dtype ? x : builder.map(CASTS[programType('cast', dtype)], x);

/** The scalar functions that convert. A program has uint8 only where it says so itself. */
const CASTS: Readonly<Record<ProgramDType, string>> = { float32: 'f32', int32: 'i32', bool: 'bool', uint8: 'i32' };

/** An elementwise expression whose result is stored as `dtype`. */
export const elementwise = (
  builder: ProgramBuilder,
  expression: Expression,
  inputs: readonly ValueId[],
  dtype: DType,
): ValueId => castTo(builder, builder.map(expression, ...inputs), dtype);

/** A tensor of one value. */
export const filled = (builder: ProgramBuilder, shape: Shape, value: number, dtype: DType): ValueId =>
  emitOne(builder, 'fill', [], { shape, value: stored(value, dtype), dtype: programType('fill', dtype) });

/** What is left of a number in an array of a dtype. */
export function stored(value: number | boolean, dtype: DType): number {
  if (dtype === 'bool') return value ? 1 : 0;
  return dtype === 'int32' ? Number(value) | 0 : Number(value);
}

/** A dtype of tensors as one of programs, which know no complex numbers and no strings. */
export function programType(who: string, dtype: DType): ProgramDType {
  if (dtype === 'complex64' || dtype === 'string')
    throw new ArgumentError(who, 'dtype', 'float32, int32 or bool', dtype);
  return dtype;
}

/** The expression behind a {@link Formula}. */
export const expressionOf = (formula: Formula, x: Expression, attrs: Attributes): Expression =>
  typeof formula === 'string' ? callOf(formula, x) : formula(x, attrs);

/** Whether the constants of an expression can be of a dtype. */
export const numbersFit = (expression: Expression, dtype: ProgramDType): boolean =>
  expression.kind === 'number'
    ? isOfType(expression.value, dtype)
    : expression.kind === 'input' || expression.args.every((arg) => numbersFit(arg, dtype));

/** Lowers to one primitive that works along the last axis, with the axis that `attribute` names moved there and back. */
export const lowerAlongLast =
  <Input extends string>(input: Input, primitive: string, attribute: string): Lower<Input> =>
  ({ builder, inputs, attrs, outputs: [output] }) => {
    const rank = output!.shape.length;
    const axis = positiveAxis(primitive, (attrs[attribute] as number | undefined) ?? -1, rank);
    // to the end and back: exchanging two axes undoes itself
    const perm = Array.from({ length: rank }, (_, i) => (i === axis ? rank - 1 : i === rank - 1 ? axis : i));
    const x = transposeTo(builder, inputs[input], perm);
    return transposeTo(builder, emitOne(builder, primitive, [x]), perm);
  };

/** The indices of a scatter as int32 `[…rows, depth]`: tfjs takes a list `[n]` for `n` rows of one index. */
export function scatterIndices(builder: ProgramBuilder, indices: ValueId): ValueId {
  const { shape } = builder.typeOf(indices);
  return castTo(builder, shape.length === 1 ? reshapeTo(builder, indices, [...shape, 1]) : indices, 'int32');
}

/** The activations that tfjs's fused kernels know. `alpha` is the element of the slopes of `prelu`. */
function activationOf(attrs: Attributes, x: Expression, alpha: Expression): Expression {
  const name = (attrs.activation as string | undefined) ?? 'linear';
  if (name === 'linear') return x;
  if (name === 'leakyrelu') return callOf('leakyRelu', x, numberOf(attrs.leakyreluAlpha as number));
  if (name === 'prelu') return preluOf(x, alpha);
  return callOf(name, x);
}

/** `x`, or `alpha` times `x` where it is negative. */
export const preluOf = (x: Expression, alpha: Expression): Expression =>
  callOf('select', callOf('lt', x, numberOf(0)), callOf('mul', alpha, x), x);

/** Bias and activation after a product: the tail of `_FusedMatMul`, `FusedConv2D` and `FusedDepthwiseConv2D`. */
export function lowerTail(
  builder: ProgramBuilder,
  product: ValueId,
  { bias, slopes, attrs }: { bias: ValueId | undefined; slopes: ValueId | undefined; attrs: Attributes },
): ValueId {
  const inputs = [product, bias, attrs.activation === 'prelu' ? slopes : undefined].filter((id) => id !== undefined);
  const sum = bias === undefined ? inputOf(0) : callOf('add', inputOf(0), inputOf(1));
  const expression = activationOf(attrs, sum, inputOf(inputs.length - 1));
  return expression.kind === 'input' ? product : builder.map(expression, ...inputs);
}

/** The whole kernel as one instruction: for the cases of a kernel that its lowering leaves out. */
export const callWhole = (
  builder: ProgramBuilder,
  kernel: string,
  inputs: readonly ValueId[],
  attrs: Attributes,
): readonly ValueId[] => builder.emit('call', inputs, { kernel, attrsJson: JSON.stringify(attrs) });

/** The larger type of two, as tfjs-core converts them: bool below int32 below float32. */
export function commonType(a: ProgramDType, b: ProgramDType): 'float32' | 'int32' | 'bool' {
  if (a === 'float32' || b === 'float32') return 'float32';
  return a === 'bool' && b === 'bool' ? 'bool' : 'int32';
}
