import { callOf, type Expression } from '../program/expression.ts';
import type { Instruction, ValueId } from '../program/program.ts';
import { toNarrowFloat } from '../tensor/narrow-float.ts';
import { expressionOf, mapStep } from './map-steps.ts';
import type { Pass } from './pass.ts';
import { type ProgramView, type Rule, rewrite } from './rewrite.ts';

/**
 * Leaves out roundings to bfloat16 and float16 of what is rounded already:
 *
 *     %1 = map(%0) { bf16(a) }
 *     %2 = reshape(%1) {shape=[6]}         %2 = reshape(%1) {shape=[6]}
 *     %3 = map(%2) { relu(bf16(a)) }       %3 = map(%2) { relu(a) }
 *
 * Rounded are numbers of the format, what was rounded to it, and what moves such elements or chooses among them.
 */
export const dropRoundings: Pass = {
  name: 'drop-roundings',
  run(program) {
    const known = new Map<string, boolean>();
    const drop: Rule = (instruction, view) => {
      if (instruction.primitive !== 'map') return undefined;
      const { attrs, inputs, outputs } = instruction;
      const before = expressionOf(instruction);
      const expr = dropped(before, (index, format) => isRounded(inputs[index]!, format, view, known));
      if (expr === before) return undefined;
      return mapStep({ attrs, inputs, expr, shape: view.typeOf(outputs[0]!).shape }, view);
    };
    return rewrite(program, [drop]);
  },
};

type Format = keyof typeof FORMATS;

const FORMATS = { bf16: 'bfloat16', f16: 'float16' } as const;

const isFormat = (fn: string): fn is Format => Object.hasOwn(FORMATS, fn);

/** Whether an input of an expression is rounded to a format. */
type RoundedInput = (index: number, format: Format) => boolean;

/** The expression without roundings that change nothing; the same object where there are none. */
function dropped(expression: Expression, isInputRounded: RoundedInput): Expression {
  if (expression.kind !== 'call') return expression;
  const { fn } = expression;
  const args = expression.args.map((arg) => dropped(arg, isInputRounded));
  if (isFormat(fn) && isExpressionRounded(args[0]!, fn, isInputRounded)) return args[0]!;
  return args.every((arg, i) => arg === expression.args[i]) ? expression : callOf(fn, ...args);
}

/** Functions whose result is one of their arguments, but for the sign, or a small whole number. */
const CHOOSES: ReadonlySet<string> = new Set(['neg', 'abs', 'sign', 'relu', 'relu6', 'max', 'min', 'clip', 'select']);

function isExpressionRounded(expression: Expression, format: Format, isInputRounded: RoundedInput): boolean {
  if (expression.kind === 'number') return isNumberRounded(expression.value, format);
  if (expression.kind === 'input') return isInputRounded(expression.index, format);
  const { fn, args } = expression;
  if (fn === format) return true;
  // the condition of a choice is no part of the result
  const parts = fn === 'select' ? args.slice(1) : args;
  return CHOOSES.has(fn) && parts.every((arg) => isExpressionRounded(arg, format, isInputRounded));
}

const isNumberRounded = (value: number, format: Format): boolean =>
  Object.is(toNarrowFloat(value, FORMATS[format]), value);

/** Instructions whose elements are those of their first inputs, so many, or of all. */
const MOVES: Readonly<Record<string, number>> = {
  reshape: 1,
  broadcast: 1,
  transpose: 1,
  slice: 1,
  dynamicSlice: 1,
  reverse: 1,
  mirrorPad: 1,
  concat: Number.POSITIVE_INFINITY,
};

/** Whether all elements of a value are numbers of the format. */
function isRounded(id: ValueId, format: Format, view: ProgramView, known: Map<string, boolean>): boolean {
  if (view.typeOf(id).dtype !== 'float32') return false;
  const key = `${format}${id}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const constant = view.constantOf(id);
  const result = constant
    ? constant.every((value) => isNumberRounded(value, format))
    : isResultRounded(view.producerOf(id), format, view, known);
  known.set(key, result);
  return result;
}

function isResultRounded(
  producer: Instruction | undefined,
  format: Format,
  view: ProgramView,
  known: Map<string, boolean>,
): boolean {
  if (!producer) return false;
  const { primitive, inputs, attrs } = producer;
  const isInputRounded = (index: number): boolean => isRounded(inputs[index]!, format, view, known);
  if (primitive === 'map') return isExpressionRounded(expressionOf(producer), format, isInputRounded);
  if (primitive === 'fill') return isNumberRounded(attrs.value as number, format);
  if (primitive === 'pad') return isNumberRounded(attrs.value as number, format) && isInputRounded(0);
  if (primitive === 'reduce') return (attrs.kind === 'max' || attrs.kind === 'min') && !attrs.expr && isInputRounded(0);
  return inputs.slice(0, MOVES[primitive] ?? 0).every((_, i) => isInputRounded(i)) && MOVES[primitive] !== undefined;
}
