import { definePrimitive, type Primitive, requireDType } from '../primitive.ts';
import { convolve } from './convolution.ts';
import { depthwiseGeometry, WINDOW_ATTRIBUTES } from './geometry.ts';

const NAME = 'depthwiseConv';

/**
 * Each channel of `x` `[batch, height, width, channels]` convolved with its own filters: `w` is
 * `[height, width, channels, multiplier]`, and channel `c` of `x` makes the channels `c · multiplier …` of the result.
 *
 * Bit-equal to tfjs's `DepthwiseConv2dNative` on its cpu backend: products are added in float32, by taps.
 */
export const depthwiseConv: Primitive = definePrimitive({
  name: NAME,
  arity: 2,
  attributes: WINDOW_ATTRIBUTES,
  infer: ([x, w], attrs) => {
    requireDType(NAME, 'x', x!, 'float32');
    requireDType(NAME, 'w', w!, 'float32');
    return [{ shape: depthwiseGeometry(NAME, x!.shape, w!.shape, attrs).outShape, dtype: 'float32' }];
  },
  evaluate: ([x, w], attrs) => [
    convolve(depthwiseGeometry(NAME, x!.type.shape, w!.type.shape, attrs), x!.data, w!.data),
  ],
  flops: ([x, w], attrs) => 2 * depthwiseGeometry(NAME, x!.shape, w!.shape, attrs).products,
});
