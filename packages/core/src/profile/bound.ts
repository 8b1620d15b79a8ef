import type { Bound, DeviceBuffer, Executor } from '../backend/executor.ts';
import { CompiledStep } from '../compile/compiled-step.ts';
import { planProgram } from '../plan/plan-program.ts';
import { ProgramBuilder } from '../program/builder.ts';
import { costOf } from '../program/cost.ts';
import type { Program } from '../program/program.ts';
import { type Shape, sizeOf } from '../tensor/shape.ts';

/**
 * What an executor can do at most: what it says itself, else measured once, which takes about half a second. Products of
 * matrices are made larger until one takes a while, and so are sums of vectors, until they fit in no cache.
 *
 * @see Williams, Waterman, Patterson, "Roofline: an insightful visual performance model", 2009
 */
export function boundOf(executor: Executor): Promise<Bound> {
  const known = bounds.get(executor);
  if (known) return known;
  const made = executor.bound?.() ?? measure(executor);
  bounds.set(executor, made);
  return made;
}

const bounds = new WeakMap<Executor, Promise<Bound>>();

async function measure(executor: Executor): Promise<Bound> {
  const { flopsPerSecond } = await largest([64, 128, 256, 512, 1024], (n) => rates(executor, productOf(n)));
  const { bytesPerSecond } = await largest([1 << 17, 1 << 20, 1 << 23], (n) => rates(executor, sumOf(n)));
  return { flopsPerSecond, bytesPerSecond };
}

/** What a run of this size gives, made larger until it takes longer than this, in milliseconds. */
const LONG = 20;

async function largest(sizes: readonly number[], run: (size: number) => Promise<Rates>): Promise<Rates> {
  let result: Rates | undefined;
  for (const size of sizes) {
    result = await run(size);
    if (result.milliseconds > LONG) break;
  }
  return result!;
}

/** Of the fastest run. */
interface Rates extends Bound {
  readonly milliseconds: number;
}

/** Runs are repeated this long, in milliseconds; others may use the cores too. */
const REPEATED = 60;

async function rates(executor: Executor, program: Program): Promise<Rates> {
  const buffers: DeviceBuffer[] = [];
  const allocate = (shape: Shape): DeviceBuffer => {
    const values = new Float32Array(sizeOf(shape)).fill(0.5); // memory that nothing was written to may be all one page
    const buffer = executor.allocate(values.byteLength);
    buffers.push(buffer);
    buffer.write(values);
    return buffer;
  };
  const step = new CompiledStep(executor, executor.plan?.(program) ?? planProgram(program), [], buffers);
  try {
    const shapeOf = (id: number): Shape => program.types.get(id)!.shape;
    for (const { id, name } of program.inputs) step.bindInput(name, allocate(shapeOf(id)));
    program.outputs.forEach((id, i) => {
      step.bindOutput(i, allocate(shapeOf(id)));
    });
    let milliseconds = Number.POSITIVE_INFINITY;
    const end = performance.now() + REPEATED;
    do {
      step.startMeasuring();
      await step.runMany(1);
      const { nanoseconds } = step.stopMeasuring();
      milliseconds = Math.min(milliseconds, nanoseconds[0]! / 1e6);
    } while (performance.now() < end);
    const { flops, bytes } = costOf(program);
    const seconds = Math.max(milliseconds, 1e-6) / 1e3; // a clock may be coarse
    return { milliseconds, flopsPerSecond: flops / seconds, bytesPerSecond: bytes / seconds };
  } finally {
    step.dispose();
  }
}

function productOf(n: number): Program {
  const builder = new ProgramBuilder();
  const [a, b] = ['a', 'b'].map((name) => builder.input(name, { shape: [n, n], dtype: 'float32' }));
  return builder.build([builder.dot(a!, b!)]);
}

function sumOf(n: number): Program {
  const builder = new ProgramBuilder();
  const [a, b] = ['a', 'b'].map((name) => builder.input(name, { shape: [n], dtype: 'float32' }));
  return builder.build([builder.map('add', a!, b!)]);
}
