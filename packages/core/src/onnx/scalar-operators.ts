import type { OnnxDType } from './model-message.ts';
import type { OnnxGraph } from './onnx-graph.ts';

/** Writes a scalar function of arguments of a dtype; see `scalarFunctions`, whose results these are. */
type ScalarOperator = (graph: OnnxGraph, args: readonly string[], dtype: OnnxDType) => string;

/** The operator of a name. */
const plain =
  (op: string): ScalarOperator =>
  (graph, args) =>
    graph.node(op, args);

/** Computes in another dtype, where the arguments are of one that the operator does not take; gives `result`, or theirs. */
const computedIn =
  (inner: OnnxDType, taken: readonly OnnxDType[], operator: ScalarOperator, result?: OnnxDType): ScalarOperator =>
  (graph, args, dtype) => {
    if (taken.includes(dtype)) return operator(graph, args, dtype);
    const cast = args.map((arg) => graph.cast(arg, inner));
    const computed = operator(graph, cast, inner);
    return result === inner ? computed : graph.cast(computed, result ?? dtype);
  };

/** For numbers of float32 and int32; of bools in int32. */
const ofNumbers = (operator: ScalarOperator, result?: OnnxDType): ScalarOperator =>
  computedIn('int32', ['float32', 'int32'], operator, result);

/** For float32 alone; of others in float32, rounded towards zero. */
const ofFloats = (operator: ScalarOperator, result?: OnnxDType): ScalarOperator =>
  computedIn('float32', ['float32'], operator, result);

/** For float32; in float64 for others, in which every int32 is exact. */
const exact = (operator: ScalarOperator): ScalarOperator => computedIn('float64', ['float32'], operator);

const arithmetic = (op: string): ScalarOperator => ofNumbers(plain(op));
const float = (op: string): ScalarOperator => ofFloats(plain(op));
const comparison = (op: string): ScalarOperator => ofNumbers(plain(op), 'bool');
const predicate = (operator: ScalarOperator): ScalarOperator => computedIn('float32', ['float32'], operator, 'bool');

/** A number beside arguments, in their dtype. */
const number = (graph: OnnxGraph, value: number, dtype: OnnxDType): string => graph.scalar(value, dtype);

/** `condition ? a : b` */
const where: ScalarOperator = (graph, [condition, a, b], dtype) => {
  if (dtype !== 'bool') return graph.node('Where', [condition!, a!, b!]);
  const no = graph.node('Not', [condition!]);
  return graph.node('Or', [graph.node('And', [condition!, a!]), graph.node('And', [no, b!])]);
};

const shifted =
  (from: number, operator: ScalarOperator): ScalarOperator =>
  (graph, args, dtype) =>
    operator(graph, [...args, number(graph, from, dtype)], dtype);

const square: ScalarOperator = (graph, [x]) => graph.node('Mul', [x!, x!]);

/** The rest of a division, with the sign of the divisor. */
const mod: ScalarOperator = (graph, [a, b], dtype) => {
  if (dtype !== 'float32') return graph.node('Mod', [a!, b!]);
  const rest = graph.node('Mod', [a!, b!], { fmod: 1 });
  const zero = number(graph, 0, dtype);
  const [isNegative, isDivisorNegative] = [a!, b!].map((value) => graph.node('Less', [value, zero]));
  const hasOther = graph.node('Xor', [isNegative!, isDivisorNegative!]);
  const moved = graph.node('Mod', [graph.node('Add', [rest, b!]), b!], { fmod: 1 });
  return graph.node('Where', [hasOther, moved, rest]);
};

/** `⌊a / b⌋`, an int32. */
const floorDiv: ScalarOperator = (graph, args, dtype) => {
  const given = dtype === 'float32' ? args : args.map((arg) => graph.cast(arg, 'float64'));
  return graph.cast(graph.node('Floor', [graph.node('Div', given)]), 'int32');
};

/** The angle of the point (x, y), from `atan(y / x)`, which knows half of them. */
const atan2: ScalarOperator = (graph, [y, x], dtype) => {
  const zero = number(graph, 0, dtype);
  const angle = graph.node('Atan', [graph.node('Div', [y!, x!])]);
  const isBelow = graph.node('Less', [y!, zero]);
  const half = graph.node('Where', [isBelow, number(graph, -Math.PI, dtype), number(graph, Math.PI, dtype)]);
  const whole = graph.node('Where', [graph.node('Less', [x!, zero]), graph.node('Add', [angle, half]), angle]);
  const isOrigin = graph.node('And', [graph.node('Equal', [y!, zero]), graph.node('Equal', [x!, zero])]);
  return graph.node('Where', [isOrigin, zero, whole]);
};

/** `negative` where `x < 0`, else `x`. */
const whereNegative = (graph: OnnxGraph, x: string, negative: string, dtype: OnnxDType): string =>
  graph.node('Where', [graph.node('Less', [x, number(graph, 0, dtype)]), negative, x]);

const leakyRelu: ScalarOperator = (graph, [x, slope], dtype) =>
  whereNegative(graph, x!, graph.node('Mul', [slope!, x!]), dtype);

