import { inputOf } from '../program/expression.ts';
import type { Instruction } from '../program/program.ts';
import { sizeOf } from '../tensor/shape.ts';
import { callsIn, everyCall, inputsIn, substitute } from './expressions.ts';
import { expressionOf, mapStep, tidyInputs } from './map-steps.ts';
import type { Pass } from './pass.ts';
import { type ProgramView, type Rule, rewrite } from './rewrite.ts';
import { inlineNumbers, simplifyMap } from './simplify-algebra.ts';

/**
 * Makes one `map` of maps that read each other, so that what is between them is never written to memory:
 *
 *     %2 = map(%0, %1) { add(a, b) }      %3 = map(%0, %1) { max(add(a, b), 0) }
 *     %3 = map(%2) { max(a, 0) }
 *
 * Every call in an expression rounds its result to its dtype, so the bits are the same. A map that several maps read is computed
 * in each of them where that is cheaper than to write and read it. A broadcast is what a map does anyway.
 *
 * Executors compute equal parts of an expression once.
 */
export const fuseElementwise: Pass = {
  name: 'fuse-elementwise',
  run(program) {
    const fused = rewrite(program, [inlineNumbers, tidyInputs, simplifyMap, absorbBroadcast, absorbMap]);
    // What two maps read before may be read by one now.
    return fused === program ? program : fuseElementwise.run(fused);
  },
};

/** The most that one map may read and compute: a backend keeps every input's address and every intermediate in registers. */
const MOST_INPUTS = 12;
const MOST_CALLS = 64;

/** The most calls in a map that is computed more than once instead of written. */
const MOST_CALLS_AGAIN = 4;

/** Functions that cost about as much as to read an element: one or two instructions of a processor. */
const CHEAP: ReadonlySet<string> = new Set(
  (
    'add sub mul neg abs square max min relu relu6 step clip squaredDifference ' +
    'eq ne lt le gt ge and or xor not select f32 i32 bool bitAnd bitOr bitXor bitNot shiftLeft shiftRight'
  ).split(' '),
);

/** `map(broadcast(x)) { … }` → `map(x) { … }`. */
const absorbBroadcast: Rule = (instruction, view) => {
  if (instruction.primitive !== 'map') return undefined;
  const producers = instruction.inputs.map((id) => view.producerOf(id));
  if (!producers.some((producer) => producer?.primitive === 'broadcast')) return undefined;
  const inputs = instruction.inputs.map((id, i) =>
    producers[i]?.primitive === 'broadcast' ? producers[i].inputs[0]! : id,
  );
  return mapStep({ ...draftOf(instruction, view), inputs }, view);
};

/** `map(map(x) { neg(a) }, y) { add(a, b) }` → `map(x, y) { add(neg(a), b) }`. */
const absorbMap: Rule = (instruction, view) => {
  if (instruction.primitive !== 'map') return undefined;
  for (const [place, id] of instruction.inputs.entries()) {
    const producer = view.producerOf(id);
    if (producer?.primitive !== 'map' || !isWorthIt(producer, instruction, view)) continue;
    const draft = draftOf(instruction, view);
    const inputs = [...draft.inputs, ...producer.inputs];
    const inner = substitute(expressionOf(producer), (index) => inputOf(draft.inputs.length + index));
    const expr = substitute(draft.expr, (index) => (index === place ? inner : inputOf(index)));
    const step = mapStep({ ...draft, inputs, expr }, view);
    if (step.inputs.length <= MOST_INPUTS && callsIn(expr) <= MOST_CALLS) return step;
  }
  return undefined;
};

const draftOf = (instruction: Instruction, view: ProgramView) => ({
  attrs: instruction.attrs,
  inputs: instruction.inputs,
  expr: expressionOf(instruction),
  shape: view.typeOf(instruction.outputs[0]!).shape,
});

/** Whether the program does not compute much more, if `reader` computes what `producer` does. */
function isWorthIt(producer: Instruction, reader: Instruction, view: ProgramView): boolean {
  const output = producer.outputs[0]!;
  const expr = expressionOf(producer);
  const isCheap = everyCall(expr, (fn) => CHEAP.has(fn));
  const isForEachElement = sizeOf(view.typeOf(output).shape) === sizeOf(view.typeOf(reader.outputs[0]!).shape);
  if (!isForEachElement && !isCheap) return false;
  const readers = view.readersOf(output);
  if (readers.length === 1 && !view.isKept(output)) return true;
  const vanishes = !view.isKept(output) && readers.every(({ primitive }) => primitive === 'map');
  return vanishes && isCheap && callsIn(expr) <= MOST_CALLS_AGAIN && inputsIn(expr).size <= 2;
}
