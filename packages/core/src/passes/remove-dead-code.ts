import type { Program, ValueId } from '../program/program.ts';
import type { Pass } from './pass.ts';

/**
 * Drops instructions and constants of which nothing reaches an output or the state after the step.
 *
 * Inputs and states stay, read or not: they are the program's signature. Everything in a program is a pure function of its
 * inputs (random numbers too: their counter is state), so what is not read has no effect.
 */
export const removeDeadCode: Pass = {
  name: 'remove-dead-code',
  run(program) {
    const read = valuesRead(program);
    const instructions = program.instructions.filter(({ outputs }) => outputs.some((id) => read.has(id)));
    const constants = program.constants.filter(({ id }) => read.has(id));
    const made = new Set([
      ...program.inputs.map(({ id }) => id),
      ...program.state.map(({ input }) => input),
      ...constants.map(({ id }) => id),
      ...instructions.flatMap(({ outputs }) => outputs),
    ]);
    if (made.size === program.types.size) return program;
    const types = new Map([...program.types].filter(([id]) => made.has(id)));
    return { ...program, constants, instructions, types };
  },
};

/** The values that the outputs and the state after the step are made from. */
function valuesRead(program: Program): ReadonlySet<ValueId> {
  const read = new Set([...program.outputs, ...program.state.map(({ output }) => output)]);
  for (const { inputs, outputs } of program.instructions.toReversed()) {
    if (outputs.some((id) => read.has(id))) for (const id of inputs) read.add(id);
  }
  return read;
}
