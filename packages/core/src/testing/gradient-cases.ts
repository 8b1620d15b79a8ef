import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { runKernel } from '../kernels/gradient-helpers.ts';
import { NARROW_KERNEL } from '../kernels/narrow.ts';
import { type Shape, sizeOf } from '../tensor/shape.ts';

/** A call of a kernel at a point where its derivatives exist. */
export interface KernelCase {
  readonly kernel: string;
  /** What is special about it. */
  readonly name: string;
  readonly inputs: readonly CaseInput[];
  run(...xs: Tensor[]): Tensor | Tensor[];
  /** How often it is differentiated: 0 only runs it, for the shape rule; 2 checks the gradient of its gradient, too. */
  readonly order: 0 | 1 | 2;
}

export interface CaseInput {
  readonly shape: Shape;
  readonly values: Float32Array;
}

const input = (shape: Shape, value: (i: number) => number): CaseInput => ({
  shape,
  values: Float32Array.from({ length: sizeOf(shape) }, (_, i) => value(i)),
});

/** A number from 0 to 1 that looks random, the same for each run. */
const noise = (i: number): number => {
  const value = Math.sin(12.9898 * (i + 1)) * 43758.5453;
  return value - Math.floor(value);
};

/** Values from -1.2 to 1.2. */
const any = (...shape: number[]): CaseInput => input(shape, (i) => 2.4 * noise(i) - 1.2);
/** Values from 0.6 to 2. */
const positive = (...shape: number[]): CaseInput => input(shape, (i) => 0.6 + 1.4 * noise(i + 7));
/** Values from `low` to `high`. */
const between = (low: number, high: number, ...shape: number[]): CaseInput =>
  input(shape, (i) => low + (high - low) * noise(i + 3));
/** Values apart from each other and from 0 by more than the step of the differences, in no order. */
const apart = (...shape: number[]): CaseInput => {
  const size = sizeOf(shape);
  const order = Array.from({ length: size }, (_, i) => i).sort((i, j) => noise(i) - noise(j));
  return input(shape, (i) => 0.17 * (order[i]! - Math.floor(size / 2) + 0.5));
};

const one = (
  kernel: string,
  name: string,
  inputs: readonly CaseInput[],
  run: KernelCase['run'],
  order: KernelCase['order'] = 1,
): KernelCase => ({ kernel, name, inputs, run, order });

/** A kernel of one tensor, named as its op. */
const unary = (kernel: string, x: CaseInput, run: (x: Tensor) => Tensor, order: KernelCase['order'] = 2): KernelCase =>
  one(kernel, `${x.shape}`, [x], run as KernelCase['run'], order);

type Op2 = (a: Tensor, b: Tensor) => Tensor;

/** A kernel of two tensors: of one shape, stretched on the right, stretched on both sides. */
const binary = (
  kernel: string,
  run: Op2,
  of: (...shape: number[]) => CaseInput,
  order: KernelCase['order'] = 2,
): KernelCase[] =>
  [
    [
      [2, 3],
      [2, 3],
    ],
    [[2, 3], [3]],
    [
      [2, 1, 3],
      [2, 1],
    ],
    [[], [2, 2]],
  ].map(([a, b]) => one(kernel, `[${a}] and [${b}]`, [of(...a!), shifted(of(...b!))], run as KernelCase['run'], order));

/** The same values a little higher, so that two inputs are never equal. */
const shifted = ({ shape, values }: CaseInput): CaseInput => ({ shape, values: values.map((value) => value + 0.085) });

type Reduction = (x: Tensor, axis?: number | number[], keepDims?: boolean) => Tensor;

const reductions = (
  kernel: string,
  run: Reduction,
  of: (...shape: number[]) => CaseInput,
  order: KernelCase['order'] = 2,
): KernelCase[] => [
  one(kernel, 'all axes', [of(2, 3)], (x) => run(x!), order),
  one(kernel, 'one axis', [of(2, 3, 2)], (x) => run(x!, 1), order),
  one(kernel, 'negative axis, kept', [of(2, 3, 2)], (x) => run(x!, -1, true), order),
  one(kernel, 'first and last axis', [of(2, 3, 2)], (x) => run(x!, [0, 2]), order),
];

