import { sizeOf } from '../../tensor/shape.ts';
import { definePrimitive, type Primitive } from '../primitive.ts';
import { callsIn, elementwiseType, evaluateElementwise } from './elementwise.ts';

/**
 * `y = expr(a, b, …)` for each element of the inputs, which broadcast to one shape.
 *
 * `dtype` is needed only where the expression does not tell (`select(a, 1, 2)`): then it is the dtype of its numbers.
 */
export const map: Primitive = definePrimitive({
  name: 'map',
  arity: [1, Number.POSITIVE_INFINITY],
  attributes: { expr: 'expression', dtype: 'dtype?' },
  infer: (inputs, { expr, dtype }) => [elementwiseType('map', inputs, expr, dtype)],
  evaluate: (inputs, { expr }, [output]) => [evaluateElementwise(inputs, expr, output!)],
  flops: (_, { expr }, [output]) => callsIn(expr) * sizeOf(output!.shape),
});
