import { definePrimitive, type Primitive } from '../primitive.ts';
import { attentionFlops, headsBehind, headsFirst, product, scoresType, weightsOf } from './attention-scores.ts';

/**
 * `y = softmax(f(q kᵀ)) v` of each head: `q` `[batch, queries, heads, dim]`, `k` `[batch, keys, heads, dim]`, `v`
 * `[batch, keys, heads, valueDim]` → `[batch, queries, heads, valueDim]`.
 *
 * `f` is `epilogue`, an expression of a score (input 0) and of the extra inputs (from 1 on), which broadcast to
 * `[batch, heads, queries, keys]`: the scale, a mask, a bias.
 *
 * Bit-equal to the products, the map and the softmax that it is made of; but the scores of all heads need not be in memory at once.
 */
export const attention: Primitive = definePrimitive({
  name: 'attention',
  arity: [3, Number.POSITIVE_INFINITY],
  attributes: { epilogue: 'expression?' },
  infer: ([q, k, v, ...extras], { epilogue }) => {
    scoresType('attention', [q!, k!, v!], extras, [epilogue]);
    return [{ shape: [...q!.shape.slice(0, 3), v!.shape[3]!], dtype: 'float32' }];
  },
  evaluate: ([q, k, v, ...extras], { epilogue }) => {
    const weights = weightsOf(headsFirst(q!), headsFirst(k!), extras, epilogue);
    return [headsBehind(product(weights, headsFirst(v!), {}))];
  },
  flops: ([q, k, v, ...extras], { epilogue }) => {
    const scores = scoresType('attention', [q!, k!, v!], extras, [epilogue]);
    return attentionFlops(scores, [q!.shape[3]!, v!.shape[3]!], [epilogue]);
  },
});
