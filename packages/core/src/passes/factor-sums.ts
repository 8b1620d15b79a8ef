import { callOf, type Expression, inputOf } from '../program/expression.ts';
import { sizeOf } from '../tensor/shape.ts';
import { inputsIn, substitute } from './expressions.ts';
import { expressionOf } from './map-steps.ts';
import type { Pass } from './pass.ts';
import { reshapedFrom } from './reshapes.ts';
import { type Rule, rewrite } from './rewrite.ts';
import { SumDraft } from './sum-draft.ts';

/**
 * Takes factors that are the same for all elements of a sum out of it:
 *
 *     %2 = reduce(%0, %1) {kind="sum", axes=[0], expr=(mul(a, neg(b)))}     %3 = reduce(%0) {kind="sum", axes=[0]}
 *                                                                           %2 = map(%3, %1) { mul(a, neg(b)) }
 *
 * where `%1` has one element along the axes; and sums what a map makes term by term, where the map waits for other sums and its
 * terms do not:
 *
 *     %3 = map(%0, %1, %2) { add(mul(a, b), c) }     %4 = reduce(%0) {kind="sum", axes=[0]}
 *     %4 = reduce(%3) {kind="sum", axes=[0]}         %5 = reduce(%2) {kind="sum", axes=[0]}
 *                                                    %6 = map(%4, %1, %5) { add(mul(a, b), c) }
 *
 * So what the gradient of a normalization sums needs nothing of the gradient, and can be summed together with the statistics. What
 * differs from its mean sums to 0. The results are rounded in other places, so the last bits may differ.
 */
export const factorSums: Pass = {
  name: 'factor-sums',
  reorders: true,
  run: (program) => rewrite(program, [takeOut, takeApart]),
};

/** The elements of a sum from which on it pays: to multiply what comes of it is an instruction more. */
const LEAST_ELEMENTS = 1 << 14;

const takeOut: Rule = (instruction, view) => {
  const { inputs, attrs } = instruction;
  const sum = attrs.expr && SumDraft.of(instruction, inputs, attrs.expr as Expression, view);
  if (!sum || sizeOf(sum.shape) < LEAST_ELEMENTS || !sum.split(sum.expr).outside) return undefined;
  const product = sum.term(sum.expr);
  return product && sum.step(product);
};

const takeApart: Rule = (instruction, view) => {
  const [id, ...others] = instruction.inputs;
  const map = id === undefined || others.length ? undefined : view.producerOf(id);
  if (map?.primitive !== 'map') return undefined;
  const outer = (instruction.attrs.expr as Expression | undefined) ?? inputOf(0);
  const sum = SumDraft.of(
    instruction,
    map.inputs,
    substitute(outer, () => expressionOf(map)),
    view,
  );
  if (!sum || sizeOf(sum.shape) < LEAST_ELEMENTS) return undefined;
  const isMade = (place: number): boolean =>
    sum.isSame(place) && view.producerOf(reshapedFrom(map.inputs[place]!, view)) !== undefined;
  const terms = termsOf(sum.expr);
  const waits = (term: Expression): boolean => {
    const { inside } = sum.split(term);
    return !inside || (!sum.isCentred(inside) && [...inputsIn(inside)].some(isMade));
  };
  if (terms.length < 2 || ![...inputsIn(sum.expr)].some(isMade) || terms.some(waits)) return undefined;
  const write = (expr: Expression): Expression | undefined => {
    if (expr.kind !== 'call' || terms.includes(expr)) return sum.term(expr);
    const args = expr.args.map(write);
    return args.every((arg) => arg !== undefined) ? callOf(expr.fn, ...args) : undefined;
  };
  const total = write(sum.expr);
  return total && sum.step(total);
};

/** What is added and subtracted in an expression. */
function termsOf(expr: Expression): readonly Expression[] {
  return expr.kind === 'call' && (expr.fn === 'add' || expr.fn === 'sub' || expr.fn === 'neg')
    ? expr.args.flatMap(termsOf)
    : [expr];
}
