import { sizeOf } from '../../tensor/shape.ts';
import { definePrimitive, type Primitive, requireDType } from '../primitive.ts';
import { convolveFilterGradient } from './convolution.ts';
import { depthwiseGeometry, requireOutputShape, WINDOW_ATTRIBUTES } from './geometry.ts';

const NAME = 'depthwiseFilterGrad';

/**
 * The gradient of `depthwiseConv` with respect to its filter of shape `filterShape`, from its input `x` and `dy`.
 *
 * Bit-equal to tfjs's `DepthwiseConv2dNativeBackpropFilter` on its cpu backend (which knows no dilation): sums in float64,
 * by images, then by outputs.
 */
export const depthwiseFilterGrad: Primitive = definePrimitive({
  name: NAME,
  arity: 2,
  attributes: { filterShape: 'integers', ...WINDOW_ATTRIBUTES },
  infer: ([x, dy], { filterShape, ...attrs }) => {
    requireDType(NAME, 'x', x!, 'float32');
    requireDType(NAME, 'dy', dy!, 'float32');
    requireOutputShape(NAME, dy!.shape, depthwiseGeometry(NAME, x!.shape, filterShape, attrs).outShape);
    return [{ shape: filterShape, dtype: 'float32' }];
  },
  evaluate: ([x, dy], { filterShape, ...attrs }) => {
    const geometry = depthwiseGeometry(NAME, x!.type.shape, filterShape, attrs);
    return [convolveFilterGradient(geometry, x!.data, dy!.data, sizeOf(filterShape))];
  },
  flops: ([x], { filterShape, ...attrs }) => 2 * depthwiseGeometry(NAME, x!.shape, filterShape, attrs).products,
});