const elementwise: KernelCase[] = [
  unary('Abs', apart(6), (x) => tf.abs(x)),
  unary('Acos', between(-0.8, 0.8, 6), (x) => tf.acos(x)),
  unary('Acosh', between(1.4, 3, 6), (x) => tf.acosh(x)),
  unary('Asin', between(-0.8, 0.8, 6), (x) => tf.asin(x)),
  unary('Asinh', any(6), (x) => tf.asinh(x)),
  unary('Atan', any(6), (x) => tf.atan(x)),
  unary('Atanh', between(-0.7, 0.7, 6), (x) => tf.atanh(x)),
  unary('Ceil', between(0.1, 0.9, 6), (x) => tf.ceil(x)),
  unary('Cos', any(6), (x) => tf.cos(x)),
  unary('Cosh', any(6), (x) => tf.cosh(x)),
  unary('Elu', apart(2, 4), (x) => tf.elu(x)),
  unary('Erf', any(6), (x) => tf.erf(x)),
  unary('Exp', any(6), (x) => tf.exp(x)),
  unary('Expm1', any(6), (x) => tf.expm1(x)),
  unary('Floor', between(0.1, 0.9, 6), (x) => tf.floor(x)),
  unary('Identity', any(6), (x) => tf.clone(x)),
  unary('LeakyRelu', apart(6), (x) => tf.leakyRelu(x, 0.3)),
  unary('Log', positive(6), (x) => tf.log(x)),
  unary('Log1p', between(-0.4, 1, 6), (x) => tf.log1p(x)),
  // at numbers of the format, and the steps of the differences are some too
  one(NARROW_KERNEL, 'float16', [input([6], (i) => (i - 2) / 4)], (x) =>
    runKernel(NARROW_KERNEL, { x: x! }, { format: 'float16' }),
  ),
  unary('Neg', any(6), (x) => tf.neg(x)),
  unary('OnesLike', any(6), (x) => tf.onesLike(x)),
  unary('Reciprocal', positive(6), (x) => tf.reciprocal(x)),
  unary('Relu', apart(2, 4), (x) => tf.relu(x)),
  unary('Relu6', between(0.1, 5.9, 6), (x) => tf.relu6(x)),
  unary('Relu6', between(6.1, 9, 3), (x) => tf.relu6(x)),
  unary('Round', between(0.6, 1.4, 6), (x) => tf.round(x)),
  unary('Rsqrt', positive(6), (x) => tf.rsqrt(x)),
  unary('Selu', apart(2, 4), (x) => tf.selu(x)),
  unary('Sigmoid', any(6), (x) => tf.sigmoid(x)),
  unary('Sign', apart(6), (x) => tf.sign(x)),
  unary('Sin', any(6), (x) => tf.sin(x)),
  unary('Sinh', any(6), (x) => tf.sinh(x)),
  unary('Softplus', any(6), (x) => tf.softplus(x)),
  unary('Sqrt', positive(6), (x) => tf.sqrt(x)),
  unary('Square', any(6), (x) => tf.square(x)),
  unary('Step', apart(6), (x) => tf.step(x, 0.5)),
  unary('Tan', between(-0.9, 0.9, 6), (x) => tf.tan(x)),
  unary('Tanh', any(6), (x) => tf.tanh(x)),
  unary('ZerosLike', any(6), (x) => tf.zerosLike(x)),
  unary('ClipByValue', apart(8), (x) => tf.clipByValue(x, -0.34, 0.34)),
  unary('Cast', any(6), (x) => tf.cast(x, 'float32')),
  unary('Cast', between(1.2, 1.8, 3), (x) => tf.mul(x, tf.cast(x, 'int32'))),
  unary('IsFinite', any(3), (x) => tf.isFinite(x), 0),
  unary('IsInf', any(3), (x) => tf.isInf(x), 0),
  unary('IsNan', any(3), (x) => tf.isNaN(x), 0),
  unary('LogicalNot', any(3), (x) => tf.logicalNot(tf.greater(x, 0)), 0),
  one('Prelu', 'one slope for each column', [apart(2, 4), any(4)], (x, a) => tf.prelu(x!, a!), 2),
  one('EluGrad', '', [any(6), apart(6)], (dy, y) => runKernel('EluGrad', { dy: dy!, y: y! }), 2),
  ...binary('Add', tf.add, any),
  ...binary('Sub', tf.sub, any),
  ...binary('Multiply', tf.mul, any),
  ...binary('RealDiv', tf.div, positive),
  ...binary(
    'FloorDiv',
    (a, b) => tf.floorDiv(tf.cast(tf.mul(a, 2.5), 'int32'), tf.cast(b, 'int32')),
    (...shape) => between(2.1, 2.3, ...shape),
    1,
  ),
  ...binary(
    'Mod',
    (a, b) => tf.mod(tf.mul(a, 2.5), b),
    (...shape) => between(0.97, 1.03, ...shape),
    1,
  ),
  ...binary('Pow', tf.pow, positive),
  one('Pow', 'negative base, integer exponent', [between(-2, -1, 4)], (a) => tf.pow(a!, 3), 2),
  one('Pow', 'exponent 0', [any(4)], (a) => tf.pow(a!, 0), 1),
  ...binary('SquaredDifference', tf.squaredDifference, any),
  ...binary('Atan2', tf.atan2, positive),
  ...binary('Maximum', tf.maximum, apart),
  ...binary('Minimum', tf.minimum, apart),
  ...binary('Equal', tf.equal, any, 0),
  ...binary('NotEqual', tf.notEqual, any, 0),
  ...binary('Greater', tf.greater, any, 0),
  ...binary('GreaterEqual', tf.greaterEqual, any, 0),
  ...binary('Less', tf.less, any, 0),
  ...binary('LessEqual', tf.lessEqual, any, 0),
  ...binary('LogicalAnd', (a, b) => tf.logicalAnd(tf.greater(a, 0), tf.greater(b, 0)), any, 0),
  ...binary('LogicalOr', (a, b) => tf.logicalOr(tf.greater(a, 0), tf.greater(b, 0)), any, 0),
  one(
    'BitwiseAnd',
    '',
    [between(0, 9, 4), between(0, 9, 4)],
    (a, b) => tf.bitwiseAnd(tf.cast(a!, 'int32'), tf.cast(b!, 'int32')),
    0,
  ),
  one(
    'Select',
    'with a comparison of the input',
    [apart(6), any(6)],
    (x, y) => tf.where(tf.greater(x!, 0), tf.mul(x!, y!), tf.square(x!)),
    2,
  ),
  one('Select', 'broadcast sides', [apart(2, 3), any(3)], (x, y) => tf.where(tf.less(x!, 0), x!, y!), 2),
  one('AddN', '', [any(2, 2), any(2, 2), any(2, 2)], (...xs) => tf.addN(xs), 2),
  one(
    'FusedBatchNorm',
    'scale and offset',
    [any(2, 2, 2, 3), any(3), positive(3), any(3), any(3)],
    (x, mean, variance, offset, scale) =>
      tf.batchNorm(x!, mean as tf.Tensor1D, variance as tf.Tensor1D, offset as tf.Tensor1D, scale as tf.Tensor1D, 0.01),
    2,
  ),
  one(
    'FusedBatchNorm',
    'neither',
    [any(4, 3), any(3), positive(3)],
    (x, mean, variance) => tf.batchNorm(x!, mean as tf.Tensor1D, variance as tf.Tensor1D),
    2,
  ),
  one('FusedBatchNorm', 'only offset', [any(4, 3), any(3), positive(3), any(3)], (x, mean, variance, offset) =>
    tf.batchNorm(x!, mean as tf.Tensor1D, variance as tf.Tensor1D, offset as tf.Tensor1D),
  ),
  one(
    'FusedBatchNorm',
    'only scale, statistics per position',
    [any(2, 2, 2), any(2, 2, 2), positive(2, 2, 2), any(2, 2, 2)],
    (x, mean, variance, scale) =>
      tf.batchNorm(x!, mean as tf.Tensor3D, variance as tf.Tensor3D, undefined, scale as tf.Tensor3D),
  ),
];

