import { callOf, type Expression, inputOf, numberOf } from '../program/expression.ts';
import { argumentType } from '../program/expression-type.ts';
import type { ProgramDType } from '../program/program.ts';
import { simplifyExpression } from './algebra.ts';
import { expressionOf, mapStep, tidyInputs } from './map-steps.ts';
import type { Pass } from './pass.ts';
import { reshaped } from './reshapes.ts';
import { type Rule, rewrite } from './rewrite.ts';

/**
 * Simplifies what maps compute by the rules of `algebra.ts`, which keep every bit; and writes constants of one repeated
 * element into the expressions as numbers, where the rules see them.
 */
export const simplifyAlgebra: Pass = {
  name: 'simplify-algebra',
  run: (program) => rewrite(program, [inlineNumbers, tidyInputs, simplifyMap, reduceNothing]),
};

/** `map(x, ones) { mul(a, b) }` → `map(x) { mul(a, 1) }`. */
export const inlineNumbers: Rule = (instruction, view) => {
  if (instruction.primitive !== 'map') return undefined;
  const { attrs, inputs, outputs } = instruction;
  const numbers = inputs.map((id) => (view.constantOf(id)?.length === 1 ? view.constantOf(id)![0] : undefined));
  if (numbers.every((value) => value === undefined)) return undefined;
  const expr = expressionOf(instruction);
  const inlined = withNumbers(
    expr,
    numbers,
    inputs.map((id) => view.typeOf(id).dtype),
  );
  if (inlined === expr) return undefined;
  return mapStep({ attrs, inputs, expr: inlined, shape: view.typeOf(outputs[0]!).shape }, view);
};

/** The expression with numbers in the place of inputs, but for those that give the numbers beside them their dtype. */
function withNumbers(
  expression: Expression,
  numbers: readonly (number | undefined)[],
  inputs: readonly ProgramDType[],
): Expression {
  if (expression.kind !== 'call') return expression;
  const parts = expression.args.map((arg) => withNumbers(arg, numbers, inputs));
  const original = parts.every((part, i) => part === expression.args[i]) ? expression : callOf(expression.fn, ...parts);
  return parts.reduce<Expression & { kind: 'call' }>(
    (call, part, place) => {
      const value = part.kind === 'input' ? numbers[part.index] : undefined;
      if (value === undefined) return call;
      const args = call.args.map((arg, i) => (i === place ? numberOf(value) : arg));
      const candidate = { kind: call.kind, fn: call.fn, args };
      return argumentType(candidate, inputs) === argumentType(call, inputs) ? candidate : call;
    },
    original as Expression & { kind: 'call' },
  );
}

/** `map(x) { max(max(a, 0), 0) }` → `map(x) { max(a, 0) }`. */
export const simplifyMap: Rule = (instruction, view) => {
  if (instruction.primitive !== 'map') return undefined;
  const { attrs, inputs, outputs } = instruction;
  const expr = expressionOf(instruction);
  const simpler = simplifyExpression(
    expr,
    inputs.map((id) => view.typeOf(id).dtype),
  );
  if (simpler === expr) return undefined;
  return mapStep({ attrs, inputs, expr: simpler, shape: view.typeOf(outputs[0]!).shape }, view);
};

/**
 * A reduction of one element each: `reduce(x) {kind="max", axes=[]}` → `x`, or a reshape of it.
 *
 * A sum of floats starts at 0, so one of one element is `0 + x`, which makes `0` of `-0`.
 */
const reduceNothing: Rule = ({ primitive, inputs, attrs, outputs }, view) => {
  if (primitive !== 'reduce' || attrs.expr) return undefined;
  const from = view.typeOf(inputs[0]!);
  const to = view.typeOf(outputs[0]!);
  const axes = attrs.axes as readonly number[];
  if (from.dtype !== to.dtype || axes.some((axis) => from.shape[axis] !== 1)) return undefined;
  const startsAtZero = from.dtype === 'float32' && (attrs.kind === 'sum' || attrs.kind === 'mean');
  if (!startsAtZero) return { primitive: 'reshape', inputs, attrs: { shape: to.shape } };
  const x = reshaped(inputs[0]!, to.shape, view);
  return { primitive: 'map', inputs: [x], attrs: { expr: callOf('add', inputOf(0), numberOf(0)) } };
};
