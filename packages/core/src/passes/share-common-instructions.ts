import type { ValueId } from '../program/program.ts';
import { keyOf } from './instruction-key.ts';
import type { Pass } from './pass.ts';
import { type Rule, rewrite } from './rewrite.ts';

/**
 * Makes equal values once: of instructions with the same primitive, inputs and attributes, the first stands for all.
 *
 * Random numbers are shared too: the same counter gives the same numbers, that is what makes a seed a seed. A `call` is not:
 * a kernel of tfjs may draw from the host.
 */
export const shareCommonInstructions: Pass = {
  name: 'share-common-instructions',
  run(program) {
    const known = new Map<string, readonly ValueId[]>();
    const shareWithEarlier: Rule = (instruction) => {
      if (instruction.primitive === 'call') return undefined;
      const key = keyOf(instruction);
      const earlier = known.get(key);
      if (!earlier) known.set(key, instruction.outputs);
      return earlier;
    };
    return rewrite(program, [shareWithEarlier]);
  },
};
