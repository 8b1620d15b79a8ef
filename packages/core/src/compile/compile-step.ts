import * as tf from '@tensorflow/tfjs-core';
import type { DeviceBuffer, Executor } from '../backend/executor.ts';
import { environment } from '../debug-output.ts';
import { passesFor } from '../passes/pipeline.ts';
import { runPasses } from '../passes/run-passes.ts';
import { planProgram } from '../plan/plan-program.ts';
import type { ProgramDType } from '../program/program.ts';
import { scope, type TensorTree } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type LoweredTrace, lowerTrace } from '../trace/lower-trace.ts';
import { type TraceInput, trace } from '../trace/trace.ts';
import { TraceError } from '../trace/trace-error.ts';
import { CompiledStep } from './compiled-step.ts';
import { type BatchedData, gatherBatches } from './gather-batches.ts';
import { elementsOf } from './residence.ts';

/** Options of {@link compileStep}. */
export interface CompileStepOptions {
  /** Cuts the inputs from data that lies on the device. @defaultValue they come as they are */
  readonly batches?: BatchedData | undefined;
  /** Runs on a copy of the variables: they stay as they are. @defaultValue `false` */
  readonly onCopy?: boolean;
}

/**
 * Traces a function and writes it as a program. It is traced twice, to find values that would be frozen; only once where
 * `NODE_ENV` is `production`.
 *
 * @throws TraceError if the function cannot become a program
 */
export function traceStep(fn: (...inputs: Tensor[]) => TensorTree, inputs: readonly TraceInput[]): LoweredTrace {
  const checkTwice = environment('NODE_ENV') !== 'production';
  const lowered = lowerTrace(scope(() => trace(fn, inputs, { checkTwice })));
  if (lowered.captured.some((tensor) => tensor instanceof tf.Variable)) {
    throw new TraceError(
      'variable',
      'it reads a `tf.Variable`, and a program would not see how it changes. Use Variable of @capas/core.',
    );
  }
  return lowered;
}

/**
 * Makes a traced function ready to run on an executor.
 *
 * @throws BackendError if the executor cannot run it
 * @example
 * const step = compileStep(traceStep(() => total.assign(ops.add(total, 1)), []), executor);
 * await step.runMany(10);
 */
export function compileStep(
  { program, variables, captured }: LoweredTrace,
  executor: Executor,
  { batches, onCopy = false }: CompileStepOptions = {},
): CompiledStep {
  const passes = passesFor(executor);
  const better = runPasses(batches ? gatherBatches(program, batches) : program, { passes });
  const plan = executor.plan?.(better) ?? planProgram(better);
  const copyOf = (tensor: Tensor): DeviceBuffer => {
    const elements = elementsOf(tensor.dataSync(), tensor.dtype as ProgramDType);
    const buffer = executor.allocate(elements.byteLength);
    buffer.write(elements);
    return buffer;
  };
  const buffers = captured.map(copyOf);
  const copies = onCopy ? variables.map(({ value }) => copyOf(value)) : [];
  const step = new CompiledStep(executor, plan, onCopy ? [] : variables, [...buffers, ...copies]);
  buffers.forEach((buffer, i) => {
    step.bindInput(`captured/${i}`, buffer);
  });
  copies.forEach((copy, i) => {
    step.bindState(program.state[i]!.name, copy);
  });
  return step;
}
