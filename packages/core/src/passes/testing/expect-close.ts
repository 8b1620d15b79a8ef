import { expect } from 'vitest';
import { interpret } from '../../program/interpret.ts';
import type { Program } from '../../program/program.ts';
import { floats } from '../../testing/primitive-check.ts';

/** The outputs of two programs of one signature are close on values of ordinary size: they are rounded in other places. */
export function expectClose(before: Program, after: Program): void {
  const values = ({ types }: Program, slots: readonly { id: number; name: string }[], seed: number) =>
    Object.fromEntries(slots.map(({ id, name }, i) => [name, floats(types.get(id)!.shape, seed + i).data]));
  const run = (program: Program) =>
    interpret(program, {
      inputs: values(program, program.inputs, 1),
      state: values(
        program,
        program.state.map(({ input, name }) => ({ id: input, name })),
        10,
      ),
    }).outputs;
  const [expected, received] = [run(before), run(after)];
  expected.forEach(({ data }, i) => {
    const errors = Array.from(
      data,
      (value, at) => Math.abs(value - received[i]!.data[at]!) / Math.max(1, Math.abs(value)),
    );
    const error = errors.reduce((a, b) => Math.max(a, b), 0);
    expect(error).toBeLessThan(1e-5);
  });
}
