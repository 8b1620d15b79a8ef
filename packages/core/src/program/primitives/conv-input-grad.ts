import { definePrimitive, type Primitive, requireDType } from '../primitive.ts';
import { convolveInputGradient } from './convolution.ts';
import { convGeometry, requireOutputShape, WINDOW_ATTRIBUTES } from './geometry.ts';

const NAME = 'convInputGrad';

/**
 * The gradient of `conv` with respect to its input of shape `inputShape`, from `dy` and the filter `w`; also known as the
 * transposed convolution.
 *
 * Bit-equal to tfjs's `Conv2DBackpropInput` and `Conv3DBackpropInputV2` on its cpu backend (which know no dilation and no
 * groups): sums in float64, by outputs, then by filters.
 */
export const convInputGrad: Primitive = definePrimitive({
  name: NAME,
  arity: 2,
  attributes: { inputShape: 'integers', ...WINDOW_ATTRIBUTES, groups: 'integer?' },
  infer: ([dy, w], { inputShape, ...attrs }) => {
    requireDType(NAME, 'dy', dy!, 'float32');
    requireDType(NAME, 'w', w!, 'float32');
    requireOutputShape(NAME, dy!.shape, convGeometry(NAME, inputShape, w!.shape, attrs).outShape);
    return [{ shape: inputShape, dtype: 'float32' }];
  },
  evaluate: ([dy, w], { inputShape, ...attrs }) => [
    convolveInputGradient(convGeometry(NAME, inputShape, w!.type.shape, attrs), dy!.data, w!.data),
  ],
  flops: ([, w], { inputShape, ...attrs }) => 2 * convGeometry(NAME, inputShape, w!.shape, attrs).products,
});
