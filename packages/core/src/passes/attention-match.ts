import { type Expression, inputOf } from '../program/expression.ts';
import type { Instruction, Program, ValueId } from '../program/program.ts';
import { type Shape, sameShape, sizeOf } from '../tensor/shape.ts';
import { ExtraList } from './attention-extras.ts';
import { type HeadMatrices, hasLead, headMatrices, type Lead, sameMatrices } from './head-matrices.ts';
import { expressionOf } from './map-steps.ts';
import { ProgramGraph } from './program-graph.ts';
import { readersThroughReshapes, reshapedFrom } from './reshapes.ts';

/** Attention that is written out, perhaps with its gradient. */
export interface AttentionMatch {
  readonly lead: Lead;
  readonly q: HeadMatrices;
  readonly k: HeadMatrices;
  readonly v: HeadMatrices;
  /** What scores meet beside each other, first what they meet before softmax. */
  readonly extras: ExtraList;
  /** How many of them come before softmax. */
  readonly scoreExtras: number;
  readonly epilogue: Expression | undefined;
  readonly gradient: GradientMatch | undefined;
  /** The products that give the output and the gradients, by their values. */
  readonly results: ReadonlyMap<ValueId, Result>;
}

interface GradientMatch {
  readonly dy: HeadMatrices;
  readonly slope: Expression | undefined;
}

/** What a product gives. */
interface Result {
  readonly name: 'y' | 'dq' | 'dk' | 'dv';
  readonly isTransposed: boolean;
}

/** The first attention in a program of whose scores nothing else is read. */
export function findAttention(program: Program): AttentionMatch | undefined {
  const graph = new ProgramGraph(program);
  for (const instruction of program.instructions) {
    const match = instruction.primitive === 'softmax' ? matchAround(instruction, graph) : undefined;
    if (match) return match;
  }
  return undefined;
}

function matchAround(softmax: Instruction, graph: ProgramGraph): AttentionMatch | undefined {
  const weights = softmax.outputs[0]!;
  const { shape } = graph.typeOf(weights);
  const readers = readersThroughReshapes(weights, graph);
  const before = scoresBefore(softmax, graph);
  if (!before || !readers || shape.length < 2) return undefined;
  const [q, k] = operands(before.product, graph);

  const outputs = readers.filter((reader) => contraction(reader, weights, graph)?.along === 'keys');
  if (outputs.length !== 1) return undefined;
  const { partner: v, isTransposed } = contraction(outputs[0]!, weights, graph)!;
  const lead = leadOf([q, k, v], shape, graph);
  if (q.dim !== k.dim || ![q, k, v].every((matrices) => hasLead(matrices, lead, graph))) return undefined;

  const extras = new ExtraList(graph, lead, shape);
  const epilogue = before.map && convert(expressionOf(before.map), before.map, extras, before.isScore);
  if (before.map && !epilogue) return undefined;
  const scoreExtras = extras.items.length;
  const results = new Map<ValueId, Result>([[outputs[0]!.outputs[0]!, { name: 'y', isTransposed }]]);
  const match = { lead, q, k, v, extras, scoreExtras, epilogue, results, gradient: undefined };
  const others = readers.filter((reader) => reader !== outputs[0]);
  if (others.length === 0) return isApart(match, graph) ? match : undefined;

  const gradient = matchGradient(match, weights, others, graph);
  if (!gradient) return undefined;
  const whole = { ...match, gradient };
  return isApart(whole, graph) ? whole : undefined;
}

/** The product that makes scores, and the map between it and softmax. */
interface Before {
  readonly product: Instruction;
  readonly map: Instruction | undefined;
  /** Whether this input of the map is the score. */
  isScore(id: ValueId): boolean;
}

function scoresBefore(softmax: Instruction, graph: ProgramGraph): Before | undefined {
  const source = reshapedFrom(softmax.inputs[0]!, graph);
  const isScore = (product: Instruction) => (id: ValueId) => reshapedFrom(id, graph) === product.outputs[0];
  const producer = graph.producerOf(source);
  if (!producer || !isOnlyReader(softmax, source, graph)) return undefined;
  if (isPlainProduct(producer)) return { product: producer, map: undefined, isScore: isScore(producer) };
  if (producer.primitive !== 'map') return undefined;
  for (const id of producer.inputs) {
    const product = graph.producerOf(reshapedFrom(id, graph));
    if (!product || !isPlainProduct(product) || !isOnlyReader(producer, product.outputs[0]!, graph)) continue;
    if (sizeOf(graph.typeOf(id).shape) !== sizeOf(graph.typeOf(source).shape)) continue;
    return { product, map: producer, isScore: isScore(product) };
  }
  return undefined;
}

