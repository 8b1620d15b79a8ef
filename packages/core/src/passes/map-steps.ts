import { type Expression, inputOf } from '../program/expression.ts';
import type { Instruction, InstructionAttributes, ValueId } from '../program/program.ts';
import { broadcastShapes, type Shape, sameShape } from '../tensor/shape.ts';
import { inputsIn, substitute } from './expressions.ts';
import type { ProgramView, Rule, Step } from './rewrite.ts';

/** An expression over any values, before it is tidied, and the shape that it must have. */
export interface Draft {
  readonly inputs: readonly ValueId[];
  readonly expr: Expression;
  readonly shape: Shape;
}

/** A `map` before it is tidied. */
export interface MapDraft extends Draft {
  readonly attrs: InstructionAttributes;
}

/** What a `map` computes. */
export const expressionOf = ({ attrs }: Pick<Instruction, 'attrs'>): Expression => attrs.expr as Expression;

/** A `map` of a draft: see {@link tidied}. */
export function mapStep({ attrs, ...draft }: MapDraft, view: ProgramView): Step {
  const { inputs, expr } = tidied(draft, view);
  return { primitive: 'map', inputs, attrs: { ...attrs, expr } };
}

/**
 * The expression over inputs of which each stands once and is read. Where these alone would broadcast to a smaller shape, a
 * constant of the shape wanted follows them, unread.
 */
export function tidied({ inputs, expr, shape }: Draft, view: ProgramView): Omit<Draft, 'shape'> {
  const indices = inputsIn(expr);
  const read = [...new Set(inputs.filter((_, index) => indices.has(index)))];
  const places = new Map(read.map((id, place) => [id, place]));
  return {
    inputs: read.length && broadcastsTo(read, shape, view) ? read : [...read, shapeConstant(inputs, shape, view)],
    expr: substitute(expr, (index) => inputOf(places.get(inputs[index]!)!)),
  };
}

function broadcastsTo(ids: readonly ValueId[], shape: Shape, view: ProgramView): boolean {
  const shapes = ids.map((id) => view.typeOf(id).shape);
  return sameShape(
    shapes.reduce((a, b) => broadcastShapes('map', a, b) as Shape, []),
    shape,
  );
}

/** A constant of one repeated element and the given shape: one of `inputs` or a new one. */
function shapeConstant(inputs: readonly ValueId[], shape: Shape, view: ProgramView): ValueId {
  const known = inputs.find((id) => view.constantOf(id)?.length === 1 && sameShape(view.typeOf(id).shape, shape));
  return known ?? view.addConstant(new Float32Array(1), { shape, dtype: 'float32' });
}

/** `map(x, x, y) { add(a, b) }` → `map(x) { add(a, a) }`. */
export const tidyInputs: Rule = (instruction, view) => {
  if (instruction.primitive !== 'map') return undefined;
  const { attrs, inputs, outputs } = instruction;
  const step = mapStep({ attrs, inputs, expr: expressionOf(instruction), shape: view.typeOf(outputs[0]!).shape }, view);
  return step.inputs.join() === inputs.join() ? undefined : step;
};

/** Whether an instruction adds two values: `map(x, y) { add(a, b) }`. */
export function isSum({ primitive, inputs, attrs }: Instruction): boolean {
  const expr = primitive === 'map' && inputs.length === 2 ? expressionOf({ attrs }) : undefined;
  return expr?.kind === 'call' && expr.fn === 'add' && expr.args.every(({ kind }) => kind === 'input');
}
