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
  const products = await growing([64, 128, 256, 512, 1024], (n) => rates(executor, productOf(n)));
  const sums = await growing([1 << 17, 1 << 20, 1 << 23], (n) => rates(executor, sumOf(n)));
  return {
    flopsPerSecond: Math.max(...products.map(({ flopsPerSecond }) => flopsPerSecond)),
    bytesPerSecond: sums.at(-1)!.bytesPerSecond, // smaller ones fit in caches
  };
}

/** A run that takes longer, in milliseconds, is large enough. */
const LONG = 20;

async function growing(sizes: readonly number[], run: (size: number) => Promise<Rates>): Promise<Rates[]> {
  const results: Rates[] = [];
  for (const size of sizes) {
    const result = await run(size);
    results.push(result);
    if (result.milliseconds > LONG) break;
  }
  return results;
}

/** Of the fastest run. */
interface Rates extends Bound {
  readonly milliseconds: number;
}

/** A run is repeated so often and so long, in milliseconds: others may use the cores too. */
const RUNS = 5;
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
    for (let run = 0; run < RUNS || performance.now() < end; run++) {
      step.startMeasuring();
      await step.runMany(1);
      const { nanoseconds } = step.stopMeasuring();
      milliseconds = Math.min(milliseconds, nanoseconds[0]! / 1e6);
    }
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
