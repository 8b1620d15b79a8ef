import { LoopDraft } from './loop-draft.ts';
import { LoopValues } from './loop-values.ts';
import type { Pass } from './pass.ts';
import { type Rule, rewrite } from './rewrite.ts';

/**
 * Computes what is the same in each step of a loop once, before the loop. What costs nothing in the body stays there: broadcasts and
 * reshapes, which maps do on the way, and what is made from nothing.
 */
export const hoistInvariants: Pass = {
  name: 'hoist-invariants',
  run(program) {
    const hoisted = rewrite(program, [hoistFromLoop]);
    // what came out of a loop may be a loop
    return hoisted === program ? program : hoistInvariants.run(hoisted);
  },
};

const STAY: ReadonlySet<string> = new Set(['reshape', 'broadcast', 'fill', 'iota']);

const hoistFromLoop: Rule = (instruction, view) => {
  if (instruction.primitive !== 'loop') return undefined;
  const loop = new LoopDraft(instruction, view);
  const values = new LoopValues(loop, view);
  const hoisted = loop.instructions
    .filter(({ primitive, outputs }) => !STAY.has(primitive) && outputs.every((id) => values.isFixed(id)))
    .flatMap(({ outputs }) => outputs);
  if (hoisted.length === 0) return undefined;
  const outer = hoisted.map((id) => values.outerOf(id));
  hoisted.forEach((id, i) => {
    loop.replace(id, loop.addInvariant(outer[i]!));
  });
  return loop.write();
};
