import type { Program } from '../../program/program.ts';
import { Choices, ProgramWriter } from './program-writer.ts';
import { instructions } from './random-instructions.ts';

/**
 * A small program with one instruction for every few of the `choices`; any list of natural numbers makes a legal program, and
 * a shorter list a smaller one. So a list that breaks something can be shrunk.
 *
 * @param sizes the two sizes that most axes have
 * @example
 * fc.assert(fc.property(fc.array(fc.nat()), (choices) => { const program = randomProgram(choices); … }));
 */
export function randomProgram(choices: readonly number[], sizes: readonly [number, number] = [2, 3]): Program {
  const left = new Choices(choices);
  const writer = ProgramWriter.ofProgram(left, sizes);
  while (left.areLeft) writer.write(instructions);
  return writer.finish();
}