const reduced: KernelCase[] = [
  ...reductions('Sum', tf.sum, any),
  ...reductions('Mean', tf.mean, any),
  ...reductions('Max', tf.max, apart),
  ...reductions('Min', tf.min, apart),
  ...reductions('Prod', tf.prod, any),
  one('Prod', 'with zeros', [zeroed(any(3, 3), 0, 4, 5)], (x) => tf.prod(x!, 1), 2),
  ...reductions('All', (x, axis, keep) => tf.all(tf.greater(x, -1), axis, keep), any, 0),
  ...reductions('Any', (x, axis, keep) => tf.any(tf.greater(x, 1), axis, keep), any, 0),
  one('Sum', 'of bool', [any(4)], (x) => tf.sum(tf.greater(x!, 0)), 0),
  one('Mean', 'of int32', [any(4)], (x) => tf.mean(tf.cast(x!, 'int32')), 0),
  one('ArgMax', '', [apart(2, 3)], (x) => tf.argMax(x!, 1), 0),
  one('ArgMin', '', [apart(2, 3)], (x) => tf.argMin(x!, 0), 0),
  one('Softmax', '', [any(2, 4)], (x) => tf.softmax(x!), 2),
  one('LogSoftmax', '', [any(2, 4)], (logits) => runKernel('LogSoftmax', { logits: logits! }, { axis: -1 }), 2),
];

/** The same values with 0 in some places. */
function zeroed({ shape, values }: CaseInput, ...places: number[]): CaseInput {
  return { shape, values: values.map((value, i) => (places.includes(i) ? 0 : value)) };
}

const products: KernelCase[] = [
  ...[false, true].flatMap((transposeA) =>
    [false, true].map((transposeB) =>
      one(
        'BatchMatMul',
        `transposeA ${transposeA}, transposeB ${transposeB}`,
        [any(...(transposeA ? [3, 2] : [2, 3])), any(...(transposeB ? [4, 3] : [3, 4]))],
        (a, b) => tf.matMul(a!, b!, transposeA, transposeB),
        2,
      ),
    ),
  ),
  one('BatchMatMul', 'batches broadcast', [any(2, 2, 3), any(1, 3, 2)], (a, b) => tf.matMul(a!, b!), 2),
];

