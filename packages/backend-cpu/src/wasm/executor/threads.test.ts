import { type Elements, type Executor, type Plan, planProgram } from '@capas/core';
import {
  callOf,
  inputOf,
  instructionCases,
  ProgramBuilder,
  parse,
  programOfCase,
  randomValues,
} from '@capas/core/testing';
import { describe, expect, test } from 'vitest';
import { numbers, runProgram } from './testing/check-program.ts';
import { startWasmExecutor } from './wasm-executor.ts';

const alone = (await startWasmExecutor())!;

describe.each([2, 3])('%i threads', async (threads) => {
  const started = (await startWasmExecutor({ threads }))!;
  // plans leave what is small to one thread
  const executor: Executor = {
    name: started.name,
    threads: started.threads,
    residentBytes: started.residentBytes,
    allocate: (bytes) => started.allocate(bytes),
    share: () => undefined,
    compile: ({ program }) => started.compile(planProgram(program, { serialBelow: 0 })),
  };

  test('are there', () => {
    expect(started.threads).toBe(threads);
  });

  const known = ({ stream }: { stream: string }) => stream !== 'host' && !started.lacks?.includes(stream);
  test.each(Object.entries(instructionCases).filter(([, each]) => known(each)))(
    'give the bits of one: %s',
    (_, instruction) => {
      const program = programOfCase(instruction);
      const typesOf = (ids: readonly number[]) => ids.map((id) => program.types.get(id)!);
      const inputs = randomValues(typesOf(program.inputs.map(({ id }) => id)), 1);
      const state = randomValues(typesOf(program.state.map(({ input }) => input)), 2);
      expectSameBits(program, inputs, state);
    },
  );

  test('give the bits of one: a larger program', () => {
    const builder = new ProgramBuilder();
    const floats = (name: string, shape: readonly number[]) => builder.input(name, { shape, dtype: 'float32' });
    const images = floats('images', [6, 12, 11, 7]);
    const filter = floats('filter', [3, 3, 7, 20]);
    const bias = floats('bias', [20]);
    const window = {
      strides: [2, 1],
      dilations: [1, 1],
      pads: [
        [1, 1],
        [1, 1],
      ],
      groups: 1,
    };
    const epilogue = callOf('relu', callOf('add', inputOf(0), inputOf(1)));
    const y = builder.emit('conv', [images, filter, bias], { ...window, epilogue })[0]!;
    const dx = builder.emit('convInputGrad', [y, filter], { ...window, inputShape: [6, 12, 11, 7] })[0]!;
    const dw = builder.emit('convFilterGrad', [images, y], { ...window, filterShape: [3, 3, 7, 20] })[0]!;
    const rows = builder.reshape(y, [396, 20]);
    const scores = builder.dot(rows, rows, { transposeA: true });
    const turned = builder.dot(rows, builder.transpose(rows, [1, 0]));
    const program = builder.build([
      y,
      dx,
      dw,
      ...builder.emit('softmax', [scores]),
      builder.reduce('sum', turned, [1]),
      builder.reduce('mean', turned, [0]),
      builder.reduce('sum', rows, [0, 1]),
      builder.map(callOf('tanh', callOf('add', inputOf(0), inputOf(1))), rows, bias),
    ]);
    expectSameBits(program, [numbers(6 * 12 * 11 * 7), numbers(9 * 7 * 20, 2), numbers(20, 3)], []);
  });

  function expectSameBits(program: Plan['program'], inputs: readonly Elements[], state: readonly Elements[]): void {
    const expected = runProgram(alone, program, inputs, state);
    for (let i = 0; i < 20; i++) expect(runProgram(executor, program, inputs, state)).toEqual(expected);
  }

  test('a failure ends the run, not the threads', () => {
    const builder = new ProgramBuilder();
    const x = builder.input('x', { shape: [100, 3], dtype: 'float32' });
    const indices = builder.input('indices', { shape: [500], dtype: 'int32' });
    const rows = builder.emit('gather', [x, indices], { axis: 0, batchDims: 0 })[0]!;
    const program = builder.build([builder.reduce('sum', rows, [1])]);
    const given = Int32Array.from({ length: 500 }, (_, i) => i % 100);
    const run = () => runProgram(executor, program, [numbers(300), given], []);
    run();
    given[333] = 100;
    expect(run).toThrow('an index must be from 0 to 99. Received: 100.');
    given[333] = 5;
    expect(run().outputs[0]![333]).toBe(run().outputs[0]![5]);
  });

  test('steps of a loop that do not need each other', () => {
    const program = parse(`program(%0 "xs": float32[50,4,30]) {
      %1: float32[50,4,30], %2: float32[50,30] = loop(%0) {length=50, carries=0, sequences=1, reverse=true, body=program(%0 "x": float32[4,30]) {
        %1: float32[4] = reduce(%0) {kind="max", axes=[1]}
        %2: float32[4,1] = reshape(%1) {shape=[4, 1]}
        %3: float32[4,30] = map(%0, %2) { sub(a, b) }
        %4: float32[30] = reduce(%3) {kind="sum", axes=[0]}
        return %3, %4
      }}
      %3: float32[30] = reduce(%2) {kind="sum", axes=[0]}
      return %1, %3
    }`);
    expectSameBits(program, [numbers(6000)], []);
  });

  test('a failure in a loop names the instruction; all instructions are measured', () => {
    const program = parse(`program(%0 "x": float32[4,2], %1 "ids": int32[3,5]) {
      %2: float32[3,5] = loop(%1, %0) {length=3, carries=0, sequences=1, reverse=false, body=program(%0 "ids": int32[5], %1 "x": float32[4,2]) {
        %2: float32[5,2] = gather(%1, %0) {axis=0, batchDims=0}  # net/rnn/Gather
        %3: float32[5] = reduce(%2) {kind="sum", axes=[1]}
        return %3
      }}
      return %2
    }`);
    const given = Int32Array.from({ length: 15 }, (_, i) => i % 4);
    let nanoseconds: Float64Array = new Float64Array();
    const measured: Executor = {
      ...executor,
      compile: (plan) => {
        const executable = executor.compile(plan);
        const dispose = executable.dispose.bind(executable);
        executable.profile(true);
        executable.dispose = () => {
          nanoseconds = executable.profile(false);
          dispose();
        };
        return executable;
      },
    };
    const x = numbers(8);
    const [sums] = runProgram(measured, program, [x, given], []).outputs;
    expect(sums![6]).toBe(Math.fround(x[4]! + x[5]!));
    expect(nanoseconds).toHaveLength(3);
    expect(Math.min(...nanoseconds)).toBeGreaterThan(0);
    given[7] = 4;
    expect(() => runProgram(executor, program, [x, given], [])).toThrow(
      'wasm executor: instruction 1, gather of net/rnn/Gather: an index must be from 0 to 3. Received: 4.',
    );
  });

  test('many steps', async () => {
    const builder = new ProgramBuilder();
    const weights = builder.state('weights', 'weight', { shape: [5000], dtype: 'float32' });
    builder.update(weights, builder.map(callOf('add', inputOf(0), callOf('div', inputOf(0), inputOf(0))), weights));
    const executable = executor.compile(planProgram(builder.build([])));
    const buffer = executor.allocate(20_000);
    buffer.write(new Float32Array(5000).fill(1));
    executable.plan.slots.forEach(({ place }, slot) => {
      if (place.kind === 'state') executable.bind(slot, buffer);
    });
    expect(await executable.runMany(1000)).toBe(1000);
    const result = new Float32Array(5000);
    buffer.read(result);
    expect(result).toEqual(new Float32Array(5000).fill(1001));
  });
});
