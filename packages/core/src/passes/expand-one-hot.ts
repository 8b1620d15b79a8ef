import { callOf, inputOf } from '../program/expression.ts';
import type { Pass } from './pass.ts';
import { reshaped } from './reshapes.ts';
import { type Rule, rewrite } from './rewrite.ts';

/**
 * Makes a map of `oneHot`, which compares ids with places, so that it is fused with the maps and reductions around it:
 *
 *     %1 = oneHot(%0) {depth=3, on=1, off=0, dtype="float32"}     %1 = map(%2, %0) { f32(eq(a, b)) }
 *
 * where `%2` is `[0, 1, 2]` and `%0` has an axis of size 1 more. Wide ones stay: to fill and then set one element of each row is
 * less work.
 */
export const expandOneHot: Pass = {
  name: 'expand-one-hot',
  run: (program) => rewrite(program, [compareWithPlaces]),
};

const MOST_PLACES = 256;

/** What makes a number of a flag, by dtype. */
const CASTS: Readonly<Record<string, string>> = { float32: 'f32', int32: 'i32', bool: 'bool' };

const compareWithPlaces: Rule = ({ primitive, inputs, attrs }, view) => {
  if (primitive !== 'oneHot' || attrs.on !== 1 || !Object.is(attrs.off, 0)) return undefined;
  const [depth, cast] = [attrs.depth as number, CASTS[attrs.dtype as string]];
  if (depth > MOST_PLACES || depth === 0 || !cast) return undefined;
  const places = view.addConstant(
    Int32Array.from({ length: depth }, (_, place) => place),
    { shape: [depth], dtype: 'int32' },
  );
  const ids = reshaped(inputs[0]!, [...view.typeOf(inputs[0]!).shape, 1], view);
  return {
    primitive: 'map',
    inputs: [places, ids],
    attrs: { expr: callOf(cast, callOf('eq', inputOf(0), inputOf(1))) },
  };
};