const moved: KernelCase[] = [
  one('Reshape', '', [any(2, 3)], (x) => tf.reshape(x!, [3, -1]), 2),
  one('ExpandDims', '', [any(2, 3)], (x) => tf.expandDims(x!, -1), 2),
  one('Transpose', '', [any(2, 3, 2)], (x) => tf.transpose(x!, [1, 2, 0]), 2),
  one('Reverse', '', [any(2, 3, 2)], (x) => tf.reverse(x!, [0, 2]), 2),
  one('Slice', '', [any(3, 4)], (x) => tf.slice(x!, [1, 0], [2, -1]), 2),
  one(
    'PadV2',
    '',
    [any(2, 3)],
    (x) =>
      tf.pad(
        x!,
        [
          [1, 0],
          [0, 2],
        ],
        5,
      ),
    2,
  ),
  one('Concat', 'first axis', [any(2, 3), any(1, 3)], (a, b) => tf.concat([a!, b!], 0), 2),
  one('Concat', 'last axis, three', [any(2, 1), any(2, 2), any(2, 1)], (...xs) => tf.concat(xs, -1), 2),
  one('Pack', '', [any(2, 3), any(2, 3)], (...xs) => tf.stack(xs, 1), 2),
  one('Unpack', '', [any(2, 3)], (x) => tf.mul(...(tf.unstack(x!, 0) as [Tensor, Tensor])), 2),
  one('Unpack', 'one of three used', [any(2, 3)], (x) => tf.square(tf.unstack(x!, 1)[1]!), 2),
  one('SplitV', 'equal parts', [any(2, 4)], (x) => tf.mul(...(tf.split(x!, 2, 1) as [Tensor, Tensor])), 2),
  one('SplitV', 'sizes', [any(5)], (x) => tf.square(tf.split(x!, [2, 3])[1]!), 2),
  one('Tile', '', [any(2, 1, 3)], (x) => tf.tile(x!, [2, 3, 1]), 2),
  one('Tile', 'last axis', [any(3)], (x) => tf.tile(x!, [2]), 2),
  one('BroadcastTo', '', [any(2, 1)], (x) => runKernel('BroadcastTo', { x: x! }, { shape: [3, 2, 4] }), 2),
  one('OneHot', '', [any(2, 2)], () => tf.oneHot(tf.tensor1d([0, 2], 'int32'), 3), 0),
  one('GatherV2', 'rows, some twice', [any(4, 2)], (x) => tf.gather(x!, tf.tensor1d([2, 0, 2], 'int32')), 2),
  one(
    'GatherV2',
    'matrix of indices, middle axis',
    [any(2, 3, 2)],
    (x) =>
      tf.gather(
        x!,
        tf.tensor2d(
          [
            [2, 0],
            [1, 2],
          ],
          undefined,
          'int32',
        ),
        1,
      ),
    2,
  ),
  one(
    'GatherV2',
    'batch dimension',
    [any(2, 3, 2)],
    (x) =>
      tf.gather(
        x!,
        tf.tensor2d(
          [
            [2, 0],
            [1, 1],
          ],
          undefined,
          'int32',
        ),
        1,
        1,
      ),
    2,
  ),
  one(
    'GatherV2',
    'batch dimension and outer axis',
    [any(2, 2, 3)],
    (x) =>
      tf.gather(
        x!,
        tf.tensor2d(
          [
            [2, 0],
            [1, 1],
          ],
          undefined,
          'int32',
        ),
        2,
        1,
      ),
    2,
  ),
  one(
    'UnsortedSegmentSum',
    'one id outside',
    [any(4, 2)],
    (x) => tf.unsortedSegmentSum(x!, tf.tensor1d([1, 0, -1, 1], 'int32'), 3),
    2,
  ),
];

type Pad = 'same' | 'valid' | number;
const T4 = (x: Tensor | undefined): tf.Tensor4D => x as tf.Tensor4D;
const T5 = (x: Tensor | undefined): tf.Tensor5D => x as tf.Tensor5D;

