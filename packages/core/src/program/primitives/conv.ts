import { definePrimitive, type Primitive, requireDType } from '../primitive.ts';
import { convolve } from './convolution.ts';
import { convGeometry, WINDOW_ATTRIBUTES } from './geometry.ts';

/**
 * `y[n, p, f] = Σ x[n, p · stride + t · dilation - before, c] w[t, c, f]` over the taps `t` and the channels `c` of the
 * group of `f`: the convolution of `x` `[batch, …1 to 3 spatial axes, channels]` with `w`
 * `[…window, channels / groups, filters]`. What a window covers beyond `x` counts as 0.
 *
 * Bit-equal to tfjs's `Conv2D` and `Conv3D` on its cpu backend: products are added in float32, by taps, then by channels.
 */
export const conv: Primitive = definePrimitive({
  name: 'conv',
  arity: 2,
  attributes: { ...WINDOW_ATTRIBUTES, groups: 'integer?' },
  infer: ([x, w], attrs) => {
    requireDType('conv', 'x', x!, 'float32');
    requireDType('conv', 'w', w!, 'float32');
    return [{ shape: convGeometry('conv', x!.shape, w!.shape, attrs).outShape, dtype: 'float32' }];
  },
  evaluate: ([x, w], attrs) => [convolve(convGeometry('conv', x!.type.shape, w!.type.shape, attrs), x!.data, w!.data)],
  flops: ([x, w], attrs) => 2 * convGeometry('conv', x!.shape, w!.shape, attrs).products,
});
