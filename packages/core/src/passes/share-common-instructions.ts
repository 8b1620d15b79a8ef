import type { AttributeValue, Instruction, InstructionAttributes, ValueId } from '../program/program.ts';
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

/** Equal for instructions that do the same to the same values. */
const keyOf = ({ primitive, inputs, attrs }: Instruction): string =>
  `${primitive}(${inputs.join()})${attributesKey(attrs)}`;

const attributesKey = (attrs: InstructionAttributes): string =>
  Object.keys(attrs)
    .sort()
    .map((name) => `${name}=${attributeKey(attrs[name]!)}`)
    .join(';');

/** JSON, but for the numbers that JSON confuses: `-0`, `NaN`, the infinities. */
const attributeKey = (value: AttributeValue): string =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'number' && (Object.is(part, -0) || !Number.isFinite(part))
      ? `number ${Object.is(part, -0) ? '-0' : part}`
      : part,
  );
