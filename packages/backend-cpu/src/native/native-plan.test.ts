import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BackendError, type DeviceBuffer, type Executable, type Executor, planProgram, StateError } from '@capas/core';
import { ProgramBuilder, parse } from '@capas/core/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { findLibrary } from './find-library.ts';
import { nativeExecutor } from './native-executor.ts';
import { loadLibrary } from './native-provider.ts';

const SIZE = 100_000;

describe.skipIf('reason' in findLibrary())('a plan in native code', () => {
  let executor: Executor;
  let state: DeviceBuffer;
  let counter: Executable;

  beforeEach(() => {
    executor = nativeExecutor(loadLibrary());
    state = executor.allocate(4 * SIZE);
    counter = executor.compile(planProgram(counting()));
    bindState(counter, state);
  });

  const first = (buffer = state): number => {
    const values = new Float32Array(1);
    buffer.read(values);
    return values[0]!;
  };

  it('runs once, or many times off this thread', async () => {
    counter.run(0);
    expect(first()).toBe(1);
    expect(await counter.runMany(50)).toBe(50);
    expect(first()).toBe(51);
  });

  it('stops after the step it is in', async () => {
    const running = counter.runMany(1e9);
    await new Promise((resolve) => setTimeout(resolve, 20));
    counter.stop();
    const steps = await running;
    expect(steps).toBeGreaterThan(0);
    expect(first()).toBe(steps);
  });

  it('refuses other calls while it runs, and allows them after halt', async () => {
    const running = counter.runMany(1e9);
    for (const call of [
      () => counter.run(0),
      () => counter.bind(0, state),
      () => counter.dispose(),
      () => counter.profile(true),
    ])
      expect(call).toThrow('native executor: the program is running: wait for the promise of runMany');
    await expect(counter.runMany(1)).rejects.toThrow(BackendError);
    counter.halt?.();
    const before = first();
    counter.run(0);
    expect(first()).toBe(before + 1);
    expect(await running).toBe(before);
  });

  it('keeps what is bound alive', async () => {
    const forgotten = (() => {
      const executable = executor.compile(planProgram(counting()));
      bindState(executable, executor.allocate(4 * SIZE));
      return executable.runMany(500);
    })();
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    for (let i = 0; i < 20; i++) collect();
    expect(await forgotten).toBe(500);
  });

  it('works in memory of the host without a copy, unless that was transferred', () => {
    const data = new Float32Array(SIZE).fill(7);
    const shared = executor.share(data)!;
    bindState(counter, shared);
    counter.run(0);
    expect(data[SIZE - 1]).toBe(8);
    structuredClone(data, { transfer: [data.buffer] });
    expect(() => counter.run(0)).toThrow('the array of a buffer was transferred');
  });

  it('two programs run at the same time', async () => {
    const other = executor.allocate(4 * SIZE);
    const second = executor.compile(planProgram(counting()));
    bindState(second, other);
    const runs = [counter.runMany(300), second.runMany(200)];
    expect(await Promise.all(runs)).toEqual([300, 200]);
    expect([first(), first(other)]).toEqual([300, 200]);
  });

  it('says which instruction failed, and why', async () => {
    const builder = new ProgramBuilder();
    const x = builder.input('x', { shape: [4, 2], dtype: 'float32' });
    const indices = builder.input('indices', { shape: [3], dtype: 'int32' });
    const [y] = builder.emit('gather', [builder.map('neg', x), indices], { axis: 0, batchDims: 0 });
    const plan = planProgram(builder.build([y!]));
    const executable = executor.compile(plan);
    const buffers = {
      input: [new Float32Array(8), Int32Array.of(0, 9, 1)].map((data) => executor.share(data)!),
      output: [executor.allocate(24)],
    };
    plan.slots.forEach(({ place }, slot) => {
      if (place.kind === 'input' || place.kind === 'output') executable.bind(slot, buffers[place.kind][place.index]!);
    });
    const message = /^native executor: instruction 1, gather: .*9.*\.$/;
    expect(() => executable.run(0)).toThrow(message);
    await expect(executable.runMany(3)).rejects.toThrow(message);
    buffers.input[1]!.write(Int32Array.of(0, 3, 1));
    executable.run(0);
  });

  it('says which instruction of a loop failed, and measures all of them', () => {
    const plan = planProgram(
      parse(`program(%0 "x": float32[4,2], %1 "ids": int32[3,5]) {
        %2: float32[3,5] = loop(%1, %0) {length=3, carries=0, sequences=1, reverse=false, body=program(%0 "ids": int32[5], %1 "x": float32[4,2]) {
          %2: float32[5,2] = gather(%1, %0) {axis=0, batchDims=0}
          %3: float32[5] = reduce(%2) {kind="sum", axes=[1]}
          return %3
        }}  # net/rnn/Loop
        return %2
      }`),
    );
    const executable = executor.compile(plan);
    const ids = new Int32Array(15);
    const buffers = {
      input: [new Float32Array(8).fill(1), ids].map((data) => executor.share(data)!),
      output: [executor.allocate(60)],
    };
    plan.slots.forEach(({ place }, slot) => {
      if (place.kind === 'input' || place.kind === 'output') executable.bind(slot, buffers[place.kind][place.index]!);
    });
    ids[7] = 4;
    expect(() => executable.run(0)).toThrow(/^native executor: instruction 1, gather: .*4.*\.$/);
    ids[7] = 3;
    executable.profile(true);
    executable.run(0);
    const nanoseconds = executable.profile(false);
    expect(nanoseconds).toHaveLength(3);
    expect(Math.min(...nanoseconds)).toBeGreaterThan(0);
  });

  it('measures its instructions', async () => {
    expect([...counter.profile(true)]).toEqual([0]);
    await counter.runMany(20);
    expect(counter.profile(false)[0]).toBeGreaterThan(1000);
    expect([...counter.profile(false)]).toEqual([0]);
  });

  it('needs every slot, and lets go of all when it is disposed of', () => {
    const executable = executor.compile(planProgram(counting()));
    expect(() => executable.run(0)).toThrow('native executor: slot 0 is not bound.');
    expect(() => executable.bind(0, executor.allocate(8))).toThrow('slot 0 needs 400000 bytes. Received: 8');
    expect(() => executable.bind(0, {} as DeviceBuffer)).toThrow('only its own buffers can be bound');
    executable.dispose();
    executable.dispose();
    expect(() => executable.run(0)).toThrow('the program was disposed');
    state.dispose();
    expect(() => counter.run(0)).toThrow(StateError);
  });

  it('gives memory that vectors can be read from fast, and says when there is none', () => {
    const { addressOf } = loadLibrary();
    for (const bytes of [4, 1000, 1 << 20]) {
      const memory = new Uint8Array(bytes);
      executor.allocate(bytes).read(memory);
      expect(memory.every((byte) => byte === 0)).toBe(true);
    }
    const inner = executor.allocate(100) as DeviceBuffer & { from(byteOffset: number): Uint8Array };
    expect(addressOf(inner.from(0)) % 64).toBe(0);
    expect(() => executor.allocate(2 ** 52)).toThrow(/there is no memory for \d+ bytes more/);
  });
});

/** A program that adds 1 to each element of its state. */
function counting() {
  const builder = new ProgramBuilder();
  const type = { shape: [SIZE], dtype: 'float32' } as const;
  const state = builder.state('count', 'weight', type);
  const one = builder.constant(1, { shape: [], dtype: 'float32' });
  builder.update(state, builder.map('add', state, one));
  return builder.build([]);
}

function bindState(executable: Executable, buffer: DeviceBuffer): void {
  executable.plan.slots.forEach(({ place }, slot) => {
    if (place.kind === 'state') executable.bind(slot, buffer);
  });
}