function matchGradient(
  { q, k, v, lead, extras, results }: AttentionMatch & { readonly results: Map<ValueId, Result> },
  weights: ValueId,
  readers: readonly Instruction[],
  graph: ProgramGraph,
): GradientMatch | undefined {
  const map = readers.find(({ primitive, inputs }) => primitive === 'map' && inputs.length > 2);
  const core = map && softmaxGradient(expressionOf(map), map, weights, graph);
  if (!map || !core) return undefined;
  const product = graph.producerOf(core.dp)!;
  const [dy, values] = operands(product, graph);
  if (!sameMatrices(values, v) || !hasLead(dy, lead, graph) || dy.length !== q.length) return undefined;

  const left = readers.filter((reader) => reader !== map && reader !== core.reader);
  const isAll = readersThroughReshapes(core.dp, graph)?.every((reader) => reader === map || reader === core.reader);
  if (!isAll || left.length > 1) return undefined;
  for (const reader of left) {
    const found = contraction(reader, weights, graph);
    if (found?.along !== 'queries' || !sameMatrices(found.partner, dy)) return undefined;
    results.set(reader.outputs[0]!, { name: 'dv', isTransposed: found.isTransposed });
  }
  const slopes = readersThroughReshapes(map.outputs[0]!, graph);
  if (!slopes || slopes.length === 0) return undefined;
  for (const reader of slopes) {
    const found = contraction(reader, map.outputs[0]!, graph);
    const name = found?.along === 'keys' ? 'dq' : 'dk';
    if (!found || !sameMatrices(found.partner, name === 'dq' ? k : q)) return undefined;
    if ([...results.values()].some((result) => result.name === name)) return undefined;
    results.set(reader.outputs[0]!, { name, isTransposed: found.isTransposed });
  }
  const slope = convert(expressionOf(map), map, extras, () => false, core.expression);
  if (!slope) return undefined;
  return { dy, slope: slope.kind === 'input' ? undefined : slope };
}

/** `mul(p, sub(dp, Σ p dp))` in an expression. */
interface SoftmaxGradient {
  readonly expression: Expression;
  /** The product of which it is the slope. */
  readonly dp: ValueId;
  /** What of `p` and `dp` the sum reads. */
  readonly reader: Instruction;
}

function softmaxGradient(
  expression: Expression,
  map: Instruction,
  weights: ValueId,
  graph: ProgramGraph,
): SoftmaxGradient | undefined {
  if (expression.kind !== 'call') return undefined;
  const sourceOf = (part: Expression | undefined) =>
    part?.kind === 'input' ? reshapedFrom(map.inputs[part.index]!, graph) : undefined;
  const difference = expression.args.find((part) => part.kind === 'call' && part.fn === 'sub');
  const factor = expression.args.find((part) => part !== difference);
  if (expression.fn === 'mul' && difference?.kind === 'call' && sourceOf(factor) === weights) {
    const [dp, sums] = difference.args.map(sourceOf);
    const product = dp === undefined ? undefined : graph.producerOf(dp);
    const reader = sums === undefined ? undefined : sumOfProducts(sums, [weights, dp!], map, graph);
    if (product && isPlainProduct(product) && reader) return { expression, dp: dp!, reader };
  }
  for (const part of expression.args) {
    const found = softmaxGradient(part, map, weights, graph);
    if (found) return found;
  }
  return undefined;
}

