import type { Shape } from '../../tensor/shape.ts';
import { broadcastShapes, sameShape, sizeOf } from '../../tensor/shape.ts';
import { evaluateExpression } from '../evaluate-expression.ts';
import type { Expression } from '../expression.ts';
import { expressionType } from '../expression-type.ts';
import { definePrimitive, type HostValue, type Primitive } from '../primitive.ts';
import { broadcastStrides, viewElements } from '../strided.ts';

/**
 * `y = expr(a, b, …)` for each element of the inputs, which broadcast to one shape.
 *
 * `dtype` is needed only where the expression does not tell (`select(a, 1, 2)`): then it is the dtype of its numbers.
 */
export const map: Primitive = definePrimitive({
  name: 'map',
  arity: [1, Number.POSITIVE_INFINITY],
  attributes: { expr: 'expression', dtype: 'dtype?' },
  infer: (inputs, { expr, dtype }) => [
    {
      shape: inputs.reduce<Shape>((shape, input) => broadcastShapes('map', shape, input.shape) as Shape, []),
      dtype: expressionType(
        expr,
        inputs.map((input) => input.dtype),
        dtype,
      ),
    },
  ],
  evaluate: (inputs, { expr }, [output]) => {
    const { shape, dtype } = output!;
    const spread = inputs.map((input) => ({ dtype: input.type.dtype, data: spreadTo(input, shape) }));
    return [evaluateExpression(expr, spread, sizeOf(shape), dtype)];
  },
  flops: (_, { expr }, [output]) => callsIn(expr) * sizeOf(output!.shape),
});

/** The elements of `x` for each element of a shape; one element stands for all. */
const spreadTo = ({ type, data }: HostValue, shape: Shape) =>
  data.length === 1 || sameShape(type.shape, shape)
    ? data
    : viewElements({ ...type, shape }, data, { offset: 0, strides: broadcastStrides(type.shape, shape) });

const callsIn = (expression: Expression): number =>
  expression.kind === 'call' ? expression.args.reduce((sum, arg) => sum + callsIn(arg), 1) : 0;
