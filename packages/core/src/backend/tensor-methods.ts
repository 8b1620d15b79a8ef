import * as tf from '@tensorflow/tfjs-core';

/** The ops that are methods of tensors under their own names, with the tensor as their first argument. */
type OpName =
  | 'abs'
  | 'acos'
  | 'acosh'
  | 'add'
  | 'all'
  | 'any'
  | 'argMax'
  | 'argMin'
  | 'asin'
  | 'asinh'
  | 'atan'
  | 'atan2'
  | 'atanh'
  | 'avgPool'
  | 'batchNorm'
  | 'batchToSpaceND'
  | 'broadcastTo'
  | 'cast'
  | 'ceil'
  | 'clipByValue'
  | 'conv1d'
  | 'conv2d'
  | 'conv2dTranspose'
  | 'cos'
  | 'cosh'
  | 'cumprod'
  | 'cumsum'
  | 'depthToSpace'
  | 'depthwiseConv2d'
  | 'dilation2d'
  | 'div'
  | 'divNoNan'
  | 'dot'
  | 'elu'
  | 'equal'
  | 'erf'
  | 'euclideanNorm'
  | 'exp'
  | 'expandDims'
  | 'expm1'
  | 'fft'
  | 'floor'
  | 'floorDiv'
  | 'gather'
  | 'greater'
  | 'greaterEqual'
  | 'ifft'
  | 'irfft'
  | 'isFinite'
  | 'isInf'
  | 'isNaN'
  | 'leakyRelu'
  | 'less'
  | 'lessEqual'
  | 'localResponseNormalization'
  | 'log'
  | 'log1p'
  | 'logSigmoid'
  | 'logSoftmax'
  | 'logSumExp'
  | 'logicalAnd'
  | 'logicalNot'
  | 'logicalOr'
  | 'logicalXor'
  | 'matMul'
  | 'max'
  | 'maxPool'
  | 'maximum'
  | 'mean'
  | 'min'
  | 'minimum'
  | 'mirrorPad'
  | 'mod'
  | 'mul'
  | 'neg'
  | 'norm'
  | 'notEqual'
  | 'oneHot'
  | 'onesLike'
  | 'pad'
  | 'pool'
  | 'pow'
  | 'prelu'
  | 'prod'
  | 'reciprocal'
  | 'relu'
  | 'relu6'
  | 'reshape'
  | 'reverse'
  | 'rfft'
  | 'round'
  | 'rsqrt'
  | 'selu'
  | 'separableConv2d'
  | 'sigmoid'
  | 'sign'
  | 'sin'
  | 'sinh'
  | 'slice'
  | 'softmax'
  | 'softplus'
  | 'spaceToBatchND'
  | 'split'
  | 'sqrt'
  | 'square'
  | 'squaredDifference'
  | 'squeeze'
  | 'step'
  | 'stridedSlice'
  | 'sub'
  | 'sum'
  | 'tan'
  | 'tanh'
  | 'tile'
  | 'topk'
  | 'transpose'
  | 'unique'
  | 'unsortedSegmentSum'
  | 'unstack'
  | 'zerosLike';

