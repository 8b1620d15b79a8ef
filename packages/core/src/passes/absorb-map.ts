import { type Expression, inputOf } from '../program/expression.ts';
import { ownType } from '../program/expression-type.ts';
import { callsIn } from '../program/primitives/elementwise.ts';
import type { Instruction, ValueId } from '../program/program.ts';
import { type Shape, sizeOf } from '../tensor/shape.ts';
import { everyCall, inputsIn, substitute } from './expressions.ts';
import { type Draft, expressionOf } from './map-steps.ts';
import { productsFor } from './products.ts';
import { readersThroughReshapes, reshaped, reshapedFrom, shapeThrough } from './reshapes.ts';
import type { ProgramView } from './rewrite.ts';

/** The most that one instruction may read and compute: a backend keeps every input's address and every intermediate in registers. */
export const MOST_INPUTS = 12;
export const MOST_CALLS = 64;

/** The most calls in a map that is computed more than once instead of written. */
const MOST_CALLS_AGAIN = 4;

/** The most calls for elements that a broadcast repeats: from here on, an instruction that computes each once costs less. */
const MOST_REPEATED_CALLS = 1 << 14;

/** Functions that cost about as much as to read an element: one or two instructions of a processor. */
const CHEAP: ReadonlySet<string> = new Set(
  (
    'add sub mul neg abs square max min relu relu6 step clip squaredDifference ' +
    'eq ne lt le gt ge and or xor not select f32 i32 bool bitAnd bitOr bitXor bitNot shiftLeft shiftRight'
  ).split(' '),
);

/**
 * The draft with what the `map` behind one of its inputs computes in the place of that input; a reshape may stand between.
 * `undefined` if there is no map, or if the program would compute much more, or the expression be too large.
 */
export function absorbMap<D extends Draft>(draft: D, place: number, view: ProgramView): D | undefined {
  const id = draft.inputs[place]!;
  const producer = view.producerOf(reshapedFrom(id, view));
  if (producer?.primitive !== 'map' || !hasOwnType(producer, view) || !isWorthIt(producer, draft, view))
    return undefined;
  const inner = substitute(expressionOf(producer), (index) => inputOf(draft.inputs.length + index));
  const expr = substitute(draft.expr, (index) => (index === place ? inner : inputOf(index)));
  if (callsIn(expr) > MOST_CALLS) return undefined;
  const read = inputsUnder(producer, id, view);
  if (!read) return undefined;
  const inputs = [...draft.inputs, ...read];
  const places = inputsIn(expr);
  const count = new Set(inputs.filter((_, index) => places.has(index))).size;
  return count <= MOST_INPUTS ? { ...draft, inputs, expr } : undefined;
}

/** Whether the expression of a map has its dtype wherever it stands. */
export function hasOwnType({ attrs, inputs }: Instruction, view: Pick<ProgramView, 'typeOf'>): boolean {
  const dtypes = inputs.map((id) => view.typeOf(id).dtype);
  return attrs.dtype === undefined || ownType(attrs.expr as Draft['expr'], dtypes) === attrs.dtype;
}

/** The inputs of a map in shapes that broadcast to that of `id`, which is its output or a reshape of it. */
function inputsUnder({ inputs, outputs }: Instruction, id: ValueId, view: ProgramView): readonly ValueId[] | undefined {
  const output = outputs[0]!;
  if (output === id) return inputs;
  const [from, to] = [view.typeOf(output).shape, view.typeOf(id).shape];
  const shapes = inputs.map((input) => shapeThrough(view.typeOf(input).shape, from, to));
  if (!shapes.every((shape) => shape !== undefined)) return undefined;
  return inputs.map((input, i) => reshaped(input, shapes[i]!, view));
}

/** Whether the program does not compute much more, if who reads `producer` computes what it does. */
function isWorthIt(producer: Instruction, { shape }: Draft, view: ProgramView): boolean {
  const output = producer.outputs[0]!;
  const expr = expressionOf(producer);
  const isCheap = everyCall(expr, (fn) => CHEAP.has(fn));
  const isForEachElement = sizeOf(view.typeOf(output).shape) === sizeOf(shape);
  if (!isForEachElement && !(isCheap && isCheapToRepeat(expr, view.typeOf(output).shape, shape))) return false;
  const readers = readersThroughReshapes(output, view);
  if (!readers) return false;
  if (readers.length === 1) return true;
  // A product computes it before it writes.
  if (productsFor(producer, view).length) return false;
  const vanishes = readers.every(({ primitive }) => primitive === 'map' || primitive === 'reduce');
  const size = sizeOf(view.typeOf(output).shape);
  // to read what a broadcast repeats costs nothing
  const large = producer.inputs.filter((id, i) => inputsIn(expr).has(i) && sizeOf(view.typeOf(id).shape) === size);
  return vanishes && isCheap && callsIn(expr) <= MOST_CALLS_AGAIN && large.length <= 2;
}

/** Whether what a broadcast repeats is computed for each element; numbers may be constants of the instruction. */
const isCheapToRepeat = (expr: Expression, from: Shape, to: Shape): boolean =>
  sizeOf(from) <= 1 || callsIn(expr) * sizeOf(to) <= MOST_REPEATED_CALLS;