const convolutions: KernelCase[] = [
  ...(['same', 'valid', 1] as Pad[]).flatMap((pad) =>
    [1, 2].map((stride) =>
      one(
        'Conv2D',
        `${pad}, stride ${stride}`,
        [any(2, 4, 5, 2), any(3, 2, 2, 3)],
        (x, w) => tf.conv2d(T4(x), T4(w), stride, pad, 'NHWC', 1, pad === 1 ? 'floor' : undefined),
        2,
      ),
    ),
  ),
  one(
    'Conv2D',
    'explicit padding',
    [any(1, 3, 4, 1), any(2, 2, 1, 2)],
    (x, w) =>
      tf.conv2d(T4(x), T4(w), 1, [
        [0, 0],
        [1, 0],
        [0, 2],
        [0, 0],
      ]),
    2,
  ),
  one(
    'Conv2D',
    'channels first',
    [any(1, 2, 4, 4), any(2, 2, 2, 2)],
    (x, w) => tf.conv2d(T4(x), T4(w), 1, 'same', 'NCHW'),
    2,
  ),
  one(
    'Conv2D',
    'channels first, dilated',
    [any(1, 2, 4, 5), any(2, 2, 2, 2)],
    (x, w) => tf.conv2d(T4(x), T4(w), 1, 'valid', 'NCHW', 2),
    2,
  ),
  one(
    'Conv2D',
    'dilated, valid',
    [any(2, 6, 5, 1), any(3, 2, 1, 2)],
    (x, w) => tf.conv2d(T4(x), T4(w), 1, 'valid', 'NHWC', 2),
    2,
  ),
  one(
    'Conv2D',
    'dilated, same, 2 and 3',
    [any(1, 5, 4, 2), any(2, 2, 2, 2)],
    (x, w) => tf.conv2d(T4(x), T4(w), 1, 'same', 'NHWC', [2, 3]),
    2,
  ),
  one(
    'Conv2D',
    'conv1d, dilated',
    [any(2, 7, 2), any(3, 2, 2)],
    (x, w) => tf.conv1d(x as tf.Tensor3D, w as tf.Tensor3D, 1, 'same', 'NWC', 2),
    2,
  ),
  one(
    'Conv2DBackpropInput',
    'conv2dTranspose, same, stride 2',
    [any(1, 2, 3, 2), any(3, 3, 2, 2)],
    (x, w) => tf.conv2dTranspose(T4(x), T4(w), [1, 4, 6, 2], 2, 'same'),
    2,
  ),
  one(
    'Conv2DBackpropInput',
    'conv2dTranspose, valid',
    [any(1, 2, 2, 1), any(2, 2, 2, 1)],
    (x, w) => tf.conv2dTranspose(T4(x), T4(w), [1, 3, 3, 2], 1, 'valid'),
    2,
  ),
  ...(['same', 'valid'] as const).flatMap((pad) =>
    [1, 2].map((stride) =>
      one(
        'DepthwiseConv2dNative',
        `${pad}, stride ${stride}`,
        [any(2, 4, 5, 2), any(3, 2, 2, 2)],
        (x, w) => tf.depthwiseConv2d(T4(x), T4(w), stride, pad),
        2,
      ),
    ),
  ),
  one(
    'DepthwiseConv2dNative',
    'dilated, same',
    [any(1, 5, 6, 2), any(3, 2, 2, 2)],
    (x, w) => tf.depthwiseConv2d(T4(x), T4(w), 1, 'same', 'NHWC', 2),
    2,
  ),
  one(
    'DepthwiseConv2dNative',
    'dilated, valid',
    [any(1, 5, 6, 1), any(2, 2, 1, 2)],
    (x, w) => tf.depthwiseConv2d(T4(x), T4(w), 1, 'valid', 'NHWC', [2, 3]),
    2,
  ),
  ...(['same', 'valid'] as const).map((pad) =>
    one(
      'Conv3D',
      `${pad}, stride 2`,
      [any(1, 3, 4, 3, 2), any(2, 2, 2, 2, 2)],
      (x, w) => tf.conv3d(T5(x), T5(w), 2, pad),
      2,
    ),
  ),
  one(
    'Conv3D',
    'dilated',
    [any(1, 4, 3, 3, 1), any(2, 2, 2, 1, 2)],
    (x, w) => tf.conv3d(T5(x), T5(w), 1, 'same', 'NDHWC', 2),
    2,
  ),
  one(
    'Conv3DBackpropInputV2',
    'conv3dTranspose',
    [any(1, 2, 2, 1, 2), any(2, 2, 2, 1, 2)],
    (x, w) => tf.conv3dTranspose(T5(x), T5(w), [1, 4, 4, 2, 1], 2, 'same'),
    2,
  ),
];

const pools: KernelCase[] = [
  ...(['same', 'valid', 1] as Pad[]).flatMap((pad) =>
    [1, 2].flatMap((stride) => [
      one(
        'MaxPool',
        `${pad}, stride ${stride}`,
        [apart(1, 4, 5, 2)],
        (x) => tf.maxPool(T4(x), [2, 3], stride, pad, pad === 1 ? 'floor' : undefined),
        2,
      ),
      one(
        'AvgPool',
        `${pad}, stride ${stride}`,
        [any(1, 4, 5, 2)],
        (x) => tf.avgPool(T4(x), [2, 3], stride, pad, pad === 1 ? 'floor' : undefined),
        2,
      ),
    ]),
  ),
  one('AvgPool', 'rounding up', [any(1, 4, 4, 1)], (x) => tf.avgPool(T4(x), 3, 2, 0, 'ceil'), 1),
  ...(['same', 'valid'] as const).flatMap((pad) => [
    one('MaxPool3D', pad, [apart(1, 3, 3, 4, 1)], (x) => tf.maxPool3d(T5(x), 2, 2, pad), 2),
    one('AvgPool3D', pad, [any(1, 3, 3, 4, 1)], (x) => tf.avgPool3d(T5(x), 2, 2, pad), 2),
  ]),
  one(
    'MaxPoolWithArgmax',
    '',
    [apart(2, 4, 4, 1)],
    (x) => tf.maxPoolWithArgmax(T4(x), 2, 2, 'same').result as Tensor,
    2,
  ),
];

const ints = (values: tf.TensorLike): Tensor => tf.tensor(values, undefined, 'int32');

