import { describe, expect, test } from 'vitest';
import { interpret } from '../program/interpret.ts';
import { parse } from '../program/parse.ts';
import { print } from '../program/print.ts';
import { verify } from '../program/verify.ts';
import { CURSOR, gatherBatches, ORDER } from './gather-batches.ts';

const step = parse(`
  program(%0 "x": float32[2,3], %1 "y": int32[2], %2 "scale": float32[]) state(%3 "total": metric float32[] -> %7) {
    %4: float32[2,3] = map(%0, %2) { mul(a, b) }
    %5: float32[2] = map(%1) { f32(a) }
    %6: float32[] = reduce(%4) {kind="sum", axes=[0, 1]}
    %7: float32[] = map(%3, %6) { add(a, b) }
    return %4, %5
  }`);

const bytes = Uint8Array.from({ length: 15 }, (_, i) => i * 17);
const given = {
  inputs: { x: bytes, y: Int32Array.of(5, 6, 7, 8, 9), scale: Float32Array.of(0.5) },
  state: { total: Float32Array.of(1), [CURSOR]: Int32Array.of(2) },
};
const half = (...rows: number[]): number[] =>
  rows.flatMap((row) => [...bytes.subarray(3 * row, 3 * row + 3)].map((x) => x / 2));

describe('a step takes its batch from all samples by itself', () => {
  test('as they lie: from the cursor on, which it moves', () => {
    const program = gatherBatches(step, { samples: 5, isOrdered: false, inputs: { x: 'uint8', y: 'int32' } });
    verify(program);
    const { outputs, state } = interpret(program, given);
    expect([...outputs[0]!.data]).toEqual(half(2, 3));
    expect([...outputs[1]!.data]).toEqual([7, 8]);
    expect(state[CURSOR]).toEqual(Int32Array.of(4));
    expect(state.total).toEqual(Float32Array.of(1 + half(2, 3).reduce((a, b) => a + b)));
  });

  test('of data that are there twice it takes the batch once', () => {
    const twice = parse(`
      program(%0 "x": float32[2,3], %1 "y": float32[2,3,1], %2 "z": float32[2,3]) state() {
        %3: float32[2,3,1] = map(%1) { neg(a) }
        %4: float32[2,3] = map(%0, %2) { sub(a, b) }
        return %3, %4
      }`);
    const inputs = { x: 'uint8', y: 'uint8', z: 'uint8' } as const;
    const program = gatherBatches(twice, { samples: 5, isOrdered: true, inputs, same: { y: 'x' } });
    verify(program);
    const count = (name: string) => program.instructions.filter(({ primitive }) => primitive === name).length;
    expect([count('gather'), count('reshape')]).toEqual([2, 1]);
    const order = Int32Array.of(0, 1, 4, 2, 3);
    const data = { x: bytes, y: bytes, z: new Uint8Array(15), [ORDER]: order };
    const { outputs } = interpret(program, { inputs: data, state: { [CURSOR]: Int32Array.of(2) } });
    const rows = half(4, 2).map((x) => 2 * x);
    expect([...outputs[0]!.data]).toEqual(rows.map((x) => -x));
    expect([...outputs[1]!.data]).toEqual(rows);
  });

  test('in an order that is given', () => {
    const program = gatherBatches(step, { samples: 5, isOrdered: true, inputs: { x: 'uint8', y: 'int32' } });
    verify(program);
    const { outputs } = interpret(program, {
      ...given,
      inputs: { ...given.inputs, [ORDER]: Int32Array.of(0, 1, 4, 1, 2) },
    });
    expect([...outputs[0]!.data]).toEqual(half(4, 1));
    expect([...outputs[1]!.data]).toEqual([9, 6]);
  });

  test('one batch: only the dtypes change, and nothing where they are the same', () => {
    const one = { samples: undefined, isOrdered: false } as const;
    expect(print(gatherBatches(step, { ...one, inputs: { x: 'float32', y: 'int32' } }))).toBe(print(step));
    const program = gatherBatches(step, { ...one, inputs: { x: 'uint8', y: 'int32' } });
    verify(program);
    const { outputs } = interpret(program, {
      inputs: { ...given.inputs, x: bytes.slice(0, 6), y: Int32Array.of(1, 2) },
      state: given.state,
    });
    expect([...outputs[0]!.data]).toEqual(half(0, 1));
  });

  test('what does not fit is refused', () => {
    expect(() => gatherBatches(step, { samples: 1, isOrdered: false, inputs: { x: 'float32' } })).toThrow(
      'gatherBatches: `samples` must be at least one batch. Received: 1.',
    );
    const other = parse('program(%0 "x": float32[2], %1 "y": float32[3]) { return %0, %1 }');
    expect(() =>
      gatherBatches(other, { samples: 9, isOrdered: false, inputs: { x: 'float32', y: 'float32' } }),
    ).toThrow('gatherBatches: `y` must be a batch of 2');
  });
});