const OPS: Pick<typeof tf, OpName> = {
  abs: tf.abs,
  acos: tf.acos,
  acosh: tf.acosh,
  add: tf.add,
  all: tf.all,
  any: tf.any,
  argMax: tf.argMax,
  argMin: tf.argMin,
  asin: tf.asin,
  asinh: tf.asinh,
  atan: tf.atan,
  atan2: tf.atan2,
  atanh: tf.atanh,
  avgPool: tf.avgPool,
  batchNorm: tf.batchNorm,
  batchToSpaceND: tf.batchToSpaceND,
  broadcastTo: tf.broadcastTo,
  cast: tf.cast,
  ceil: tf.ceil,
  clipByValue: tf.clipByValue,
  conv1d: tf.conv1d,
  conv2d: tf.conv2d,
  conv2dTranspose: tf.conv2dTranspose,
  cos: tf.cos,
  cosh: tf.cosh,
  cumprod: tf.cumprod,
  cumsum: tf.cumsum,
  depthToSpace: tf.depthToSpace,
  depthwiseConv2d: tf.depthwiseConv2d,
  dilation2d: tf.dilation2d,
  div: tf.div,
  divNoNan: tf.divNoNan,
  dot: tf.dot,
  elu: tf.elu,
  equal: tf.equal,
  erf: tf.erf,
  euclideanNorm: tf.euclideanNorm,
  exp: tf.exp,
  expandDims: tf.expandDims,
  expm1: tf.expm1,
  fft: tf.fft,
  floor: tf.floor,
  floorDiv: tf.floorDiv,
  gather: tf.gather,
  greater: tf.greater,
  greaterEqual: tf.greaterEqual,
  ifft: tf.ifft,
  irfft: tf.irfft,
  isFinite: tf.isFinite,
  isInf: tf.isInf,
  isNaN: tf.isNaN,
  leakyRelu: tf.leakyRelu,
  less: tf.less,
  lessEqual: tf.lessEqual,
  localResponseNormalization: tf.localResponseNormalization,
  log: tf.log,
  log1p: tf.log1p,
  logSigmoid: tf.logSigmoid,
  logSoftmax: tf.logSoftmax,
  logSumExp: tf.logSumExp,
  logicalAnd: tf.logicalAnd,
  logicalNot: tf.logicalNot,
  logicalOr: tf.logicalOr,
  logicalXor: tf.logicalXor,
  matMul: tf.matMul,
  max: tf.max,
  maxPool: tf.maxPool,
  maximum: tf.maximum,
  mean: tf.mean,
  min: tf.min,
  minimum: tf.minimum,
  mirrorPad: tf.mirrorPad,
  mod: tf.mod,
  mul: tf.mul,
  neg: tf.neg,
  norm: tf.norm,
  notEqual: tf.notEqual,
  oneHot: tf.oneHot,
  onesLike: tf.onesLike,
  pad: tf.pad,
  pool: tf.pool,
  pow: tf.pow,
  prelu: tf.prelu,
  prod: tf.prod,
  reciprocal: tf.reciprocal,
  relu: tf.relu,
  relu6: tf.relu6,
  reshape: tf.reshape,
  reverse: tf.reverse,
  rfft: tf.rfft,
  round: tf.round,
  rsqrt: tf.rsqrt,
  selu: tf.selu,
  separableConv2d: tf.separableConv2d,
  sigmoid: tf.sigmoid,
  sign: tf.sign,
  sin: tf.sin,
  sinh: tf.sinh,
  slice: tf.slice,
  softmax: tf.softmax,
  softplus: tf.softplus,
  spaceToBatchND: tf.spaceToBatchND,
  split: tf.split,
  sqrt: tf.sqrt,
  square: tf.square,
  squaredDifference: tf.squaredDifference,
  squeeze: tf.squeeze,
  step: tf.step,
  stridedSlice: tf.stridedSlice,
  sub: tf.sub,
  sum: tf.sum,
  tan: tf.tan,
  tanh: tf.tanh,
  tile: tf.tile,
  topk: tf.topk,
  transpose: tf.transpose,
  unique: tf.unique,
  unsortedSegmentSum: tf.unsortedSegmentSum,
  unstack: tf.unstack,
  zerosLike: tf.zerosLike,
};

/** The arguments of an op after its first. */
type Rest<Op> = Op extends (first: never, ...rest: infer R) => unknown ? R : never;

type OpMethods = { [Name in OpName]: (...args: Rest<(typeof tf)[Name]>) => ReturnType<(typeof tf)[Name]> };