const scans: KernelCase[] = [
  ...[false, true].flatMap((exclusive) =>
    [false, true].flatMap((reverse) => [
      one(
        'Cumsum',
        `exclusive ${exclusive}, reverse ${reverse}`,
        [any(2, 4)],
        (x) => tf.cumsum(x!, 1, exclusive, reverse),
        2,
      ),
      one(
        'Cumprod',
        `exclusive ${exclusive}, reverse ${reverse}`,
        [any(2, 5)],
        (x) => tf.cumprod(x!, 1, exclusive, reverse),
        2,
      ),
      one(
        'Cumprod',
        `with zeros, exclusive ${exclusive}, reverse ${reverse}`,
        [zeroed(any(5, 2), 2, 3, 6)],
        (x) => tf.cumprod(x!, 0, exclusive, reverse),
        2,
      ),
    ]),
  ),
  one('TopK', '', [apart(2, 5)], (x) => tf.topk(x!, 3).values, 2),
  one('OneHot', 'of indices that came with values', [apart(4)], (x) => {
    const { values, indices } = tf.topk(x!, 2);
    return tf.sum(tf.mul(tf.oneHot(indices as tf.Tensor1D, 4), tf.reshape(values, [2, 1])), 0);
  }),
  one('TopK', 'values times indices', [apart(4)], (x) => {
    const { values, indices } = tf.topk(x!, 2);
    return tf.mul(values, tf.gather(x!, indices));
  }),
];

const indexed: KernelCase[] = [
  one(
    'GatherNd',
    'elements',
    [any(3, 2)],
    (x) =>
      tf.gatherND(
        x!,
        ints([
          [0, 1],
          [2, 0],
          [0, 1],
        ]),
      ),
    2,
  ),
  one('GatherNd', 'rows', [any(3, 2)], (x) => tf.gatherND(x!, ints([[[2], [0]]])), 2),
  one('ScatterNd', 'one place twice', [any(3, 2)], (x) => tf.scatterND(ints([[1], [3], [1]]), x!, [4, 2]), 2),
  one(
    'TensorScatterUpdate',
    '',
    [any(4, 2), any(2, 2)],
    (x, updates) => tf.tensorScatterUpdate(x!, ints([[1], [3]]), updates!),
    2,
  ),
  one(
    'SparseToDense',
    'pairs',
    [any(2), any()],
    (values, rest) =>
      tf.sparseToDense(
        ints([
          [0, 1],
          [1, 2],
        ]),
        values!,
        [2, 3],
        tf.reshape(rest!, []),
      ),
    2,
  ),
  one(
    'SparseToDense',
    'one value for all',
    [any(), any()],
    (value, rest) => tf.sparseToDense(ints([0, 3]), value!, [4], rest as tf.Scalar),
    2,
  ),
  one(
    'Bincount',
    '',
    [positive(3)],
    (weights) => tf.bincount(ints([0, 1, 1]) as tf.Tensor1D, weights as tf.Tensor1D, 3),
    0,
  ),
  one(
    'DenseBincount',
    'rows',
    [positive(2, 2)],
    (weights) =>
      tf.denseBincount(
        ints([
          [0, 1],
          [2, 1],
        ]) as tf.Tensor2D,
        weights as tf.Tensor2D,
        4,
      ),
    0,
  ),
  one(
    'DenseBincount',
    'flat',
    [positive(3)],
    (weights) => tf.denseBincount(ints([0, 1, 1]) as tf.Tensor1D, weights as tf.Tensor1D, 4),
    0,
  ),
  one(
    'SearchSorted',
    '',
    [between(0, 3, 2, 3)],
    (values) =>
      tf.searchSorted(
        tf.tensor2d([
          [0, 1, 2, 3],
          [1, 2, 3, 4],
        ]),
        values!,
      ),
    0,
  ),
  one('BroadcastArgs', '', [], () => tf.broadcastArgs(ints([3]), ints([2, 1])), 0),
  one('Multinomial', '', [any(2, 4)], (logits) => tf.multinomial(logits as tf.Tensor2D, 5, 1), 0),
  one('Fill', '', [], () => [tf.fill([2, 3], 4), tf.fill([2], 1, 'int32'), tf.fill([], 1, 'bool')], 0),
  one('Range', '', [], () => [tf.range(0, 5, 2), tf.range(3, 0, -1), tf.range(2, 2), tf.range(0, 4, 1, 'int32')], 0),
  one('LinSpace', '', [], () => tf.linspace(0, 1, 4), 0),
];

const sliceBits = (bits: {
  begin?: number;
  end?: number;
  ellipsis?: number;
  newAxis?: number;
  shrink?: number;
}): [number, number, number, number, number] => [
  bits.begin ?? 0,
  bits.end ?? 0,
  bits.ellipsis ?? 0,
  bits.newAxis ?? 0,
  bits.shrink ?? 0,
];

