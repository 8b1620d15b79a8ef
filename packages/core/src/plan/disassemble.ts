import { printNumber } from '../program/print-expression.ts';
import { scalarFunctions } from '../program/scalar-functions.ts';
import { floatOf } from './bits.ts';
import { type Fields, LAYOUTS } from './layouts.ts';
import { DTYPES, FUNCTIONS } from './opcodes.ts';
import type { Plan, Slot, SlotPlace } from './plan.ts';
import { readStream, type StreamInstruction } from './read-stream.ts';

/**
 * A plan as text: the slots, then the stream by segments. `|` is a barrier before an instruction, `1` an instruction that one
 * thread does alone, `#3` the instruction of the program or of the body of a loop, which is set in.
 *
 * ```text
 * s0: input 0, 48 float32
 * s1: arena 0, 32 float32
 * segment 0: words 0-40
 * |1 #0 map dims=[4,8] inputs=[s0 f32 (8,1)] outputs=[s1 f32 r0] registers=1 { r0 = relu.f32(r0) }
 * ```
 */
export function disassemble(plan: Plan): string {
  const stream = readStream(plan);
  const segments = plan.segments.flatMap((segment, i) => {
    if (segment.kind === 'host') {
      const { primitive } = plan.instructions[segment.instruction]!.instruction;
      return [`segment ${i}: the host evaluates #${segment.instruction} ${primitive}`];
    }
    const inside = stream.filter(({ at }) => at >= segment.from && at < segment.to);
    return [`segment ${i}: words ${segment.from}-${segment.to}`, ...inside.map(instructionText)];
  });
  return [...plan.slots.map((slot, i) => `s${i}: ${slotText(slot)}`), ...segments].join('\n');
}

function slotText({ place, dtype, size }: Slot): string {
  return `${place.kind} ${whereText(place)}, ${size} ${dtype}`;
}

function whereText(place: SlotPlace): string {
  if (place.kind === 'arena') return `${place.offset}`;
  if (place.kind === 'constant') return preview(place.data);
  return place.kind === 'moving' ? place.among.map((slot) => `s${slot}`).join('/') : `${place.index}`;
}

const preview = (data: ArrayLike<number>): string =>
  `[${Array.from({ length: Math.min(3, data.length) }, (_, i) => printNumber(data[i]!)).join(',')}${data.length > 3 ? ',…' : ''}]`;

function instructionText({ opcode, hasBarrier, isSerial, instruction, depth, fields }: StreamInstruction): string {
  const { nSteps, steps, nRegisters, ...others } = fields;
  const layout = LAYOUTS[opcode];
  const words = Object.entries(others)
    .filter(([name]) => !isCount(layout, name))
    .map(([name, value]) => `${name}=${valueText(layout, name, value)}`);
  const code = steps === undefined ? [] : [codeText(nRegisters as number, steps as readonly Fields[])];
  const marks = `${'  '.repeat(depth)}${hasBarrier ? '|' : ' '}${isSerial ? '1' : ' '}`;
  return [marks, `#${instruction}`, opcode, ...words, ...code].join(' ');
}

/** Whether a word only says how long a list is, which the list itself shows. */
const isCount = (layout: string, name: string): boolean => new RegExp(`\\[(\\w+\\+)*${name}(\\+\\w+)*\\]`).test(layout);

function valueText(layout: string, name: string, value: Fields[string]): string {
  if (typeof value === 'number') return new RegExp(`[<>]${name}\\b`).test(layout) ? `s${value}` : `${value}`;
  return `[${value.map((item) => (typeof item === 'number' ? item : recordText(item))).join(',')}]`;
}

/** An input, an output or an extra input of code; a slot alone; slots that a loop moves or that its threads own. */
function recordText(record: Fields): string {
  const { slot, dtype, strides, register, rowStride, colStride, base, bytes, current, next, from, to, offset } = record;
  if (base !== undefined) return `s${slot} in s${base} by ${bytes}`;
  if (current !== undefined) return `s${current}/s${next} at s${from}/s${to}`;
  if (offset !== undefined) return `s${slot} at ${offset}`;
  if (dtype === undefined) return `s${slot}`;
  const moves = strides ?? (rowStride === undefined ? undefined : [rowStride, colStride]);
  const how = moves ? `(${(moves as readonly number[]).join(',')})` : `r${register}`;
  return `s${slot} ${dtypeName(dtype as number)} ${how}`;
}

function codeText(registers: number, steps: readonly Fields[]): string {
  const lines = steps.map(({ fn, dtype, dst, a, b, c }) => {
    const name = FUNCTION_NAMES[fn as number]!;
    const type = dtypeName(dtype as number);
    if (name === 'constant') {
      const value = type === 'f32' ? floatOf(a as number) : (a as number);
      return `r${dst} = ${printNumber(value)}.${type}`;
    }
    const { arity } = scalarFunctions[name]!;
    return `r${dst} = ${name}.${type}(${[a, b, c]
      .slice(0, arity)
      .map((register) => `r${register}`)
      .join(', ')})`;
  });
  return `registers=${registers} { ${lines.join('; ')} }`;
}

const FUNCTION_NAMES: readonly string[] = Object.keys(FUNCTIONS);

const SHORT_NAMES: Readonly<Record<string, string>> = { float32: 'f32', int32: 'i32', bool: 'bool', uint8: 'u8' };

const dtypeName = (code: number): string => SHORT_NAMES[Object.keys(DTYPES)[code]!]!;
