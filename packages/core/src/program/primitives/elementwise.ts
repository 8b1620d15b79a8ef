import { broadcastShapes, type Shape, sameShape, sizeOf } from '../../tensor/shape.ts';
import { evaluateExpression } from '../evaluate-expression.ts';
import type { Expression } from '../expression.ts';
import { expressionType } from '../expression-type.ts';
import type { Elements, HostValue } from '../primitive.ts';
import type { ProgramDType, ValueType } from '../program.ts';
import { broadcastStrides, viewElements } from '../strided.ts';

/** The type of an expression of the elements of values, which broadcast to one shape. */
export const elementwiseType = (
  primitive: string,
  inputs: readonly ValueType[],
  expr: Expression,
  dtype?: ProgramDType,
): ValueType => ({
  shape: inputs.reduce<Shape>((shape, input) => broadcastShapes(primitive, shape, input.shape) as Shape, []),
  dtype: expressionType(
    expr,
    inputs.map((input) => input.dtype),
    dtype,
  ),
});

/** The elements of an expression of the elements of values, which broadcast to the shape of `type`. */
export function evaluateElementwise(inputs: readonly HostValue[], expr: Expression, type: ValueType): Elements {
  const spread = inputs.map((input) => ({ dtype: input.type.dtype, data: spreadTo(input, type.shape) }));
  return evaluateExpression(expr, spread, sizeOf(type.shape), type.dtype);
}

/** The elements of `x` for each element of a shape; one element stands for all. */
const spreadTo = ({ type, data }: HostValue, shape: Shape): Elements =>
  data.length === 1 || sameShape(type.shape, shape)
    ? data
    : viewElements({ ...type, shape }, data, { offset: 0, strides: broadcastStrides(type.shape, shape) });

/** The number of calls in an expression: what it costs to compute for one element, roughly. */
export const callsIn = (expression: Expression): number =>
  expression.kind === 'call' ? expression.args.reduce((sum, arg) => sum + callsIn(arg), 1) : 0;
