import { isExpression, isProgram } from './attributes.ts';
import type { Expression } from './expression.ts';
import { showType } from './primitive.ts';
import { printExpression, printNumber } from './print-expression.ts';
import type {
  AttributeValue,
  Instruction,
  InstructionAttributes,
  Program,
  ProgramConstant,
  StateSlot,
  ValueId,
} from './program.ts';

/** How a program is printed. */
export interface PrintOptions {
  /** Shows only the first elements of long constants. Such a text cannot be parsed. @defaultValue `false` */
  readonly summary?: boolean;
}

/**
 * A program as text, which {@link parse} reads back.
 *
 * ```text
 * program(%0 "x": float32[8,3]) state(%1 "dense/kernel": weight float32[3,2] -> %9) {
 *   %2: float32[] = constant 0.5
 *   %5: float32[8,2] = dot(%0, %1) {transposeA=false, transposeB=false}  # dense/BatchMatMul
 *   %6: float32[8,2] = map(%5, %2) { max(add(a, b), 0) }
 *   return %6
 * }
 * ```
 */
export function print(program: Program, { summary = false }: PrintOptions = {}): string {
  const inputs = program.inputs.map(({ id, name }) => `${valueWithType(program, id, ` ${JSON.stringify(name)}`)}`);
  const state = program.state.map((slot) => printSlot(program, slot));
  return [
    `program${printList(inputs)}${state.length ? ` state${printList(state)}` : ''} {`,
    ...program.constants.map((constant) => `  ${printConstant(program, constant, summary)}`),
    ...program.instructions.map(
      (instruction) => `  ${printInstruction(program, instruction).replaceAll('\n', '\n  ')}`,
    ),
    `  ${['return', program.outputs.map(value).join(', ')].join(' ').trim()}`,
    '}',
  ].join('\n');
}

/** `%6: float32[8,2] = map(%5, %2) { add(a, b) }  # dense/Add` */
export function printInstruction(program: Program, { primitive, inputs, attrs, outputs, origin }: Instruction): string {
  const results = outputs.map((id) => valueWithType(program, id)).join(', ');
  const comment = origin === undefined ? '' : `  # ${origin}`;
  return `${results} = ${primitive}(${inputs.map(value).join(', ')})${printAttributes(attrs)}${comment}`;
}

/** `%1 "dense/kernel": weight float32[3,2] -> %9`; without the arrow if the step only reads it. */
export function printSlot(program: Program, { name, kind, input, output }: StateSlot): string {
  const arrow = output === input ? '' : ` -> ${value(output)}`;
  return `${value(input)} ${JSON.stringify(name)}: ${kind} ${typeText(program, input)}${arrow}`;
}

/** `%2: float32[] = constant 0.5`; one element that stands for all has no brackets. */
export function printConstant(program: Program, { id, data }: ProgramConstant, summary = false): string {
  const show = data instanceof Float32Array ? printFloat32 : printNumber;
  const short = summary && data.length > SUMMARY_LENGTH;
  const elements = Array.from(short ? data.subarray(0, SUMMARY_LENGTH) : data, show);
  if (short) elements.push(`… ${data.length} elements`);
  return `${valueWithType(program, id)} = constant ${data.length === 1 ? elements[0] : `[${elements.join(', ')}]`}`;
}

const SUMMARY_LENGTH = 8;

const value = (id: ValueId): string => `%${id}`;

const valueWithType = (program: Program, id: ValueId, name = ''): string =>
  `${value(id)}${name}: ${typeText(program, id)}`;

/** The type of a value; a broken program may have none for it. */
function typeText({ types }: Program, id: ValueId): string {
  const type = types.get(id);
  return type ? showType(type) : 'unknown';
}

/** `(a, b)`, one to a line if there are many. */
const printList = (items: readonly string[]): string =>
  items.length > 2 ? `(\n${items.map((item) => `    ${item}`).join(',\n')}\n  )` : `(${items.join(', ')})`;

function printAttributes(attrs: InstructionAttributes): string {
  const entries = Object.entries(attrs).filter(([, attribute]) => attribute !== undefined);
  if (entries.length === 0) return '';
  const [[name, attribute]] = entries as [[string, AttributeValue]];
  if (entries.length === 1 && name === 'expr' && isExpression(attribute)) return ` { ${printExpression(attribute)} }`;
  if (entries.length === 1 && name === 'exprs' && isExpressionList(attribute)) {
    return ` { ${attribute.map(printExpression).join(', ')} }`;
  }
  return ` {${entries.map(([key, item]) => `${key}=${printAttribute(item)}`).join(', ')}}`;
}

/** Two expressions or more: one alone would read back as `expr`. */
const isExpressionList = (attribute: AttributeValue): attribute is readonly Expression[] =>
  Array.isArray(attribute) && attribute.length > 1 && attribute.every(isExpression);

function printAttribute(attribute: AttributeValue): string {
  if (typeof attribute === 'number') return printNumber(attribute);
  if (typeof attribute === 'string') return JSON.stringify(attribute);
  if (typeof attribute === 'boolean') return String(attribute);
  if (isExpression(attribute)) return `(${printExpression(attribute)})`;
  if (isProgram(attribute)) return print(attribute);
  return `[${attribute.map(printAttribute).join(', ')}]`;
}

/** The shortest decimal number that rounds to a float32: `0.1`, not `0.10000000149011612`. */
function printFloat32(element: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(element.toPrecision(digits));
    if (Object.is(Math.fround(short), element)) return printNumber(short);
  }
  return printNumber(element);
}
