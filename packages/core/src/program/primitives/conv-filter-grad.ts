import { sizeOf } from '../../tensor/shape.ts';
import { definePrimitive, type Primitive, requireDType } from '../primitive.ts';
import { convolveFilterGradient } from './convolution.ts';
import { convGeometry, requireOutputShape, WINDOW_ATTRIBUTES } from './geometry.ts';

const NAME = 'convFilterGrad';

/**
 * The gradient of `conv` with respect to its filter of shape `filterShape`, from its input `x` and `dy`.
 *
 * Bit-equal to tfjs's `Conv2DBackpropFilter` and `Conv3DBackpropFilterV2` on its cpu backend (which know no dilation and
 * no groups): sums in float64, by images, then by outputs.
 */
export const convFilterGrad: Primitive = definePrimitive({
  name: NAME,
  arity: 2,
  attributes: { filterShape: 'integers', ...WINDOW_ATTRIBUTES, groups: 'integer?' },
  infer: ([x, dy], { filterShape, ...attrs }) => {
    requireDType(NAME, 'x', x!, 'float32');
    requireDType(NAME, 'dy', dy!, 'float32');
    requireOutputShape(NAME, dy!.shape, convGeometry(NAME, x!.shape, filterShape, attrs).outShape);
    return [{ shape: filterShape, dtype: 'float32' }];
  },
  evaluate: ([x, dy], { filterShape, ...attrs }) => {
    const geometry = convGeometry(NAME, x!.type.shape, filterShape, attrs);
    return [convolveFilterGradient(geometry, x!.data, dy!.data, sizeOf(filterShape))];
  },
  flops: ([x], { filterShape, ...attrs }) => 2 * convGeometry(NAME, x!.shape, filterShape, attrs).products,
});
