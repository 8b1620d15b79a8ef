import { type Executor, planProgram } from '@capas/core';
import { CompiledStep, parse } from '@capas/core/testing';
import { describe, expect, test } from 'vitest';
import { findLibrary } from '../src/native/find-library.ts';
import { nativeExecutor } from '../src/native/native-executor.ts';
import { loadLibrary } from '../src/native/native-provider.ts';
import { startWasmExecutor } from '../src/wasm/executor/wasm-executor.ts';

/** Counts before and after a product of integers, which the host evaluates. */
const program = parse(`
  program() state(%0 "before": metric int32[2,2] -> %2, %1 "after": metric int32[2,2] -> %6) {
    %2: int32[2,2] = map(%0) { add(a, 1) }
    %3: int32[2,2] = constant 1
    %4: int32[2,2] = dot(%2, %3) {transposeA=false, transposeB=false}
    %5: int32[2,2] = map(%4, %4) { sub(a, b) }
    %6: int32[2,2] = map(%1, %5) { add(add(a, b), 1) }
    return
  }`);

const executors: readonly (readonly [string, () => Promise<Executor>])[] = [
  ['wasm', async () => (await startWasmExecutor())!],
  ['wasm on 2 threads', async () => (await startWasmExecutor({ threads: 2 }))!],
  ['native', async () => nativeExecutor(loadLibrary())],
];

describe.each(executors)('%s', (name, start) => {
  const isThere = name !== 'native' || 'path' in findLibrary();
  if (!isThere) console.warn('host-segments.test.ts: native is SKIPPED: there is no library');

  test.skipIf(!isThere)('a run that is stopped while the host evaluates ends after the step', async () => {
    const executor = await start();
    let reads = 0;
    let stop = (): void => {};
    const watched: Executor = {
      name: executor.name,
      threads: executor.threads,
      residentBytes: executor.residentBytes,
      allocate: (bytes) => executor.allocate(bytes),
      share: () => undefined,
      compile: (plan) => {
        const executable = executor.compile(plan);
        const readSlot = executable.readSlot.bind(executable);
        executable.readSlot = (slot, into) => {
          readSlot(slot, into);
          if (++reads === 7) stop();
        };
        return executable;
      },
    };
    const step = new CompiledStep(watched, planProgram(program), [undefined, undefined], []);
    expect(step.plan.segments.map(({ kind }) => kind)).toEqual(['words', 'host', 'words']);
    stop = () => step.stop();
    const buffers = ['before', 'after'].map((state) => {
      const buffer = executor.allocate(16);
      buffer.write(new Int32Array(4));
      step.bindState(state, buffer);
      return buffer;
    });
    const counts = () =>
      buffers.map((buffer) => {
        const into = new Int32Array(4);
        buffer.read(into);
        return [...into];
      });
    expect(await step.runMany(1000)).toBe(7);
    expect(counts()).toEqual([new Array(4).fill(7), new Array(4).fill(7)]);
    expect(await step.runMany(3)).toBe(3);
    expect(counts()).toEqual([new Array(4).fill(10), new Array(4).fill(10)]);
    step.dispose();
  });
});
