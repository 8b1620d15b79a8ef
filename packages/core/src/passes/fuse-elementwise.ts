import type { Instruction } from '../program/program.ts';
import { absorbMap } from './absorb-map.ts';
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
 * in each of them where that is cheaper than to write and read it. A broadcast is what a map does anyway, and a reshape between
 * two maps is one of what the first reads.
 *
 * Executors compute equal parts of an expression once.
 */
export const fuseElementwise: Pass = {
  name: 'fuse-elementwise',
  run(program) {
    const fused = rewrite(program, [inlineNumbers, tidyInputs, simplifyMap, absorbBroadcast, absorb]);
    // What two maps read before may be read by one now.
    return fused === program ? program : fuseElementwise.run(fused);
  },
};

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
const absorb: Rule = (instruction, view) => {
  if (instruction.primitive !== 'map') return undefined;
  const draft = draftOf(instruction, view);
  for (const place of draft.inputs.keys()) {
    const fused = absorbMap(draft, place, view);
    if (fused) return mapStep(fused, view);
  }
  return undefined;
};

const draftOf = (instruction: Instruction, view: ProgramView) => ({
  attrs: instruction.attrs,
  inputs: instruction.inputs,
  expr: expressionOf(instruction),
  shape: view.typeOf(instruction.outputs[0]!).shape,
});