const blocks: KernelCase[] = [
  one('StridedSlice', 'steps 2 and 3', [any(5, 7)], (x) => tf.stridedSlice(x!, [1, 0], [5, 7], [2, 3]), 2),
  one('StridedSlice', 'backwards', [any(5, 4)], (x) => tf.stridedSlice(x!, [4, 3], [0, 0], [-2, -1]), 2),
  one(
    'StridedSlice',
    'backwards to the start',
    [any(6)],
    (x) => tf.stridedSlice(x!, [5], [0], [-2], ...sliceBits({ end: 1 })),
    2,
  ),
  one('StridedSlice', 'nothing', [any(4)], (x) => tf.stridedSlice(x!, [3], [3], [1]), 1),
  one(
    'StridedSlice',
    'a row less',
    [any(3, 4)],
    (x) => tf.stridedSlice(x!, [1, 0], [2, 4], [1, 1], ...sliceBits({ shrink: 1 })),
    2,
  ),
  one(
    'StridedSlice',
    'an axis more',
    [any(3, 4)],
    (x) => tf.stridedSlice(x!, [0, 0, 1], [3, 1, 4], [2, 1, 2], ...sliceBits({ newAxis: 2 })),
    2,
  ),
  one(
    'StridedSlice',
    'ellipsis',
    [any(2, 3, 4)],
    (x) => tf.stridedSlice(x!, [0, 1], [0, 4], [1, 2], ...sliceBits({ ellipsis: 1 })),
    2,
  ),
  one('StridedSlice', 'everything', [any(2, 3)], (x) => tf.stridedSlice(x!, [0, 0], [2, 3]), 2),
  one(
    'MirrorPad',
    'reflect',
    [any(3, 4)],
    (x) =>
      tf.mirrorPad(
        x!,
        [
          [2, 1],
          [0, 3],
        ],
        'reflect',
      ),
    2,
  ),
  one(
    'MirrorPad',
    'symmetric',
    [any(3, 2)],
    (x) =>
      tf.mirrorPad(
        x!,
        [
          [3, 1],
          [2, 0],
        ],
        'symmetric',
      ),
    2,
  ),
  one(
    'SpaceToBatchND',
    '',
    [any(1, 3, 4, 2)],
    (x) =>
      tf.spaceToBatchND(
        x!,
        [2, 3],
        [
          [0, 1],
          [1, 1],
        ],
      ),
    2,
  ),
  one(
    'BatchToSpaceND',
    '',
    [any(6, 2, 2, 1)],
    (x) =>
      tf.batchToSpaceND(
        x!,
        [2, 3],
        [
          [0, 1],
          [1, 1],
        ],
      ),
    2,
  ),
  one('DepthToSpace', '', [any(1, 2, 3, 8)], (x) => tf.depthToSpace(T4(x), 2), 2),
  one('Diag', '', [any(2, 3)], (x) => tf.diag(x!), 2),
  one('FlipLeftRight', '', [any(1, 2, 3, 2)], (x) => tf.image.flipLeftRight(T4(x)), 2),
  one('RotateWithOffset', '', [any(1, 3, 3, 1)], (x) => tf.image.rotateWithOffset(T4(x), 0.3), 0),
  ...['i,j->ij', 'ij,jk->ik', 'ij,kj->ki', 'ij,ij->'].map((equation) => {
    const size = { i: 2, j: 3, k: 4 } as Record<string, number>;
    const inputs = equation
      .split('->')[0]!
      .split(',')
      .map((term) => any(...[...term].map((label) => size[label]!)));
    return one('Einsum', equation, inputs, (a, b) => tf.einsum(equation, a!, b!), 2);
  }),
  one(
    'Einsum',
    'batches: abc, acd -> adb',
    [any(2, 3, 2), any(2, 2, 3)],
    (a, b) => tf.einsum('abc, acd -> adb', a!, b!),
    2,
  ),
  one('Einsum', 'one label summed: ij->j', [any(2, 3)], (x) => tf.einsum('ij->j', x!), 2),
  one('Einsum', 'one operand: ijk->ki', [any(2, 3, 2)], (x) => tf.einsum('ijk->ki', x!), 2),
];

/** Boxes whose corners lie half way between the places where the interpolation has a kink. */
const boxCorners = {
  bilinear: input([2, 4], (i) => [0.125, 0.1, 0.875, 0.9, 0.625, 0.3, 0.375, 0.7][i]!),
  nearest: input([2, 4], (i) => [0.25, 0.2, 0.75, 0.8, 0.5, 0.4, 0.25, 0.6][i]!),
};

