import { ArgumentError } from '../../errors.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { definePrimitive, type Primitive } from '../primitive.ts';
import { callsIn, elementwiseType, evaluateElementwise } from './elementwise.ts';

/**
 * `yᵢ = exprsᵢ(a, b, …)` for each element of the inputs, which broadcast to one shape: what several maps compute, with each
 * input read once. All outputs have that shape.
 */
export const mapMany: Primitive = definePrimitive({
  name: 'mapMany',
  arity: [1, Number.POSITIVE_INFINITY],
  attributes: { exprs: 'expressions' },
  infer: (inputs, { exprs }) => {
    if (exprs.length === 0) throw new ArgumentError('mapMany', 'exprs', 'at least one expression', exprs);
    return exprs.map((expr) => elementwiseType('mapMany', inputs, expr));
  },
  evaluate: (inputs, { exprs }, outputs) => exprs.map((expr, i) => evaluateElementwise(inputs, expr, outputs[i]!)),
  flops: (_, { exprs }, [output]) => exprs.reduce((sum, expr) => sum + callsIn(expr), 0) * sizeOf(output!.shape),
});