/** 1 above 0, else `alpha`; NaN stays. */
const step: ScalarOperator = (graph, [x, alpha], dtype) => {
  const isPositive = graph.node('Greater', [x!, number(graph, 0, dtype)]);
  const stepped = graph.node('Where', [isPositive, number(graph, 1, dtype), alpha!]);
  return dtype === 'float32' ? graph.node('Where', [graph.node('IsNaN', [x!]), x!, stepped]) : stepped;
};

const clip: ScalarOperator = (graph, [x, low, high]) => graph.node('Min', [graph.node('Max', [x!, low!]), high!]);

const relu6: ScalarOperator = (graph, [x], dtype) =>
  graph.node('Clip', [x!, number(graph, 0, dtype), number(graph, 6, dtype)]);

const finite: ScalarOperator = (graph, args) =>
  graph.node('Not', [graph.node('Or', [graph.node('IsNaN', args), graph.node('IsInf', args)])]);

/** Bits move as those of an unsigned number. */
const shiftLeft: ScalarOperator = (graph, args) => {
  const unsigned = args.map((arg) => graph.cast(arg, 'uint32'));
  return graph.cast(graph.node('BitShift', unsigned, { direction: 'LEFT' }), 'int32');
};

/** `⌊a / 2ⁿ⌋`, so that the sign stays. */
const shiftRight: ScalarOperator = (graph, args) => {
  const [a, n] = args.map((arg) => graph.cast(arg, 'float64'));
  const quotient = graph.node('Div', [a!, graph.node('Pow', [graph.scalar(2, 'float64'), n!])]);
  return graph.cast(graph.node('Floor', [quotient]), 'int32');
};

/** There and back. */
const roundedTo =
  (format: 'bfloat16' | 'float16'): ScalarOperator =>
  (graph, [x]) =>
    graph.cast(graph.cast(x!, format), 'float32');

/** What each scalar function of programs is in ONNX. */
export const scalarOperators: Readonly<Record<string, ScalarOperator>> = {
  add: arithmetic('Add'),
  sub: arithmetic('Sub'),
  mul: arithmetic('Mul'),
  div: exact(plain('Div')),
  floorDiv,
  mod: ofNumbers(mod),
  pow: arithmetic('Pow'),
  max: arithmetic('Max'),
  min: arithmetic('Min'),
  atan2: ofFloats(atan2),
  squaredDifference: ofNumbers((graph, args, dtype) => square(graph, [graph.node('Sub', args)], dtype)),

  neg: arithmetic('Neg'),
  abs: arithmetic('Abs'),
  sign: arithmetic('Sign'),
  square: ofNumbers(square),
  sqrt: float('Sqrt'),
  rsqrt: ofFloats((graph, args) => graph.node('Reciprocal', [graph.node('Sqrt', args)])),
  reciprocal: float('Reciprocal'),
  exp: ofFloats(plain('Exp'), 'float32'),
  expm1: ofFloats((graph, args, dtype) => graph.node('Sub', [graph.node('Exp', args), number(graph, 1, dtype)])),
  log: float('Log'),
  log1p: ofFloats(shifted(1, (graph, args) => graph.node('Log', [graph.node('Add', args)]))),
  sin: float('Sin'),
  cos: float('Cos'),
  tan: float('Tan'),
  asin: float('Asin'),
  acos: float('Acos'),
  atan: float('Atan'),
  sinh: float('Sinh'),
  cosh: float('Cosh'),
  tanh: float('Tanh'),
  asinh: float('Asinh'),
  acosh: float('Acosh'),
  atanh: float('Atanh'),
  erf: float('Erf'),
  floor: float('Floor'),
  ceil: float('Ceil'),
  round: float('Round'),

  sigmoid: float('Sigmoid'),
  softplus: float('Softplus'),
  elu: float('Elu'),
  selu: float('Selu'),
  relu: ofNumbers((graph, args, dtype) =>
    dtype === 'float32' ? graph.node('Relu', args) : graph.node('Max', [...args, number(graph, 0, dtype)]),
  ),
  relu6: ofNumbers(relu6),
  leakyRelu: ofFloats(leakyRelu, 'float32'),
  step: ofNumbers(step),
  clip: ofNumbers(clip),

  isNan: predicate(plain('IsNaN')),
  isInf: predicate(plain('IsInf')),
  isFinite: predicate(finite),
  eq: comparison('Equal'),
  ne: ofNumbers((graph, args) => graph.node('Not', [graph.node('Equal', args)]), 'bool'),
  lt: comparison('Less'),
  le: comparison('LessOrEqual'),
  gt: comparison('Greater'),
  ge: comparison('GreaterOrEqual'),
  and: plain('And'),
  or: plain('Or'),
  xor: plain('Xor'),
  not: plain('Not'),
  select: where,

  f32: (graph, [x], dtype) => (dtype === 'float32' ? x! : graph.cast(x!, 'float32')),
  i32: (graph, [x], dtype) => (dtype === 'int32' ? x! : graph.cast(x!, 'int32')),
  bool: (graph, [x], dtype) => (dtype === 'bool' ? x! : graph.cast(x!, 'bool')),

  bitAnd: plain('BitwiseAnd'),
  bitOr: plain('BitwiseOr'),
  bitXor: plain('BitwiseXor'),
  bitNot: plain('BitwiseNot'),
  shiftLeft,
  shiftRight,

  bf16: roundedTo('bfloat16'),
  f16: roundedTo('float16'),
};
