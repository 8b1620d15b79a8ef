import { isProgram } from '../program/attributes.ts';
import { print } from '../program/print.ts';
import type { AttributeValue, Instruction, InstructionAttributes } from '../program/program.ts';

/** Equal for instructions that do the same to the same values. */
export const keyOf = ({ primitive, inputs, attrs }: Pick<Instruction, 'primitive' | 'inputs' | 'attrs'>): string =>
  `${primitive}(${inputs.join()})${attributesKey(attrs)}`;

const attributesKey = (attrs: InstructionAttributes): string =>
  Object.keys(attrs)
    .sort()
    .map((name) => `${name}=${attributeKey(attrs[name]!)}`)
    .join(';');

/** JSON, but for the numbers that JSON confuses: `-0`, `NaN`, the infinities. */
const attributeKey = (value: AttributeValue): string =>
  JSON.stringify(value, (_, part: unknown) => {
    if (isProgram(part)) return print(part);
    if (typeof part !== 'number' || !(Object.is(part, -0) || !Number.isFinite(part))) return part;
    return `number ${Object.is(part, -0) ? '-0' : part}`;
  });
