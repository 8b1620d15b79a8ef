import { beforeAll, describe, expect, test } from 'vitest';
import { sizeOf } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { gradientDifferences } from '../testing/gradient-checker.ts';
import { startJsBackend } from '../testing/js-backend.ts';
import * as ops from './index.ts';

/** One small case of a differentiable op: where its derivatives are compared with differences of its values. */
interface Case {
  readonly inputs: readonly Input[];
  readonly run: (...xs: Tensor[]) => Tensor;
}

interface Input {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

beforeAll(startJsBackend);

/** Different numbers, `step` apart and none within `step / 2` of 0: no ties and no kinks near. */
function apart(shape: readonly number[], step = 0.25, offset = 0): Input {
  const size = sizeOf(shape);
  const order = Array.from({ length: size }, (_, i) => i).sort(
    (a, b) => Math.sin(12.9 * a + 4) - Math.sin(12.9 * b + 4),
  );
  return { shape, values: Float32Array.from(order, (k) => (k - Math.floor(size / 2) + 0.5) * step + offset) };
}

/** Different numbers between `low` and `high`. */
function within(low: number, high: number, shape: readonly number[]): Input {
  const unit = apart(shape, 1 / sizeOf(shape));
  return { shape, values: unit.values.map((value) => low + (high - low) * (value + 0.5)) };
}

const signed = (...shape: number[]) => apart(shape);
const positive = (...shape: number[]) => within(0.4, 2, shape);
const share = (...shape: number[]) => within(-0.7, 0.7, shape);

const of = (inputs: readonly Input[], run: (...xs: Tensor[]) => Tensor): Case => ({ inputs, run });
const one = (run: (x: Tensor) => Tensor, input: Input = signed(2, 3)): Case => of([input], run);
const two = (run: (a: Tensor, b: Tensor) => Tensor, a: Input = signed(2, 3), b: Input = positive(3)): Case =>
  of([a, b], (x, y) => run(x!, y!));

/** The same point for several ops of one argument. */
function eachOf(functions: Readonly<Record<string, (x: Tensor) => Tensor>>, input: Input): Record<string, Case> {
  return Object.fromEntries(Object.entries(functions).map(([name, op]) => [name, one(op, input)]));
}

/** Joins results, so that all are checked. */
const joined = (parts: readonly Tensor[]): Tensor => ops.concatenate(parts.map((part) => ops.ravel(part)));

/** Positive definite matrices made of any. */
const definite = (x: Tensor): Tensor => ops.add(ops.matmul(x, ops.transpose(x)), ops.multiply(ops.eye(x.shape[0]!), 2));

const TARGETS = [
  [0.2, 0.3, 0.5],
  [0, 0.9, 0.1],
];

/** Singular values that are neither small nor close together. */
const tall: Input = { shape: [3, 2], values: Float32Array.of(2, 0.4, 0.3, 0.9, 0.5, -0.3) };

const withNaN = (run: (x: Tensor) => Tensor): Case =>
  one((x) =>
    run(
      ops.where(
        [
          [false, true, false],
          [false, false, false],
        ],
        Number.NaN,
        x,
      ),
    ),
  );

const CASES: Readonly<Record<string, Case>> = {
  // activations
  relu: one(ops.relu),
  relu6: one(ops.relu6, within(-3, 9, [8])),
  leakyRelu: one((x) => ops.leakyRelu(x, { negativeSlope: 0.1 })),
  sigmoid: one(ops.sigmoid),
  logSigmoid: one(ops.logSigmoid),
  softplus: one(ops.softplus),
  softsign: one(ops.softsign),
  silu: one(ops.silu),
  swish: one(ops.swish),
  mish: one(ops.mish),
  squareplus: one((x) => ops.squareplus(x, { b: 2 })),
  elu: one((x) => ops.elu(x, { alpha: 0.7 })),
  selu: one(ops.selu),
  celu: one((x) => ops.celu(x, { alpha: 0.8 })),
  gelu: one((x) => joined([ops.gelu(x), ops.gelu(x, { approximate: false })])),
  glu: one((x) => ops.glu(x, { axis: 0 })),
  hardSigmoid: one(ops.hardSigmoid, within(-4, 4, [6])),
  hardSilu: one(ops.hardSilu, within(-4, 4, [6])),
  hardSwish: one(ops.hardSwish, within(-4, 4, [6])),
  hardTanh: one(ops.hardTanh, apart([8], 0.5, 0.1)),
  hardShrink: one(ops.hardShrink, apart([8], 0.25, 0)),
  softShrink: one(ops.softShrink),
  tanhShrink: one(ops.tanhShrink),
  threshold: one((x) => ops.threshold(x, 0.25, -1)),
  sparsePlus: one(ops.sparsePlus, apart([8], 0.5, 0.1)),
  sparseSigmoid: one(ops.sparseSigmoid, apart([8], 0.5, 0.1)),
  softmax: one((x) => ops.softmax(x, { axis: 0 })),
  logSoftmax: one((x) => joined([ops.logSoftmax(x), ops.logSoftmax(x, { axis: null })])),
  sparsemax: one(ops.sparsemax, { shape: [4], values: Float32Array.of(1.6, 0, 2, -1) }),
  // arithmetic
  add: two(ops.add),
  subtract: two(ops.subtract),
  multiply: two(ops.multiply),
  maximum: two(ops.maximum, apart([2, 3], 0.5), apart([3], 0.5, 0.2)),
  minimum: two(ops.minimum, apart([2, 3], 0.5), apart([3], 0.5, 0.2)),
  fmax: two(ops.fmax, apart([2, 3], 0.5), apart([3], 0.5, 0.2)),
  fmin: two(ops.fmin, apart([2, 3], 0.5), apart([3], 0.5, 0.2)),
  power: two(ops.power, positive(2, 3), signed(3)),
  divide: two(ops.divide),
  trueDivide: two(ops.trueDivide),
  divideNoNan: two(ops.divideNoNan),
  mod: two(ops.mod, within(0.2, 0.8, [3]), within(1.1, 1.6, [3])),
  fmod: two(ops.fmod, within(2.3, 2.9, [3]), within(1.5, 1.9, [3])),
  negative: one(ops.negative),
  absolute: one(ops.absolute),
  abs: one(ops.abs),
  fabs: one(ops.fabs),
  square: one(ops.square),
  reciprocal: one(ops.reciprocal, positive(4)),
  sign: one(ops.sign),
  heaviside: two(ops.heaviside),
  clip: one((x) => ops.clip(x, -0.5, 0.5)),
  // exponential and trigonometric
  ...eachOf(
    {
      exp: ops.exp,
      exp2: ops.exp2,
      expm1: ops.expm1,
      sin: ops.sin,
      cos: ops.cos,
      tan: ops.tan,
      sinh: ops.sinh,
      cosh: ops.cosh,
      tanh: ops.tanh,
      arcsin: ops.arcsin,
      arccos: ops.arccos,
      arctan: ops.arctan,
      arcsinh: ops.arcsinh,
      arctanh: ops.arctanh,
      erf: ops.erf,
      erfc: ops.erfc,
      erfinv: ops.erfinv,
      deg2rad: ops.deg2rad,
      rad2deg: ops.rad2deg,
      sinc: ops.sinc,
      i0: ops.i0,
    },
    share(5),
  ),
  ...eachOf(
    {
      log: ops.log,
      log2: ops.log2,
      log10: ops.log10,
      log1p: ops.log1p,
      sqrt: ops.sqrt,
      rsqrt: ops.rsqrt,
      cbrt: ops.cbrt,
    },
    positive(5),
  ),
  arccosh: one(ops.arccosh, within(1.4, 3, [4])),
  logaddexp: two(ops.logaddexp),
  logaddexp2: two(ops.logaddexp2),
  hypot: two(ops.hypot),
  arctan2: two(ops.arctan2),
  ldexp: two(ops.ldexp),
  floor: one(ops.floor, apart([4], 0.5, 0.1)),
  ceil: one(ops.ceil, apart([4], 0.5, 0.1)),
  trunc: one(ops.trunc, apart([4], 0.5, 0.1)),
  round: one(ops.round, apart([4], 0.5, 0.1)),
  // choices
  where: of([signed(2, 3), positive(3)], (a, b) => ops.where(ops.greater(a!, 0.3), a!, b!)),
  select: two((a, b) => ops.select([ops.greater(a, 0.3)], [ops.multiply(a, b)], { default: b })),
  // reductions
  sum: one((x) => ops.sum(x, { axis: -1, keepdims: true })),
  mean: one((x) => ops.mean(x, { axis: 0 })),
  prod: one((x) => ops.prod(x, { axis: 1 })),
  max: one((x) => ops.max(x, { axis: 1, initial: 0 })),
  min: one((x) => ops.min(x, { axis: 1, initial: 0 })),
  amax: one((x) => ops.amax(x, { axis: 0 })),
  amin: one((x) => ops.amin(x)),
  ptp: one((x) => ops.ptp(x, { axis: 1 })),
  var: one((x) => ops.var(x, { axis: 1 })),
  variance: one((x) => ops.variance(x)),
  std: one((x) => ops.std(x, { axis: 1 })),
  moments: one((x) => joined(ops.moments(x, [0]))),
  average: of([signed(2, 3), positive(3)], (x, w) => ops.average(x!, { axis: 1, weights: w! })),
  logsumexp: one((x) => ops.logsumexp(x, { axis: 1, keepdims: true })),
  // NaN counts as missing
  nansum: withNaN((x) => ops.nansum(x, { axis: 1 })),
  nanprod: withNaN((x) => ops.nanprod(x, { axis: 1 })),
  nanmean: withNaN((x) => ops.nanmean(x, { axis: 1 })),
  nanvar: withNaN((x) => ops.nanvar(x, { axis: 1 })),
  nanstd: withNaN((x) => ops.nanstd(x, { axis: 1 })),
  nanmax: withNaN((x) => ops.nanmax(x, { axis: 1 })),
  nanmin: withNaN((x) => ops.nanmin(x, { axis: 1 })),
  nancumsum: withNaN((x) => ops.nancumsum(x, { axis: 1 })),
  nancumprod: withNaN((x) => ops.nancumprod(x, { axis: 1 })),
  nanToNum: withNaN((x) => ops.nanToNum(x)),
  nanquantile: withNaN((x) => ops.nanquantile(x, 0.3, { axis: 1 })),
  nanpercentile: withNaN((x) => ops.nanpercentile(x, 60, { axis: 1 })),
  nanmedian: withNaN((x) => ops.nanmedian(x, { axis: 1 })),
  // statistics
  quantile: two((x, q) => ops.quantile(x, q, { axis: 1 }), signed(2, 4), within(0.4, 0.6, [2])),
  percentile: one((x) => ops.percentile(x, [10, 40], { axis: 0 })),
  median: one((x) => ops.median(x, { axis: 1, keepdims: true })),
  corrcoef: one(ops.corrcoef, signed(2, 5)),
  correlate: two((a, b) => ops.correlate(a, b, { mode: 'full' }), signed(5), positive(2)),
  cdist: two(ops.cdist, signed(2, 3), apart([2, 3], 0.25, 2)),
  psnr: two((a, b) => ops.psnr(a, b, 2), signed(2, 3), apart([2, 3], 0.25, 1)),
  // running results
  cumsum: one((x) => ops.cumsum(x, { axis: 1 })),
  cumprod: one((x) => ops.cumprod(x, { axis: 0 })),
  diff: one((x) => ops.diff(x, { n: 2 }), signed(2, 4)),
  trapezoid: two((y, x) => ops.trapezoid(y, { x })),
  // shapes
  cast: one((x) => ops.cast(x, 'float32')),
  saturateCast: one((x) => ops.saturateCast(x, 'float32')),
  reshape: one((x) => ops.reshape(x, [3, -1])),
  ravel: one(ops.ravel),
  transpose: one((x) => ops.transpose(x)),
  moveaxis: one((x) => ops.moveaxis(x, 0, -1), signed(2, 3, 2)),
  swapaxes: one((x) => ops.swapaxes(x, 0, 2), signed(2, 3, 2)),
  expandDims: one((x) => ops.expandDims(x, [0, -1])),
  squeeze: one((x) => ops.squeeze(x), signed(1, 3, 1)),
  broadcastTo: one((x) => ops.broadcastTo(x, [2, 3]), signed(3)),
  tile: one((x) => ops.tile(x, [2, 1, 2])),
  repeat: one((x) => ops.repeat(x, [1, 0, 2], { axis: 1 })),
  flip: one((x) => ops.flip(x, { axis: 1 })),
  fliplr: one(ops.fliplr),
  flipud: one(ops.flipud),
  roll: one((x) => ops.roll(x, 2, { axis: 1 })),
  rot90: one((x) => ops.rot90(x)),
  copy: one(ops.copy),
  array: one((x) => ops.array(x)),
  convertToTensor: one((x) => ops.convertToTensor(x)),
  stopGradient: one((x) => ops.add(x, ops.subtract(ops.stopGradient(x), ops.stopGradient(x)))),
  concatenate: two((a, b) => ops.concatenate([a, b], { axis: 1 }), signed(2, 3), signed(2, 1)),
  stack: two((a, b) => ops.stack([a, b], { axis: 1 }), signed(2, 3), signed(2, 3)),
  unstack: one((x) => joined(ops.unstack(x, { axis: 1 }))),
  hstack: two((a, b) => ops.hstack([a, b]), signed(3), signed(2)),
  vstack: two((a, b) => ops.vstack([a, b]), signed(3), signed(3)),
  dstack: two((a, b) => ops.dstack([a, b]), signed(2, 3), signed(2, 3)),
  append: two((a, b) => ops.append(a, b)),
  split: one((x) => joined(ops.split(x, 3, { axis: 1 }))),
  arraySplit: one((x) => joined(ops.arraySplit(x, 2, { axis: 1 }))),
  hsplit: one((x) => joined(ops.hsplit(x, [1]))),
  vsplit: one((x) => joined(ops.vsplit(x, 2))),
  dsplit: one((x) => joined(ops.dsplit(x, 2)), signed(1, 2, 2)),
  meshgrid: two((a, b) => joined(ops.meshgrid([a, b])), signed(3), signed(2)),
  pad: one((x) =>
    joined([
      ops.pad(x, 1),
      ops.pad(
        x,
        [
          [0, 1],
          [2, 1],
        ],
        { mode: 'reflect' },
      ),
    ]),
  ),
  rearrange: one((x) => ops.rearrange(x, 'a (b c) -> (a c) b', { c: 3 })),
  diagonal: one((x) => ops.diagonal(x, { offset: 1 })),
  trace: one((x) => ops.trace(x)),
  diag: one((x) => ops.diag(x, { k: -1 }), signed(3)),
  diagflat: one((x) => ops.diagflat(x, { k: 1 })),
  tril: one((x) => ops.tril(x)),
  triu: one((x) => ops.triu(x, { k: 1 })),
  vander: one((x) => ops.vander(x), signed(3)),
  depthToSpace: one((x) => ops.depthToSpace(x, 2), signed(1, 1, 2, 4)),
  spaceToDepth: one((x) => ops.spaceToDepth(x, 2), signed(1, 2, 4, 1)),
  full: one((x) => ops.full([2, 3], x), signed(3)),
  fullLike: one((x) => ops.fullLike(ops.zeros([2, 3]), x), signed(3)),
  linspace: two((a, b) => ops.linspace(a, b, { num: 4 }), signed(2), signed(2)),
  logspace: two((a, b) => ops.logspace(a, b, { num: 3, base: 2 }), signed(2), signed(2)),
  // indices
  take: one((x) => ops.take(x, [2, 0, -1, 2], { axis: 1 })),
  gather: one((x) => ops.gather(x, [[1, 0]])),
  takeAlongAxis: one((x) =>
    ops.takeAlongAxis(
      x,
      [
        [2, 0],
        [1, 1],
      ],
      { axis: 1 },
    ),
  ),
  gatherNd: one((x) =>
    ops.gatherNd(x, [
      [0, 1],
      [1, -1],
    ]),
  ),
  slice: one((x) => ops.slice(x, [1, 1], [1, 2])),
  getItem: one((x) => ops.getItem(x, [null, { step: -1 }, 1])),
  sliceUpdate: two((x, u) => ops.sliceUpdate(x, [1, 1], u), signed(2, 3), signed(1, 2)),
  scatter: one((x) => ops.scatter([[0], [2], [0]], x, [4]), signed(3)),
  scatterUpdate: two(
    (x, u) =>
      joined([
        ops.scatterUpdate(
          x,
          [
            [1, 0],
            [0, 2],
          ],
          u,
        ),
        ops.scatterUpdate(
          x,
          [
            [1, 0],
            [0, 2],
          ],
          u,
          { reduction: 'mul' },
        ),
      ]),
    signed(2, 3),
    signed(2),
  ),
  segmentSum: one((x) => ops.segmentSum(x, [0, 2, 0], { numSegments: 3 }), signed(3, 2)),
  segmentMax: one((x) => ops.segmentMax(x, [0, 1, 0], { numSegments: 2 }), signed(3, 2)),
  segmentMin: one((x) => ops.segmentMin(x, [0, 1, 0], { numSegments: 2 }), signed(3, 2)),
  segmentProd: one((x) => ops.segmentProd(x, [0, 1, 0], { numSegments: 2 }), signed(3, 2)),
  sort: one((x) => ops.sort(x, { axis: 0 })),
  topK: one((x) => ops.topK(x, 2)[0]),
  // products
  matmul: two(ops.matmul, signed(2, 2, 3), signed(2, 3, 2)),
  dot: two(ops.dot, signed(2, 3), signed(3)),
  tensordot: two(
    (a, b) =>
      ops.tensordot(a, b, {
        axes: [
          [0, 1],
          [1, 0],
        ],
      }),
    signed(2, 3),
    signed(3, 2, 2),
  ),
  inner: two(ops.inner, signed(2, 3), signed(2, 3)),
  outer: two(ops.outer, signed(2), signed(3)),
  vdot: two(ops.vdot, signed(2, 3), signed(3, 2)),
  kron: two(ops.kron, signed(2, 2), signed(1, 2)),
  cross: two(ops.cross, signed(2, 3), signed(3)),
  einsum: two((a, b) => ops.einsum('...ij,kj->...ki', a, b), signed(2, 2, 3), signed(2, 3)),
  // convolutions
  conv: two((x, k) => ops.conv(x, k, { padding: 'same', dilationRate: 2 }), signed(1, 3, 3, 2), signed(2, 2, 1, 2)),
  depthwiseConv: two(
    (x, k) => ops.depthwiseConv(x, k, { strides: 2, padding: 'same' }),
    signed(1, 3, 3, 2),
    signed(2, 2, 2, 1),
  ),
  separableConv: of([signed(1, 4, 2), signed(2, 2, 1), signed(1, 2, 3)], (x, d, p) => ops.separableConv(x!, d!, p!)),
  convTranspose: two((x, k) => ops.convTranspose(x, k, { strides: 2 }), signed(1, 2, 2, 1), signed(2, 2, 2, 1)),
  maxPool: one((x) => ops.maxPool(x, 2, { strides: 1 }), signed(1, 3, 3, 1)),
  averagePool: one((x) => ops.averagePool(x, 2, { padding: 'same' }), signed(1, 3, 3, 1)),
  adaptiveMaxPool: one((x) => ops.adaptiveMaxPool(x, 2), signed(1, 3, 3, 1)),
  adaptiveAveragePool: one((x) => ops.adaptiveAveragePool(x, [2, 3]), signed(1, 3, 3, 1)),
  unfold: one((x) => ops.unfold(x, 2, { padding: 1 }), signed(1, 1, 2, 3)),
  fold: one((x) => ops.fold(x, [2, 3], 2), signed(1, 4, 2)),
  extractSequences: one((x) => ops.extractSequences(x, 3, 1), signed(5)),
  // normalisation, losses, attention
  batchNormalization: of(
    [signed(2, 3), signed(3), positive(3), signed(3), positive(3)],
    (x, mean, variance, offset, scale) =>
      ops.batchNormalization(x!, mean!, variance!, -1, { offset: offset!, scale: scale! }),
  ),
  layerNormalization: of([signed(2, 3), positive(3), signed(3)], (x, gamma, beta) =>
    ops.layerNormalization(x!, { gamma: gamma!, beta: beta!, epsilon: 0.01 }),
  ),
  rmsNormalization: two((x, scale) => ops.rmsNormalization(x, { scale })),
  normalize: one((x) => joined([ops.normalize(x), ops.normalize(x, { order: 3, axis: 0 })])),
  binaryCrossentropy: two(
    (t, p) => joined([ops.binaryCrossentropy(t, p), ops.binaryCrossentropy(t, p, { fromLogits: true })]),
    within(0.1, 0.9, [4]),
    within(0.2, 0.8, [4]),
  ),
  // of logits the gradient is TensorFlow's, which takes for granted that the targets sum to 1
  categoricalCrossentropy: one(
    (p) =>
      joined([ops.categoricalCrossentropy(TARGETS, p), ops.categoricalCrossentropy(TARGETS, p, { fromLogits: true })]),
    within(0.2, 0.8, [2, 3]),
  ),
  sparseCategoricalCrossentropy: one(
    (p) =>
      joined([
        ops.sparseCategoricalCrossentropy([2, 0], p),
        ops.sparseCategoricalCrossentropy([2, 0], p, { fromLogits: true }),
      ]),
    within(0.2, 0.8, [2, 3]),
  ),
  dotProductAttention: of([signed(1, 2, 2, 2), signed(1, 2, 1, 2), signed(1, 2, 1, 2)], (q, k, v) =>
    ops.dotProductAttention(q!, k!, v!, { isCausal: true, attnLogitsSoftCap: 3 }),
  ),
  ctcLoss: one((x) => ops.ctcLoss([[1, 1]], x, [2], [4]), signed(1, 4, 3)),
  // linear algebra
  inv: one((x) => ops.inv(definite(x)), signed(2, 2)),
  det: one(ops.det, apart([3, 3], 0.25)),
  slogdet: one((x) => ops.slogdet(definite(x))[1], signed(2, 2)),
  logdet: one((x) => ops.logdet(definite(x)), signed(2, 2)),
  cholesky: one((x) => ops.cholesky(definite(x)), signed(2, 2)),
  choleskyInverse: one((x) => ops.choleskyInverse(ops.add(ops.tril(x), ops.multiply(ops.eye(2), 2))), signed(2, 2)),
  solve: two((a, b) => ops.solve(definite(a), b), signed(2, 2), signed(2)),
  solveTriangular: two(
    (a, b) => ops.solveTriangular(ops.add(a, ops.multiply(ops.eye(2), 3)), b, { lower: true }),
    signed(2, 2),
    signed(2, 1),
  ),
  luFactor: one((x) => ops.luFactor(ops.add(x, ops.multiply(ops.eye(3), 3)))[0], signed(3, 3)),
  qr: one((x) => joined(ops.qr(x)), tall),
  eigh: one((x) => joined([ops.eigh(definite(x))[0], ops.square(ops.eigh(definite(x))[1])]), signed(2, 2)),
  svd: one((x) => joined(ops.svd(x, { fullMatrices: false })), tall),
  norm: one((x) => joined([ops.norm(x), ops.norm(x, { ord: 2, axis: [0, 1] }), ops.norm(x, { ord: 1, axis: 0 })])),
  pinv: one((x) => ops.pinv(x), tall),
  lstsq: two((a, b) => ops.lstsq(a, b), tall, signed(3)),
  // Fourier transforms
  fft: two((re, im) => joined(ops.fft([re, im])), signed(2, 3), signed(2, 3)),
  fft2: two((re, im) => joined(ops.fft2([re, im])), signed(2, 2), signed(2, 2)),
  ifft2: two((re, im) => joined(ops.ifft2([re, im])), signed(2, 2), signed(2, 2)),
  rfft: one((x) => joined(ops.rfft(x)), signed(5)),
  irfft: two((re, im) => ops.irfft([re, im]), signed(3), signed(3)),
  stft: one((x) => joined(ops.stft(x, 4, 2, 4)), signed(8)),
  istft: two((re, im) => ops.istft([re, im], 4, 2, 4), signed(3, 3), signed(3, 3)),
  // complex numbers: those that are real
  real: one(ops.real),
  conj: one(ops.conj),
  conjugate: one(ops.conjugate),
  viewAsReal: one(ops.viewAsReal),
  // loops
  map: one((x) => ops.map((row) => ops.square(row), x)),
  vectorizedMap: one((x) => ops.vectorizedMap((row) => ops.square(row), x)),
  scan: one((x) => joined(ops.scan((carry, row) => [ops.multiply(carry, row!), ops.add(carry, row!)], [1, 1, 1], x))),
  associativeScan: one((x) => ops.associativeScan((a, b) => ops.multiply(a, b), x, { axis: 1 })),
  foriLoop: one((x) => ops.foriLoop(0, 3, (_, value) => ops.sin(value), x)),
  whileLoop: one(
    (x) =>
      ops.whileLoop(
        (v) => ops.less(ops.max(v!), 7),
        (v) => [ops.multiply(v!, 2)],
        [x],
      )[0]!,
  ),
  cond: one((x) =>
    ops.cond(
      ops.greater(ops.sum(x), -100),
      () => ops.square(x),
      () => x,
    ),
  ),
  switch: one((x) => ops.switch(1, [ops.relu, ops.square], x)),
  unique: one((x) => ops.unique(x).values),
  jvp: two((x, t) => joined(ops.jvp((y) => ops.multiply(ops.sin(y), y), [x], [t])), signed(3), positive(3)),
  vectorize: two((x, y) => ops.vectorize((a, b) => ops.multiply(ops.sin(a), b))(x, y)),
  customGradient: one(ops.customGradient((x) => [ops.square(x), (dy) => ops.multiply(dy, ops.multiply(x, 2))])),
};

const IMAGE_CASES: Readonly<Record<string, Case>> = {
  resize: one(
    (x) =>
      joined(
        (['bilinear', 'nearest', 'bicubic', 'area', 'lanczos3'] as const).map((interpolation) =>
          ops.image.resize(x, [3, 2], { interpolation }),
        ),
      ),
    signed(1, 2, 3, 1),
  ),
  scaleAndTranslate: of([signed(2, 3), positive(2), share(2)], (x, scale, shift) =>
    ops.image.scaleAndTranslate(x!, [3, 3], scale!, shift!, [0, 1], 'cubic', { antialias: false }),
  ),
  rgbToGrayscale: one((x) => ops.image.rgbToGrayscale(x), within(0, 1, [1, 2, 3])),
  rgbToHsv: one((x) => ops.image.rgbToHsv(x), { shape: [1, 1, 3], values: Float32Array.of(0.3, 0.8, 0.55) }),
  hsvToRgb: one((x) => ops.image.hsvToRgb(x), { shape: [1, 1, 3], values: Float32Array.of(0.25, 0.7, 0.6) }),
  padImages: one(
    (x) => ops.image.padImages(x, { topPadding: 1, leftPadding: 0, targetHeight: 4, targetWidth: 3 }),
    signed(2, 2, 1),
  ),
  cropImages: one(
    (x) => ops.image.cropImages(x, { topCropping: 1, leftCropping: 0, targetHeight: 1, targetWidth: 1 }),
    signed(2, 2, 1),
  ),
  extractPatches: one((x) => ops.image.extractPatches(x, 2, { strides: 1 }), signed(3, 2, 1)),
  extractPatches3d: one((x) => ops.image.extractPatches3d(x, 2), signed(2, 2, 2, 1)),
  gaussianBlur: one((x) => ops.image.gaussianBlur(x), signed(3, 3, 1)),
  sobelEdges: one((x) => ops.image.sobelEdges(x), signed(1, 3, 3, 1)),
  ssim: two(
    (a, b) => ops.image.ssim(a, b, { filterSize: 2 }),
    within(0.1, 0.9, [1, 3, 3, 1]),
    within(0.2, 0.7, [1, 3, 3, 1]),
  ),
  affineTransform: two((x, t) => ops.image.affineTransform(x, t, { fillMode: 'reflect' }), signed(1, 2, 2, 1), {
    shape: [8],
    values: Float32Array.of(0.25, 0.05, 0.4, 0.05, 0.2, 0.45, 0, 0),
  }),
  perspectiveTransform: one(
    (x) =>
      ops.image.perspectiveTransform(
        x,
        [
          [0, 0],
          [0, 2],
          [2, 0],
          [2, 2],
        ],
        [
          [0.3, 0.2],
          [0.1, 2.4],
          [2.3, 0.4],
          [1.8, 1.7],
        ],
      ),
    signed(1, 3, 3, 1),
  ),
  mapCoordinates: two((x, places) => ops.image.mapCoordinates(x, places, 1), signed(3, 3), {
    shape: [2, 3],
    values: Float32Array.of(0.3, 1.4, 0.7, 1.6, 0.2, 1.3),
  }),
  elasticTransform: one((x) => ops.image.elasticTransform(x, { seed: 3, alpha: 1, sigma: 1 }), signed(1, 3, 3, 1)),
};

/** Why an op has no derivative, or none that depends on its argument. */
const NOT_DIFFERENTIABLE: Readonly<Record<string, string>> = {
  ...listed(
    'a truth value',
    'equal notEqual greater greaterEqual less lessEqual logicalAnd logicalOr logicalXor logicalNot',
  ),
  ...listed(
    'a truth value',
    'isnan isinf isfinite isposinf isneginf signbit isreal isclose allclose all any isin inTopK isTensor',
  ),
  ...listed(
    'an index or a count',
    'argmax argmin nanargmax nanargmin argsort argpartition countNonzero searchsorted digitize',
  ),
  ...listed('an index or a count', 'bincount histogram nonzero unravelIndex matrixRank ctcDecode'),
  ...listed('integers', 'bitwiseAnd bitwiseOr bitwiseXor bitwiseNot bitwiseInvert bitwiseLeftShift leftShift'),
  ...listed('integers', 'bitwiseRightShift rightShift gcd lcm'),
  ...listed('a step function without a derivative of its own, as in Keras', 'floorDivide'),
  ...listed('the same around every real number', 'angle imag'),
  ...listed('complex, which the tape does not know', 'polar viewAsComplex eig'),
  ...listed('numbers as they are stored: steps that are smaller than differences can see', 'nextafter view'),
  ...listed('made of class indices', 'oneHot multiHot countClasses'),
  ...listed(
    'made without a tensor',
    'zeros ones empty arange geomspace eye identity tri bartlett hanning hamming blackman kaiser',
  ),
  ...listed('the same for every value', 'zerosLike onesLike emptyLike'),
  ...listed('no tensor', 'shape ndim size dtype convertToNumpy'),
};

function listed(reason: string, names: string): Record<string, string> {
  return Object.fromEntries(names.split(' ').map((name) => [name, reason]));
}

const check = ({ inputs, run }: Case): void => {
  expect(gradientDifferences({ inputs, run })).toEqual([]);
};

describe('the gradient of each op agrees with differences of its values', () => {
  test.each(Object.entries(CASES))('%s', (_, oneCase) => check(oneCase));
  test.each(Object.entries(IMAGE_CASES))('image.%s', (_, oneCase) => check(oneCase));
});

test('every op is in the table or says why it has no gradient', () => {
  const functions = (record: object) =>
    Object.keys(record).filter((name) => typeof record[name as never] === 'function');
  const covered = new Set([...Object.keys(CASES), ...Object.keys(NOT_DIFFERENTIABLE)]);
  expect(functions(ops).filter((name) => !covered.has(name))).toEqual([]);
  expect(functions(ops.image).filter((name) => !(name in IMAGE_CASES))).toEqual([]);
  expect([...covered].filter((name) => !(name in ops))).toEqual([]);
});
