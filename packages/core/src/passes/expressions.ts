import { callOf, type Expression } from '../program/expression.ts';

/** Whether `test` holds for the function of every call in an expression. */
export function everyCall(expression: Expression, test: (fn: string) => boolean): boolean {
  return expression.kind !== 'call' || (test(expression.fn) && expression.args.every((arg) => everyCall(arg, test)));
}

/** The places of the inputs that an expression reads. */
export function inputsIn(expression: Expression, found: Set<number> = new Set()): ReadonlySet<number> {
  if (expression.kind === 'input') found.add(expression.index);
  if (expression.kind === 'call') for (const arg of expression.args) inputsIn(arg, found);
  return found;
}

/** The expression with another one in the place of each input. */
export function substitute(expression: Expression, replacementOf: (index: number) => Expression): Expression {
  if (expression.kind === 'input') return replacementOf(expression.index);
  if (expression.kind === 'number') return expression;
  return callOf(expression.fn, ...expression.args.map((arg) => substitute(arg, replacementOf)));
}

/** Whether two expressions are the same, letter by letter; `-0` is not `0`. */
export function sameExpression(a: Expression, b: Expression): boolean {
  if (a.kind === 'input') return b.kind === 'input' && a.index === b.index;
  if (a.kind === 'number') return b.kind === 'number' && Object.is(a.value, b.value);
  return (
    b.kind === 'call' &&
    a.fn === b.fn &&
    a.args.length === b.args.length &&
    a.args.every((arg, i) => sameExpression(arg, b.args[i]!))
  );
}
