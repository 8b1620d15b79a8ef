import { cast, div, equal, mul, sum, type Tensor } from '@tensorflow/tfjs-core';
import type { ReductionContext } from './families.ts';

/** The gradient of `Max` and `Min`: `dy` goes to the elements that equal the result, in equal parts. */
export function shareAmongEqual({ dy, x, y, axes }: ReductionContext): Tensor {
  const equals = cast(equal(x, y), 'float32');
  return mul(equals, div(dy, sum(equals, [...axes], true)));
}
