import type { Expression } from './expression.ts';

/** An expression as text: `max(add(a, b), 0)`. Inputs are `a`, `b` …; from the 27th on, `v26`, `v27` … */
export function printExpression(expression: Expression): string {
  if (expression.kind === 'input') return inputName(expression.index);
  if (expression.kind === 'number') return printNumber(expression.value);
  return `${expression.fn}(${expression.args.map(printExpression).join(', ')})`;
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

const inputName = (index: number): string => LETTERS[index] ?? `v${index}`;

/** A number as text that reads back as the same number, `-0` included. */
export const printNumber = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));
