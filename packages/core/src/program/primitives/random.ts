import { ArgumentError } from '../../errors.ts';
import { fillRandom } from '../../random/random-kernel.ts';
import { sameShape, sizeOf } from '../../tensor/shape.ts';
import { allocate, definePrimitive, type Primitive, requireDType } from '../primitive.ts';
import { requireShape } from './axes.ts';

/**
 * Random numbers from `state`, int32 `[seed, counter]`: the same state gives the same numbers, on every backend.
 *
 * @see RandomAttributes for the distributions
 */
export const random: Primitive = definePrimitive({
  name: 'random',
  arity: 1,
  attributes: { shape: 'integers', distribution: ['uniform', 'normal', 'truncatedNormal', 'bits'] },
  infer: ([state], { shape, distribution }) => {
    requireDType('random', 'state', state!, 'int32');
    requireShape('random', shape);
    if (!sameShape(state!.shape, [2])) throw new ArgumentError('random', 'state', 'of shape [2]', state);
    return [{ shape, dtype: distribution === 'bits' ? 'int32' : 'float32' }];
  },
  evaluate: ([state], { distribution }, [output]) => {
    const result = allocate(output!) as Float32Array | Int32Array;
    fillRandom(result, distribution, state!.data[0]!, state!.data[1]!);
    return [result];
  },
  // ten rounds of Philox give four words: about 60 operations an element
  flops: (_, __, [output]) => 60 * sizeOf(output!.shape),
});
