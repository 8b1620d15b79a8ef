import { callOf, inputOf } from '../expression.ts';
import { definePrimitive, type HostValue, type Primitive, requireDType } from '../primitive.ts';
import {
  attentionFlops,
  changed,
  headsBehind,
  headsFirst,
  product,
  scoresType,
  slopesOfSoftmax,
  weightsOf,
} from './attention-scores.ts';
import { requireOutputShape } from './geometry.ts';

/**
 * The gradients of `attention` by `q`, `k` and `v`, from that of its output `dy`.
 *
 *     p = softmax(f(q kᵀ))
 *     ds = g(p (dp - Σ p dp)),  dp = dy vᵀ
 *     dq = ds k,  dk = dsᵀ q,  dv = pᵀ dy
 *
 * `f` is `epilogue` and `g` is `slope`, what the gradient goes through behind softmax: expressions of that element (input 0) and of
 * the extra inputs.
 */
export const attentionGrad: Primitive = definePrimitive({
  name: 'attentionGrad',
  arity: [4, Number.POSITIVE_INFINITY],
  attributes: { epilogue: 'expression?', slope: 'expression?' },
  infer: ([q, k, v, dy, ...extras], { epilogue, slope }) => {
    scoresType('attentionGrad', [q!, k!, v!], extras, [epilogue, slope]);
    requireDType('attentionGrad', 'dy', dy!, 'float32');
    requireOutputShape('attentionGrad', dy!.shape, [...q!.shape.slice(0, 3), v!.shape[3]!]);
    return [q!, k!, v!];
  },
  evaluate: ([q, k, v, dy, ...extras], { epilogue, slope }) => {
    const [queries, keys, values, slopes] = [q!, k!, v!, dy!].map(headsFirst) as [
      HostValue,
      HostValue,
      HostValue,
      HostValue,
    ];
    const weights = weightsOf(queries, keys, extras, epilogue);
    const dp = product(slopes, values, { transposeB: true });
    const ds = changed(slopesOfSoftmax(weights, dp), extras, slope);
    return [
      product(ds, keys, {}),
      product(ds, queries, { transposeA: true }),
      product(weights, slopes, { transposeA: true }),
    ].map(headsBehind);
  },
  flops: ([q, k, v, _, ...extras], { epilogue, slope }) => {
    const scores = scoresType('attentionGrad', [q!, k!, v!], extras, [epilogue, slope]);
    const [dim, valueDim] = [q!.shape[3]!, v!.shape[3]!];
    const difference = callOf('mul', inputOf(0), callOf('sub', callOf('mul', inputOf(1), inputOf(0)), inputOf(2)));
    return attentionFlops(scores, [dim, dim, dim, valueDim, valueDim], [epilogue, slope, difference]);
  },
});
