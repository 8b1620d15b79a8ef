import * as tf from '@tensorflow/tfjs-core';
import { gradients } from '../autodiff.ts';
import { findKerasOp } from '../ops/keras-op.ts';
import { HostArray } from '../tensor/host-array.ts';
import { memory, scope, type TensorTree } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { hostToTensor } from '../tensor/to-tensor.ts';
import { TraceError } from '../trace/trace-error.ts';
import {
  type Comparison,
  compareGolden,
  type GoldenCase,
  type GoldenGroup,
  resolveGolden,
  type Tolerance,
} from './goldens.ts';
import { runAsProgram } from './run-as-program.ts';

/** What came of a case: `missing` where the op does not exist. */
export interface OpCaseResult extends Comparison {
  readonly outcome: 'passed' | 'failed' | 'missing';
}

/** How a case is run: op by op, or as a program on the active executor. */
export type GoldenMode = 'eager' | 'compiled';

/** Runs a case of the groups `ops` and `ops-image`: values, dtypes, leaks and, where the case has them, gradients. */
export function runOpCase(golden: GoldenCase, group: GoldenGroup, mode: GoldenMode = 'eager'): OpCaseResult {
  const name = golden['function'] as string;
  const op = findKerasOp(name);
  if (!op) return { outcome: 'missing', worst: Number.NaN, detail: `${name} is not there yet` };
  const tol = golden.tol ?? group.defaultTol;
  try {
    const comparisons = scope(() => {
      const inputs = resolveGolden(golden['inputs'], group);
      const args = resolveGolden(golden['args'], group) as Record<string, unknown>;
      const call = (given: unknown): TensorTree => op(given as readonly unknown[], args) as TensorTree;
      const run = <T extends TensorTree>(fn: (given: unknown) => T, given: unknown): T =>
        mode === 'compiled' ? runAsProgram(fn, given) : fn(given);
      const held = toTensors(inputs);
      const before = memory().tensors;
      const result = run(call, held);
      const left = memory().tensors - before - flatten(result).filter((leaf) => leaf instanceof tf.Tensor).length;
      const leak: Comparison = { worst: left === 0 ? 0 : Infinity, detail: left === 0 ? '' : `${left} tensors leak` };
      return [
        leak,
        ...compareValues(result, golden, group, tol),
        ...compareGradients(call, run, held, golden, group, tol),
      ];
    });
    const worst = comparisons.reduce((a, b) => (b.worst > a.worst ? b : a));
    return { outcome: worst.worst <= 1 ? 'passed' : 'failed', ...worst };
  } catch (error) {
    if (error instanceof TraceError)
      return { outcome: 'missing', worst: Number.NaN, detail: `a program of it (${error.reason})` };
    return { outcome: 'failed', worst: Infinity, detail: error instanceof Error ? error.message : String(error) };
  }
}

function compareValues(result: TensorTree, golden: GoldenCase, group: GoldenGroup, tol: Tolerance): Comparison[] {
  const actual = flatten(result);
  const expected = flatten(resolveGolden(golden['expected'], group)) as (HostArray | number)[];
  if (actual.length !== expected.length) {
    return [{ worst: Infinity, detail: `${actual.length} results instead of ${expected.length}` }];
  }
  const dtypes = golden['dtypes'] as string[] | undefined;
  return expected.map((wanted, i) => {
    const value = actual[i] as Tensor;
    const dtype = dtypes?.[i];
    if (dtype !== undefined && value.dtype !== dtype) {
      return { worst: Infinity, detail: `dtype ${value.dtype} instead of ${dtype}` };
    }
    return compareGolden(toHost(value), wanted, tol);
  });
}

function compareGradients(
  call: (inputs: unknown) => TensorTree,
  run: <T extends TensorTree>(fn: (inputs: unknown) => T, inputs: unknown) => T,
  inputs: unknown,
  golden: GoldenCase,
  group: GoldenGroup,
  tol: Tolerance,
): Comparison[] {
  if (!golden['grads']) return [];
  const cotangents = resolveGolden(golden['cotangents'], group) as (HostArray | null)[];
  const expected = flatten(resolveGolden(golden['grads'], group)) as (HostArray | null)[];
  const places = expected.flatMap((grad, i) => (grad === null ? [] : [i]));
  const grads = run((given) => {
    const flat = flatten(given);
    const weighted = (...xs: Tensor[]): Tensor => {
      const replaced = new Map(places.map((place, i) => [flat[place], xs[i]]));
      const outputs = flatten(call(replace(given, replaced))) as Tensor[];
      const terms = outputs.flatMap((output, i) =>
        cotangents[i] ? [tf.sum(tf.mul(output, hostToTensor(cotangents[i])))] : [],
      );
      return terms.reduce((sum, term) => tf.add(sum, term));
    };
    return gradients(
      weighted,
      places.map((place) => flat[place] as Tensor),
    );
  }, inputs);
  return places.map((place, i) => {
    const wanted = expected[place]!;
    const actual = grads[i] ? toHost(grads[i]) : HostArray.zeros(wanted.shape);
    const { worst, detail } = compareGolden(actual, wanted, tol);
    return { worst, detail: detail && `gradient of input ${place}: ${detail}` };
  });
}

function toHost(value: Tensor): HostArray {
  const data = value.dataSync();
  // tfjs shares the storage of an int32 tensor that was cast to float32
  const stored = value.dtype === 'float32' ? Float32Array.from(data) : data;
  return new HostArray(stored as Float32Array, value.shape, value.dtype as 'float32');
}

/** The leaves of nested lists and records, in order. */
function flatten(tree: unknown): unknown[] {
  if (Array.isArray(tree)) return tree.flatMap(flatten);
  const leaf = typeof tree !== 'object' || tree === null || tree instanceof tf.Tensor || tree instanceof HostArray;
  return leaf ? [tree] : Object.values(tree).flatMap(flatten);
}

function replace(tree: unknown, by: ReadonlyMap<unknown, unknown>): unknown {
  if (by.has(tree)) return by.get(tree);
  if (Array.isArray(tree)) return tree.map((item) => replace(item, by));
  if (typeof tree !== 'object' || tree === null || tree instanceof tf.Tensor) return tree;
  return Object.fromEntries(Object.entries(tree).map(([key, item]) => [key, replace(item, by)]));
}

/** Host arrays as tensors; the rest as it is. */
function toTensors(tree: unknown): unknown {
  if (tree instanceof HostArray) return hostToTensor(tree);
  if (Array.isArray(tree)) return tree.map(toTensors);
  if (typeof tree !== 'object' || tree === null) return tree;
  return Object.fromEntries(Object.entries(tree).map(([key, item]) => [key, toTensors(item)]));
}
