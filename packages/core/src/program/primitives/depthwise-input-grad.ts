import { definePrimitive, type Primitive, requireDType } from '../primitive.ts';
import { convolveInputGradient } from './convolution.ts';
import { depthwiseGeometry, requireOutputShape, WINDOW_ATTRIBUTES } from './geometry.ts';

const NAME = 'depthwiseInputGrad';

/**
 * The gradient of `depthwiseConv` with respect to its input of shape `inputShape`, from `dy` and the filter `w`.
 *
 * Bit-equal to tfjs's `DepthwiseConv2dNativeBackpropInput` on its cpu backend (which knows no dilation): sums in float64,
 * by outputs, then by the filters of the channel.
 */
export const depthwiseInputGrad: Primitive = definePrimitive({
  name: NAME,
  arity: 2,
  attributes: { inputShape: 'integers', ...WINDOW_ATTRIBUTES },
  infer: ([dy, w], { inputShape, ...attrs }) => {
    requireDType(NAME, 'dy', dy!, 'float32');
    requireDType(NAME, 'w', w!, 'float32');
    requireOutputShape(NAME, dy!.shape, depthwiseGeometry(NAME, inputShape, w!.shape, attrs).outShape);
    return [{ shape: inputShape, dtype: 'float32' }];
  },
  evaluate: ([dy, w], { inputShape, ...attrs }) => [
    convolveInputGradient(depthwiseGeometry(NAME, inputShape, w!.type.shape, attrs), dy!.data, w!.data),
  ],
  flops: ([, w], { inputShape, ...attrs }) => 2 * depthwiseGeometry(NAME, inputShape, w!.shape, attrs).products,
});
