import { definePrimitive, type Primitive, requireDType } from '../primitive.ts';
import { convolve } from './convolution.ts';
import { applyEpilogue, epilogueFlops, epilogueType } from './epilogue.ts';
import { convGeometry, WINDOW_ATTRIBUTES } from './geometry.ts';

/**
 * `y[n, p, f] = Σ x[n, p · stride + t · dilation - before, c] w[t, c, f]` over the taps `t` and the channels `c` of the
 * group of `f`: the convolution of `x` `[batch, …1 to 3 spatial axes, channels]` with `w`
 * `[…window, channels / groups, filters]`. What a window covers beyond `x` counts as 0. Where a
 * weight there is infinite or NaN, the product may be left out, as it is here, or be NaN, as TensorFlow makes it: executors choose.
 *
 * `epilogue` is an expression of the element of the sum and of those of the extra inputs: see `epilogue.ts`.
 *
 * Bit-equal to tfjs's `Conv2D` and `Conv3D` on its cpu backend: products are added in float32, by taps, then by channels.
 */
export const conv: Primitive = definePrimitive({
  name: 'conv',
  arity: [2, Number.POSITIVE_INFINITY],
  attributes: { ...WINDOW_ATTRIBUTES, groups: 'integer?', epilogue: 'expression?' },
  infer: ([x, w, ...extras], { epilogue, ...attrs }) => {
    requireDType('conv', 'x', x!, 'float32');
    requireDType('conv', 'w', w!, 'float32');
    const { outShape } = convGeometry('conv', x!.shape, w!.shape, attrs);
    return [epilogueType('conv', { shape: outShape, dtype: 'float32' }, extras, epilogue)];
  },
  evaluate: ([x, w, ...extras], { epilogue, ...attrs }, [type]) => {
    const sums = convolve(convGeometry('conv', x!.type.shape, w!.type.shape, attrs), x!.data, w!.data);
    return [applyEpilogue({ type: type!, data: sums }, extras, epilogue)];
  },
  flops: ([x, w], { epilogue, ...attrs }, [type]) =>
    2 * convGeometry('conv', x!.shape, w!.shape, attrs).products + epilogueFlops(type!, epilogue),
});
