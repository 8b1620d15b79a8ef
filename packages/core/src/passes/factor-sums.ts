import { callOf, type Expression, inputOf } from '../program/expression.ts';
import type { Instruction, ValueId } from '../program/program.ts';
import { broadcastShapes, type Shape, sizeOf } from '../tensor/shape.ts';
import { inputsIn, substitute } from './expressions.ts';
import { mapStep } from './map-steps.ts';
import type { Pass } from './pass.ts';
import { reshaped } from './reshapes.ts';
import { type ProgramView, type Rule, rewrite } from './rewrite.ts';

/**
 * Takes factors that are the same for all elements of a sum out of it:
 *
 *     %2 = reduce(%0, %1) {kind="sum", axes=[0], expr=(mul(a, neg(b)))}     %3 = reduce(%0) {kind="sum", axes=[0]}
 *                                                                           %2 = map(%3, %1) { mul(a, neg(b)) }
 *
 * where `%1` has one element along the axes. So what the gradient of a normalization sums needs nothing of the gradient, and can be
 * summed together with the statistics. The results are rounded in other places, so the last bits may differ.
 */
export const factorSums: Pass = {
  name: 'factor-sums',
  reorders: true,
  run: (program) => rewrite(program, [takeOut]),
};

/** The elements of a sum from which on it pays: to multiply what comes of it is an instruction more. */
const LEAST_ELEMENTS = 1 << 14;

const takeOut: Rule = (instruction, view) => {
  const { primitive, inputs, attrs } = instruction;
  if (primitive !== 'reduce' || (attrs.kind !== 'sum' && attrs.kind !== 'mean') || !attrs.expr) return undefined;
  const types = inputs.map((id) => view.typeOf(id));
  if (types.some(({ dtype }) => dtype !== 'float32')) return undefined;
  const shape = types.reduce<Shape>((all, type) => broadcastShapes('reduce', all, type.shape) as Shape, []);
  const axes = attrs.axes as readonly number[];
  if (sizeOf(shape) < LEAST_ELEMENTS) return undefined;
  const isSame = (id: ValueId): boolean => {
    const own = view.typeOf(id).shape;
    return axes.every((axis) => (own[axis - shape.length + own.length] ?? 1) === 1);
  };
  const isFactor = (expr: Expression): boolean => [...inputsIn(expr)].every((place) => isSame(inputs[place]!));
  const { inside, outside } = split(attrs.expr as Expression, isFactor);
  if (!inside || !outside) return undefined;
  const sum = sumOf(instruction, inside, shape, view);
  if (sum === undefined) return undefined;
  const kept = inputs.map((id) => (isSame(id) ? reshaped(id, without(view.typeOf(id).shape, shape, axes), view) : sum));
  const expr = callOf('mul', inputOf(inputs.length), outside);
  return mapStep({ attrs: {}, inputs: [...kept, sum], expr, shape: view.typeOf(sum).shape }, view);
};

/** A product as one of what varies and one of what does not. */
function split(
  expr: Expression,
  isFactor: (expr: Expression) => boolean,
): { readonly inside?: Expression; readonly outside?: Expression } {
  if (isFactor(expr)) return { outside: expr };
  if (expr.kind !== 'call' || (expr.fn !== 'mul' && expr.fn !== 'neg')) return { inside: expr };
  const [a, b] = expr.args.map((arg) => split(arg, isFactor));
  if (!b) return a!.outside ? { ...a, outside: callOf('neg', a!.outside) } : { inside: expr };
  const product = (x?: Expression, y?: Expression) => (x && y ? callOf('mul', x, y) : (x ?? y));
  const [inside, outside] = [product(a!.inside, b.inside), product(a!.outside, b.outside)];
  return { ...(inside && { inside }), ...(outside && { outside }) };
}

/** The sum of what varies; `undefined` if its inputs alone do not have the shape. */
function sumOf(
  { inputs, attrs }: Instruction,
  inside: Expression,
  shape: Shape,
  view: ProgramView,
): ValueId | undefined {
  const read = [...inputsIn(inside)];
  const ids = [...new Set(read.map((place) => inputs[place]!))];
  const types = ids.map((id) => view.typeOf(id));
  const alone = types.reduce<Shape>((all, type) => broadcastShapes('reduce', all, type.shape) as Shape, []);
  if (alone.join() !== shape.join()) return undefined;
  const expr = substitute(inside, (place) => inputOf(ids.indexOf(inputs[place]!)));
  const { kind, axes } = attrs as { kind: string; axes: readonly number[] };
  const what = expr.kind === 'input' ? {} : { expr };
  return view.emit({ primitive: 'reduce', inputs: ids, attrs: { kind, axes, ...what } })[0]!;
}

/** The shape of a factor without the axes of a sum over values of `whole`. */
function without(shape: Shape, whole: Shape, axes: readonly number[]): Shape {
  const missing = whole.length - shape.length;
  return shape.filter((_, axis) => !axes.includes(axis + missing));
}