/** tfjs's chained methods: `x.add(y).relu()`. */
export interface TensorMethods extends OpMethods {
  as1D(): tf.Tensor1D;
  as2D(rows: number, columns: number): tf.Tensor2D;
  as3D(rows: number, columns: number, depth: number): tf.Tensor3D;
  as4D(rows: number, columns: number, depth: number, depth2: number): tf.Tensor4D;
  as5D(rows: number, columns: number, depth: number, depth2: number, depth3: number): tf.Tensor5D;
  asScalar(): tf.Scalar;
  asType(dtype: tf.DataType): tf.Tensor;
  concat(tensors: tf.Tensor | readonly tf.Tensor[], axis?: number): tf.Tensor;
  flatten(): tf.Tensor1D;
  reshapeAs(x: tf.Tensor): tf.Tensor;
  resizeBilinear(size: [number, number], alignCorners?: boolean, halfPixelCenters?: boolean): tf.Tensor;
  resizeNearestNeighbor(size: [number, number], alignCorners?: boolean, halfPixelCenters?: boolean): tf.Tensor;
  stack(tensors: tf.Tensor | readonly tf.Tensor[], axis?: number): tf.Tensor;
  toBool(): tf.Tensor;
  toFloat(): tf.Tensor;
  toInt(): tf.Tensor;
  where(condition: tf.Tensor | tf.TensorLike, x: tf.Tensor | tf.TensorLike): tf.Tensor;
}

declare module '@tensorflow/tfjs-core' {
  interface Tensor<R extends tf.Rank = tf.Rank> extends TensorMethods {
    /** Frees the tensor at the end of its block: `using y = x.add(1)`. */
    [Symbol.dispose](): void;
  }
}

type Image = tf.Tensor3D | tf.Tensor4D;

/** The methods that are no op of that name. */
const OTHERS: Omit<TensorMethods, OpName> & ThisType<tf.Tensor> = {
  as1D() {
    return tf.reshape<tf.Rank.R1>(this, [this.size]);
  },
  as2D(...shape) {
    return tf.reshape<tf.Rank.R2>(this, shape);
  },
  as3D(...shape) {
    return tf.reshape<tf.Rank.R3>(this, shape);
  },
  as4D(...shape) {
    return tf.reshape<tf.Rank.R4>(this, shape);
  },
  as5D(...shape) {
    return tf.reshape<tf.Rank.R5>(this, shape);
  },
  asScalar() {
    return tf.reshape<tf.Rank.R0>(this, []);
  },
  asType(dtype) {
    return tf.cast(this, dtype);
  },
  concat(tensors, axis) {
    return tf.concat([this, ...[tensors].flat()], axis);
  },
  flatten() {
    return tf.reshape<tf.Rank.R1>(this, [this.size]);
  },
  reshapeAs(x) {
    return tf.reshape(this, x.shape);
  },
  resizeBilinear(size, alignCorners, halfPixelCenters) {
    return tf.image.resizeBilinear(this as Image, size, alignCorners, halfPixelCenters);
  },
  resizeNearestNeighbor(size, alignCorners, halfPixelCenters) {
    return tf.image.resizeNearestNeighbor(this as Image, size, alignCorners, halfPixelCenters);
  },
  stack(tensors, axis) {
    return tf.stack([this, ...[tensors].flat()], axis);
  },
  toBool() {
    return tf.cast(this, 'bool');
  },
  toFloat() {
    return tf.cast(this, 'float32');
  },
  toInt() {
    return tf.cast(this, 'int32');
  },
  where(condition, x) {
    return tf.where(condition, this, x);
  },
};

type Method = (this: tf.Tensor, ...args: unknown[]) => unknown;

/** Adds tfjs's chained methods and `[Symbol.dispose]` to tensors: in Node, tfjs-core itself adds none. */
export function installTensorMethods(): void {
  const prototype = tf.Tensor.prototype as unknown as Record<string | symbol, Method>;
  for (const [name, op] of Object.entries(OPS)) {
    add(name, function (...args) {
      return (op as (...args: unknown[]) => unknown)(this, ...args);
    });
  }
  for (const [name, method] of Object.entries(OTHERS)) add(name, method as Method);
  prototype[Symbol.dispose] ??= tf.Tensor.prototype.dispose as Method;

  // a full tfjs that was loaded before us keeps its own
  function add(name: string, method: Method): void {
    prototype[name] ??= function (...args) {
      this.throwIfDisposed();
      return method.apply(this, args);
    };
  }
}
