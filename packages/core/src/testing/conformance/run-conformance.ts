import { engine, type NamedAttrMap, type NamedTensorMap, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { hasKernel } from '../../backend/tfjs-bridge.ts';
import { kernelSpecs } from '../../kernels/index.ts';
import { scope } from '../../tensor/scope.ts';
import { conformanceCases } from './cases/index.ts';
import type { ConformanceCase, RunKernel } from './conformance-case.ts';
import type { HostTensor } from './host-tensor.ts';

/** What the suite needs of a test framework: vitest's `describe` and `it` fit. */
export interface TestApi {
  describe(name: string, body: () => void): void;
  it(name: string, body: () => void | Promise<void>): void;
}

/** How to run the suite. */
export interface ConformanceOptions {
  /** The name under which tfjs-core knows the backend: `'cpu'`, `'wasm'`, `'tensorflow'`. It must be the active one. */
  readonly engineName: string;
  readonly test: TestApi;
  /** Kernels that are known to differ, each with the reason: their cases are run and reported, but do not fail. */
  readonly advisory?: Readonly<Record<string, string>>;
}

/**
 * Runs every case of every kernel on the active backend, as tests.
 *
 * @example
 * await useBackend(cpu({ prefer: ['js'] }));
 * runConformance({ engineName: 'cpu', test: { describe, it } });
 */
export function runConformance({ engineName, test, advisory = {} }: ConformanceOptions): void {
  test.describe(`conformance of ${engineName}`, () => {
    for (const [kernel, cases] of groupByKernel(conformanceCases)) {
      test.describe(kernel, () => {
        for (const one of cases) {
          const reason = advisory[kernel];
          test.it(reason ? `${one.name} (advisory: ${reason})` : one.name, () => {
            if (engine().backendName !== engineName)
              throw new Error(`The active backend is '${engine().backendName}', not '${engineName}'.`);
            const difference = checkCase(one);
            if (!difference) return;
            if (!reason) throw new Error(difference);
            console.warn(`${kernel}, ${one.name}: ${difference} Known: ${reason}`);
          });
        }
      });
    }
  });
}

/** The kernels of core that no case covers. */
export function kernelsWithoutCase(): string[] {
  const covered = new Set(conformanceCases.map(({ kernel }) => kernel));
  return kernelSpecs.map(({ name }) => name).filter((name) => !covered.has(name));
}

/** The kernels of core that a backend lacks. */
export const kernelsMissingOn = (engineName: string): string[] =>
  kernelSpecs.map(({ name }) => name).filter((name) => !hasKernel(name, engineName));

/** Runs one case on the active backend. Says how the result differs, or nothing. */
export function checkCase(one: ConformanceCase): string | undefined {
  return scope(() => {
    const results = runCase(one);
    const stated = typeof one.expected === 'function' ? one.expected() : one.expected;
    const expected = Array.isArray(stated) ? (stated as readonly HostTensor[]) : [stated as HostTensor];
    if (results.length !== expected.length) return `${results.length} outputs instead of ${expected.length}.`;
    for (const [i, result] of results.entries()) {
      const difference = compare(result, expected[i]!, one.tolerance ?? 1e-5);
      if (difference) return results.length > 1 ? `output ${i}: ${difference}` : difference;
    }
    return undefined;
  });
}

function runCase({ kernel, inputs, attrs, call }: ConformanceCase): Tensor[] {
  const made = Array.isArray(inputs)
    ? inputs.map(toTensor)
    : Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, toTensor(input as HostTensor)]));
  return (call ? call(run, made as Record<string, unknown>) : run(kernel, made, attrs)) as Tensor[];
}

const run: RunKernel = (kernel, inputs, attrs) => {
  const result = engine().runKernel(kernel, inputs as NamedTensorMap, attrs as NamedAttrMap) as Tensor | Tensor[];
  return Array.isArray(result) ? result : [result];
};

const toTensor = ({ values, shape, dtype }: HostTensor): Tensor => {
  const array = dtype === 'float32' ? Float32Array : dtype === 'int32' ? Int32Array : Uint8Array;
  return tensor(array.from(values), [...shape], dtype);
};

function compare(result: Tensor, expected: HostTensor, tolerance: number): string | undefined {
  if (result.dtype !== expected.dtype) return `dtype ${result.dtype} instead of ${expected.dtype}.`;
  if (result.shape.join() !== expected.shape.join())
    return `shape [${result.shape}] instead of [${expected.shape.join()}].`;
  const values = result.dataSync();
  if (values.length !== expected.values.length) return `${values.length} values instead of ${expected.values.length}.`;
  for (const [i, value] of expected.values.entries()) {
    if (!isClose(values[i]!, expected.dtype === 'float32' ? Math.fround(value) : value, tolerance))
      return `value ${i} is ${values[i]} instead of ${value}.`;
  }
  return undefined;
}

const isClose = (received: number, expected: number, tolerance: number): boolean =>
  Object.is(received, expected) ||
  received === expected ||
  Math.abs(received - expected) <= tolerance * Math.max(1, Math.abs(expected));

function groupByKernel(cases: readonly ConformanceCase[]): Map<string, ConformanceCase[]> {
  const groups = new Map<string, ConformanceCase[]>();
  for (const one of cases) groups.set(one.kernel, [...(groups.get(one.kernel) ?? []), one]);
  return groups;
}
