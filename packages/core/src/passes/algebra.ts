import { callOf, type Expression, numberOf } from '../program/expression.ts';
import { ownType } from '../program/expression-type.ts';
import { parseExpression } from '../program/parse.ts';
import type { ProgramDType } from '../program/program.ts';
import { sameExpression, substitute } from './expressions.ts';

/** Where a rule holds: for all dtypes, or for results of one. */
export type Where = ProgramDType | 'any';

/**
 * What may be written for what: the same bits for every element, NaN, infinities and `-0` included. The letters stand for any
 * expressions, the same letter for the same one. A rule fires only where both sides have the same dtype.
 *
 * Not here, on purpose: `mul(a, 0)` is not `0` (NaN, infinities, `-0`); `add(a, 0)` of floats is not `a` (`-0 + 0` is `0`); nor
 * `div(1, sqrt(a))` `rsqrt(a)` or `mul(mul(a, 2), 3)` `mul(a, 6)` (each call rounds); nor `sub(a, a)` `0` (NaN).
 */
export const algebraRules: readonly (readonly [before: string, after: string, where: Where, because: string])[] = [
  ['mul(a, 1)', 'a', 'any', 'the product is exact'],
  ['mul(1, a)', 'a', 'any', 'the product is exact'],
  ['div(a, 1)', 'a', 'any', 'the quotient is exact'],
  ['pow(a, 1)', 'a', 'any', 'IEEE 754 and ECMAScript: pow(x, 1) is x'],
  ['pow(a, 2)', 'square(a)', 'float32', 'the square of a float32 is exact in float64; one rounding either way'],
  ['mul(a, a)', 'square(a)', 'float32', 'the same product'],
  ['mul(a, -1)', 'neg(a)', 'float32', 'the product is exact'],
  ['mul(-1, a)', 'neg(a)', 'float32', 'the product is exact'],
  ['sub(a, 0)', 'a', 'any', '-0 - 0 is -0, and everything else is itself'],
  ['add(a, -0)', 'a', 'float32', '-0 + -0 is -0, and everything else is itself'],
  ['add(-0, a)', 'a', 'float32', '-0 + -0 is -0, and everything else is itself'],
  ['add(a, 0)', 'a', 'int32', 'integers have no -0'],
  ['add(0, a)', 'a', 'int32', 'integers have no -0'],
  ['add(a, neg(b))', 'sub(a, b)', 'float32', 'IEEE 754: a - b is a + (-b)'],
  ['add(neg(a), b)', 'sub(b, a)', 'float32', 'IEEE 754: b - a is b + (-a), and sums commute'],
  ['sub(a, neg(b))', 'add(a, b)', 'float32', 'IEEE 754: a - b is a + (-b)'],
  ['neg(neg(a))', 'a', 'any', 'the sign turns twice'],
  ['abs(neg(a))', 'abs(a)', 'float32', 'the sign does not count'],
  ['abs(abs(a))', 'abs(a)', 'any', 'not negative any more'],
  ['square(neg(a))', 'square(a)', 'float32', 'the sign does not count'],
  ['square(abs(a))', 'square(a)', 'float32', 'the sign does not count'],
  ['max(max(a, b), b)', 'max(a, b)', 'any', 'the greatest is at least b already; NaN stays NaN'],
  ['min(min(a, b), b)', 'min(a, b)', 'any', 'the least is at most b already; NaN stays NaN'],
  ['relu(relu(a))', 'relu(a)', 'any', 'not negative any more'],
  ['max(relu(a), 0)', 'relu(a)', 'any', 'not negative any more'],
  ['select(1, a, b)', 'a', 'any', 'the condition is known'],
  ['select(0, a, b)', 'b', 'any', 'the condition is known'],
  ['select(a, b, b)', 'b', 'any', 'the condition does not matter'],
  ['not(not(a))', 'a', 'bool', 'false is 0 and true is 1'],
  ['and(a, a)', 'a', 'bool', 'false is 0 and true is 1'],
  ['or(a, a)', 'a', 'bool', 'false is 0 and true is 1'],
  ['f32(a)', 'a', 'float32', 'a cast to its own dtype'],
  ['i32(a)', 'a', 'int32', 'a cast to its own dtype'],
  ['bool(a)', 'a', 'bool', 'a cast to its own dtype'],
];

/** The expression with every rule of algebra applied; the same object where there is nothing to do. */
export function simplifyExpression(expression: Expression, inputs: readonly ProgramDType[]): Expression {
  if (expression.kind !== 'call') return expression;
  const args = expression.args.map((arg) => simplifyExpression(arg, inputs));
  const call = args.every((arg, i) => arg === expression.args[i]) ? expression : callOf(expression.fn, ...args);
  const simpler = applyTable(call, inputs) ?? multiplyByReciprocal(call, inputs);
  return simpler ? simplifyExpression(simpler, inputs) : call;
}

const TABLE = algebraRules.map(([before, after, where]) => ({
  before: parseExpression(before),
  after: parseExpression(after),
  where,
}));

function applyTable(call: Expression, inputs: readonly ProgramDType[]): Expression | undefined {
  const dtype = ownType(call, inputs);
  for (const { before, after, where } of TABLE) {
    const letters: Expression[] = [];
    if ((where !== 'any' && where !== dtype) || !matches(before, call, letters)) continue;
    const result = substitute(after, (index) => letters[index]!);
    // The numbers beside it take their dtype from it.
    if (ownType(result, inputs) === dtype) return result;
  }
  return undefined;
}

/** Whether `expression` looks like `pattern`; fills in what the letters of the pattern, its inputs, stand for. */
function matches(pattern: Expression, expression: Expression, letters: Expression[]): boolean {
  if (pattern.kind === 'input') {
    letters[pattern.index] ??= expression;
    return sameExpression(letters[pattern.index]!, expression);
  }
  if (pattern.kind === 'number' || expression.kind !== 'call') return sameExpression(pattern, expression);
  return pattern.fn === expression.fn && pattern.args.every((arg, i) => matches(arg, expression.args[i]!, letters));
}

/** `div(a, 8)` → `mul(a, 0.125)`: for powers of two the same bits, as both are the exact result rounded once. */
function multiplyByReciprocal(call: Expression, inputs: readonly ProgramDType[]): Expression | undefined {
  if (call.kind !== 'call' || call.fn !== 'div' || ownType(call, inputs) !== 'float32') return undefined;
  const [dividend, divisor] = call.args as [Expression, Expression];
  if (divisor.kind !== 'number') return undefined;
  const exponent = Math.log2(Math.abs(divisor.value));
  // Beyond ±126 the reciprocal is not a normal float32.
  if (!Number.isInteger(exponent) || Math.abs(exponent) > 126) return undefined;
  return callOf('mul', dividend, numberOf(1 / divisor.value));
}