const images: KernelCase[] = [
  one('LRN', '', [any(1, 2, 2, 5)], (x) => tf.localResponseNormalization(T4(x), 1, 1.5, 0.7, 0.6), 2),
  one(
    'LRNGrad',
    '',
    [any(1, 1, 1, 3)],
    (x) => runKernel('LRNGrad', { x: x!, y: x!, dy: x! }, { depthRadius: 1, bias: 1, alpha: 1, beta: 0.5 }),
    0,
  ),
  one('Dilation2D', 'stride 2', [apart(1, 4, 4, 2), smallSteps(2, 2, 2)], (x, w) =>
    tf.dilation2d(T4(x), w as tf.Tensor3D, 2, 'valid'),
  ),
  one('Dilation2D', 'dilated', [apart(1, 5, 5, 1), smallSteps(2, 2, 1)], (x, w) =>
    tf.dilation2d(T4(x), w as tf.Tensor3D, 1, 'same', 2),
  ),
  ...(
    [
      [
        [3, 4],
        [6, 8],
      ],
      [
        [4, 4],
        [3, 5],
      ],
      [
        [3, 3],
        [5, 7],
      ],
    ] as [[number, number], [number, number]][]
  ).flatMap(([from, to]) =>
    (
      [
        [false, false],
        [true, false],
        [false, true],
      ] as [boolean, boolean][]
    ).flatMap(([corners, half]) => {
      const name = `${from} to ${to}${corners ? ', aligned corners' : ''}${half ? ', half pixels' : ''}`;
      return [
        one('ResizeBilinear', name, [any(1, ...from, 2)], (x) => tf.image.resizeBilinear(T4(x), to, corners, half), 2),
        one(
          'ResizeNearestNeighbor',
          name,
          [any(1, ...from, 2)],
          (x) => tf.image.resizeNearestNeighbor(T4(x), to, corners, half),
          2,
        ),
      ];
    }),
  ),
  ...['ResizeBilinearGrad', 'ResizeNearestNeighborGrad'].map((kernel) =>
    one(
      kernel,
      '',
      [any(1, 2, 2, 1), any(1, 4, 4, 1)],
      (images, dy) =>
        runKernel(kernel, { images: images!, dy: dy! }, { alignCorners: false, halfPixelCenters: false, size: [4, 4] }),
      0,
    ),
  ),
  ...(['bilinear', 'nearest'] as const).flatMap((method) => [
    one('CropAndResize', `${method}, with the boxes`, [any(2, 5, 6, 2), boxCorners[method]], (x, boxes) =>
      tf.image.cropAndResize(T4(x), boxes as tf.Tensor2D, ints([1, 0]) as tf.Tensor1D, [2, 2], method),
    ),
    one(
      'CropAndResize',
      `${method}, partly outside, one row`,
      [any(1, 4, 4, 1)],
      (x) =>
        tf.image.cropAndResize(
          T4(x),
          tf.tensor2d([[0.2, -0.4, 0.9, 1.3]]),
          ints([0]) as tf.Tensor1D,
          [1, 5],
          method,
          3,
        ),
      2,
    ),
  ]),
  ...(['constant', 'reflect', 'wrap', 'nearest'] as const).flatMap((fillMode) =>
    (['nearest', 'bilinear'] as const).map((interpolation) =>
      one(
        'Transform',
        `${interpolation}, ${fillMode}`,
        [any(1, 4, 5, 2)],
        (x) =>
          tf.image.transform(
            T4(x),
            tf.tensor2d([[1.2, 0.3, -2.1, -0.4, 1.1, -1.3, 0.01, 0.02]]),
            interpolation,
            fillMode,
            0,
            [5, 6],
          ),
        2,
      ),
    ),
  ),
  one('Complex', '', [any(3), any(3)], (re, im) => tf.complex(re!, im!), 0),
  one('ComplexAbs', '', [any(3), any(3)], (re, im) => tf.abs(tf.complex(re!, im!)), 0),
  one('Real', '', [any(3), any(3)], (re, im) => tf.real(tf.complex(re!, im!)), 0),
  one('Imag', '', [any(3), any(3)], (re, im) => tf.imag(tf.complex(re!, im!)), 0),
  one('FFT', '', [any(2, 4), any(2, 4)], (re, im) => tf.fft(tf.complex(re!, im!)), 0),
  one('IFFT', '', [any(2, 4), any(2, 4)], (re, im) => tf.ifft(tf.complex(re!, im!)), 0),
  one(
    '_FusedMatMul',
    'bias and relu',
    [any(2, 3), any(3, 4), any(4)],
    (a, b, bias) => tf.fused.matMul({ a: a!, b: b!, bias: bias!, activation: 'relu' }),
    0,
  ),
  one('_FusedMatMul', 'gradient of the op', [any(2, 3), any(3, 4), any(4)], (a, b, bias) =>
    tf.fused.matMul({ a: a!, b: b!, bias: bias!, activation: 'linear' }),
  ),
  one('FusedConv2D', 'gradient of the op', [any(1, 4, 4, 1), any(2, 2, 1, 2), any(2)], (x, filter, bias) =>
    tf.fused.conv2d({ x: T4(x), filter: T4(filter), strides: 1, pad: 'same', bias: bias!, activation: 'linear' }),
  ),
  one('FusedDepthwiseConv2D', 'gradient of the op', [any(1, 4, 4, 1), any(2, 2, 1, 2), any(2)], (x, filter, bias) =>
    tf.fused.depthwiseConv2d({
      x: T4(x),
      filter: T4(filter),
      strides: 1,
      pad: 'same',
      bias: bias!,
      activation: 'linear',
    }),
  ),
];

/** Values so close that they leave the order of values {@link apart} as it is. */
function smallSteps(...shape: number[]): CaseInput {
  return input(shape, (i) => 0.003 * i);
}

/** Every kernel that has a derivative, and every one that has a shape rule, at small shapes. */
export const kernelCases: readonly KernelCase[] = [
  ...elementwise,
  ...reduced,
  ...products,
  ...moved,
  ...convolutions,
  ...pools,
  ...scans,
  ...indexed,
  ...blocks,
  ...images,
];
