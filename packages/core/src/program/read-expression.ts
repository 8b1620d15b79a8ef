import { callOf, type Expression, inputOf, numberOf } from './expression.ts';
import type { TextReader } from './text-reader.ts';

/** The expression that comes next: a number, an input (`a`, `v26`), or a call (`add(a, 1)`). */
export function readExpression(reader: TextReader): Expression {
  const number = reader.findNumber();
  if (number !== undefined) return numberOf(number);
  const name = reader.read(/[A-Za-z]\w*/y, 'an expression');
  if (reader.accept('(')) return callOf(name, ...reader.list(')', () => readExpression(reader)));
  if (/^[a-z]$/.test(name)) return inputOf(name.charCodeAt(0) - 'a'.charCodeAt(0));
  if (/^v\d+$/.test(name)) return inputOf(Number(name.slice(1)));
  return reader.fail(`an input (a … z, v26 …) or a call instead of '${name}'`);
}