/** What computes the products of two values that are summed up along the last axis, for this map alone. */
function sumOfProducts(
  sums: ValueId,
  factors: readonly ValueId[],
  map: Instruction,
  graph: ProgramGraph,
): Instruction | undefined {
  const sum = graph.producerOf(sums);
  if (sum?.primitive !== 'reduce' || sum.attrs.kind !== 'sum' || !isOnlyReader(map, sums, graph)) return undefined;
  const isWritten = sum.attrs.expr === undefined;
  const products = isWritten ? graph.producerOf(sum.inputs[0]!) : sum;
  if (!products || (isWritten && (products.primitive !== 'map' || !isOnlyReader(sum, sum.inputs[0]!, graph))))
    return undefined;
  const expression = products.attrs.expr as Expression;
  const { inputs } = products;
  const isProduct =
    inputs.length === 2 &&
    expression.kind === 'call' &&
    expression.fn === 'mul' &&
    expression.args.every(({ kind }) => kind === 'input') &&
    inputs.every((id) => sameShape(graph.typeOf(id).shape, graph.typeOf(map.outputs[0]!).shape)) &&
    factors.every((factor) => inputs.some((id) => reshapedFrom(id, graph) === factor));
  const [axis, ...more] = sum.attrs.axes as readonly number[];
  const isLast = more.length === 0 && axis === graph.typeOf(inputs[0]!).shape.length - 1;
  return isProduct && isLast ? products : undefined;
}

/** An expression of a map as one of the score, or of `core`, as input 0, and of extras. */
function convert(
  expression: Expression,
  map: Instruction,
  extras: ExtraList,
  isScore: (id: ValueId) => boolean,
  core?: Expression,
): Expression | undefined {
  if (expression === core) return inputOf(0);
  if (expression.kind === 'number') return expression;
  if (expression.kind === 'input') {
    const id = map.inputs[expression.index]!;
    const place = isScore(id) ? -1 : extras.placeOf(id, map.outputs[0]!);
    return place === undefined ? undefined : inputOf(1 + place);
  }
  const args: Expression[] = [];
  for (const arg of expression.args) {
    const converted = convert(arg, map, extras, isScore, core);
    if (!converted) return undefined;
    args.push(converted);
  }
  return { ...expression, args };
}

/** Matrices that meet in a product: those on the left `[m, k]`, those on the right as `[n, k]`. */
function operands({ inputs, attrs }: Instruction, graph: ProgramGraph): [HeadMatrices, HeadMatrices] {
  return [
    headMatrices(inputs[0]!, attrs.transposeA === true, graph),
    headMatrices(inputs[1]!, attrs.transposeB !== true, graph),
  ];
}

/** How a product sums over scores. */
interface Contraction {
  readonly along: 'queries' | 'keys';
  /** What they meet: its length is that axis. */
  readonly partner: HeadMatrices;
  readonly isTransposed: boolean;
}

function contraction(product: Instruction, scores: ValueId, graph: ProgramGraph): Contraction | undefined {
  if (!isPlainProduct(product)) return undefined;
  const { inputs, attrs } = product;
  const [transposeA, transposeB] = [attrs.transposeA === true, attrs.transposeB === true];
  const [isLeft, isRight] = inputs.map((id) => reshapedFrom(id, graph) === scores);
  if (isLeft === isRight) return undefined;
  if (isLeft) {
    const partner = headMatrices(inputs[1]!, transposeB, graph);
    return { along: transposeA ? 'queries' : 'keys', partner, isTransposed: false };
  }
  const partner = headMatrices(inputs[0]!, !transposeA, graph);
  return { along: transposeB ? 'keys' : 'queries', partner, isTransposed: true };
}

const isPlainProduct = ({ primitive, attrs }: Instruction): boolean =>
  primitive === 'dot' && attrs.epilogue === undefined;

function isOnlyReader(reader: Instruction, id: ValueId, graph: ProgramGraph): boolean {
  const readers = readersThroughReshapes(id, graph);
  return readers?.length === 1 && readers[0] === reader;
}

/** Batch and heads as an operand has them that lies by heads; else all are heads of a batch each. */
function leadOf(matrices: readonly HeadMatrices[], scores: Shape, graph: ProgramGraph): Lead {
  const found = matrices.find(({ order }) => order === 'heads');
  if (!found) return { batch: sizeOf(scores.slice(0, -2)), heads: 1 };
  const [batch, , heads] = graph.typeOf(found.id).shape as [number, number, number];
  return { batch, heads };
}

/** Whether nothing that it reads is what it gives, and all of it is there before the first gradient. */
function isApart({ q, k, v, gradient, extras, results }: AttentionMatch, graph: ProgramGraph): boolean {
  const read = [q, k, v, ...(gradient ? [gradient.dy] : []), ...extras.items].map(({ id }) => id);
  const made = [...results].flatMap(([id, { name }]) => (name === 'y' ? [] : [graph.placeOf(id)]));
  const first = Math.min(...made);
  return read.every((id) => !results.has(id) && graph.placeOf(id) < first);
}
