import * as tf from '@tensorflow/tfjs-core';
import type { DeviceBuffer, Executor } from '../backend/executor.ts';
import { activeExecutor } from '../backend/session.ts';
import { compileStep, traceStep } from '../compile/compile-step.ts';
import { elementsOf } from '../compile/residence.ts';
import { StateError } from '../errors.ts';
import { allocate } from '../program/primitive.ts';
import type { ProgramDType } from '../program/program.ts';
import type { TensorTree } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';

/**
 * Runs a function of tensors as a program on the active executor: traced, compiled, run once. `given` is a tree with tensors
 * in it, which the function gets; what it returns may be a tree too. Variables that it assigns are changed.
 *
 * @throws TraceError if it cannot become a program; StateError if the backend runs no programs
 */
export function runAsProgram<Given, Result extends TensorTree>(fn: (given: Given) => Result, given: Given): Result {
  const executor = activeExecutor();
  if (!executor) throw new StateError('runAsProgram: the backend runs no programs.');
  const tensors = leavesOf(given);
  const inputs = tensors.map(({ shape, dtype }, i) => ({ name: `${i}`, shape, dtype }));
  const made: { tree: TensorTree; count: number } = { tree: undefined, count: 0 };
  const traced = traceStep((...symbols) => {
    const byTensor = new Map(tensors.map((tensor, i) => [tensor, symbols[i]!]));
    const result = fn(mapLeaves(given, (tensor) => byTensor.get(tensor)!) as Given);
    const outputs = leavesOf(result);
    const places = [...outputs.keys()];
    made.tree = mapLeaves(result, () => places.shift()!) as TensorTree;
    return outputs;
  }, inputs);
  const step = compileStep(traced, executor);
  const buffers: DeviceBuffer[] = [];
  try {
    tensors.forEach((tensor, i) => {
      const buffer = bufferOf(executor, tensor);
      buffers.push(buffer);
      step.bindInput(`${i}`, buffer);
    });
    const outputs = step.outputTypes.map((type, i) => {
      const elements = allocate(type);
      const buffer = executor.allocate(elements.byteLength);
      buffers.push(buffer);
      step.bindOutput(i, buffer);
      return { type, elements, buffer };
    });
    step.run();
    const results = outputs.map(({ type: { shape, dtype }, elements, buffer }) => {
      buffer.read(elements);
      return tf.tensor(elements, [...shape], dtype as 'float32');
    });
    return restore(made.tree, results) as Result;
  } finally {
    step.dispose();
    for (const buffer of buffers) buffer.dispose();
  }
}

function bufferOf(executor: Executor, tensor: Tensor): DeviceBuffer {
  const elements = elementsOf(tensor.dataSync(), tensor.dtype as ProgramDType);
  const buffer = executor.allocate(elements.byteLength);
  buffer.write(elements);
  return buffer;
}

const isPlain = (tree: unknown): tree is object =>
  Array.isArray(tree) || (typeof tree === 'object' && tree !== null && tree.constructor === Object);

/** The tensors of a tree, in order. */
function leavesOf(tree: unknown): Tensor[] {
  if (tree instanceof tf.Tensor) return [tree];
  return isPlain(tree) ? Object.values(tree).flatMap(leavesOf) : [];
}

function mapLeaves(tree: unknown, change: (tensor: Tensor) => unknown): unknown {
  if (tree instanceof tf.Tensor) return change(tree);
  if (Array.isArray(tree)) return tree.map((item) => mapLeaves(item, change));
  if (!isPlain(tree)) return tree;
  return Object.fromEntries(Object.entries(tree).map(([key, item]) => [key, mapLeaves(item, change)]));
}

/** Tensors where a tree has their numbers. */
function restore(tree: unknown, tensors: readonly Tensor[]): unknown {
  if (typeof tree === 'number') return tensors[tree];
  if (Array.isArray(tree)) return tree.map((item) => restore(item, tensors));
  if (!isPlain(tree)) return tree;
  return Object.fromEntries(Object.entries(tree).map(([key, item]) => [key, restore(item, tensors)]));
}
