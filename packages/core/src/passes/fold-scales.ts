import { callOf, inputOf } from '../program/expression.ts';
import type { Instruction, Program, ValueId } from '../program/program.ts';
import { type Shape, sizeOf } from '../tensor/shape.ts';
import { expressionOf, isSum } from './map-steps.ts';
import type { Pass } from './pass.ts';
import { productsFor } from './products.ts';
import { readersThroughReshapes, reshaped } from './reshapes.ts';
import { type ProgramView, type Rule, rewrite } from './rewrite.ts';

/**
 * Scales the weights of a product in the place of its result, where the scale of each column is made of weights alone: a
 * normalization with fixed statistics.
 *
 *     %4 = conv(%0, %1)                      %7 = map(%1, %3) { mul(a, b) }
 *     %5 = map(%4, %2) { add(a, b) }         %8 = map(%2, %3) { mul(a, b) }
 *     %6 = map(%5, %3) { mul(a, b) }         %4 = conv(%0, %7)
 *                                            %6 = map(%4, %8) { add(a, b) }
 *
 * The results are rounded in other places, so the last bits may differ. What follows, the shift and an activation, is the epilogue.
 */
export const foldScales: Pass = {
  name: 'fold-scales',
  reorders: true,
  run(program) {
    const weights = madeOfWeights(program);
    return rewrite(program, [(instruction, view) => foldScale(instruction, view, weights)]);
  },
};

/** The elements of a product from which on it pays: to scale its weights is an instruction more. */
const LEAST_ELEMENTS = 1 << 14;
/** How often as many elements as the weights a product must have. */
const LEAST_RATIO = 2;

function foldScale(map: Instruction, view: ProgramView, weights: ReadonlySet<ValueId>): ReturnType<Rule> {
  const expr = map.primitive === 'map' && map.inputs.length === 2 ? expressionOf(map) : undefined;
  if (expr?.kind !== 'call' || expr.fn !== 'mul' || !expr.args.every(({ kind }) => kind === 'input')) return undefined;
  const { shape, dtype } = view.typeOf(map.outputs[0]!);
  if (dtype !== 'float32' || sizeOf(shape) < LEAST_ELEMENTS) return undefined;
  const isRow = (id: ValueId): boolean => isRowOf(view.typeOf(id).shape, shape) && weights.has(id);
  const scale = map.inputs.findIndex(isRow);
  if (scale < 0) return undefined;
  const [row, scaled] = [map.inputs[scale]!, map.inputs[1 - scale]!];

  const direct = scaledProduct(map, row, view, weights);
  if (direct !== undefined) return [reshaped(direct, shape, view)];
  const sum = view.producerOf(scaled);
  if (!sum || !isSum(sum) || readersThroughReshapes(scaled, view)?.length !== 1) return undefined;
  const bias = sum.inputs.find(isRow);
  const product = bias === undefined ? undefined : scaledProduct(sum, row, view, weights);
  if (bias === undefined || product === undefined) return undefined;
  return { primitive: 'map', inputs: [reshaped(product, shape, view), times(bias, row, view)], attrs: { expr: SUM } };
}

const SUM = callOf('add', inputOf(0), inputOf(1));
const PRODUCT = callOf('mul', inputOf(0), inputOf(1));

const times = (a: ValueId, b: ValueId, view: ProgramView): ValueId =>
  view.emit({ primitive: 'map', inputs: [a, b], attrs: { expr: PRODUCT } })[0]!;

/** Whether a shape is one element for each column of another: `[…1, columns]`. */
const isRowOf = (shape: Shape, matrix: Shape): boolean =>
  sizeOf(shape) > 1 && sizeOf(shape) === matrix.at(-1) && shape.at(-1) === matrix.at(-1);

/** The product that a map alone reads, of weights that were scaled by a row before. */
function scaledProduct(
  map: Instruction,
  row: ValueId,
  view: ProgramView,
  weights: ReadonlySet<ValueId>,
): ValueId | undefined {
  const [product] = productsFor(map, view);
  if (!product || product.primitive === 'convInputGrad' || product.attrs.epilogue !== undefined) return undefined;
  const [x, w] = product.inputs as [ValueId, ValueId];
  const { shape } = view.typeOf(w);
  const result = view.typeOf(product.outputs[0]!);
  const columns = view.typeOf(row).shape.at(-1)!;
  const isLarge = sizeOf(result.shape) >= LEAST_RATIO * sizeOf(shape);
  if (result.dtype !== 'float32' || result.shape.at(-1) !== columns || !isLarge || !weights.has(w)) {
    return undefined;
  }
  const own = columnsOf(product, shape, columns);
  const scaled = times(w, reshaped(row, own, view), view);
  return view.emit({ ...product, inputs: [x, scaled] })[0]!;
}

/** The shape in which a row of the result lies along the weights. */
function columnsOf({ primitive, attrs }: Instruction, weights: Shape, columns: number): Shape {
  if (primitive === 'depthwiseConv') return weights.slice(-2);
  return primitive === 'dot' && attrs.transposeB === true ? [columns, 1] : [columns];
}

/** The values that depend on weights and constants alone. */
function madeOfWeights({ state, constants, instructions }: Program): ReadonlySet<ValueId> {
  const made = new Set([...state.map(({ input }) => input), ...constants.map(({ id }) => id)]);
  for (const { inputs, outputs } of instructions) {
    if (inputs.every((id) => made.has(id))) for (const id of outputs) made.add(id);
  }
  return made;
}
