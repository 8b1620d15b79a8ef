import { engine, type Tensor, type TensorInfo } from '@tensorflow/tfjs-core';
import type { Attributes, TensorSpec } from '../kernels/spec.ts';

/** A kernel that ran, with what went in and came out. */
export interface KernelCall {
  readonly kernel: string;
  readonly inputs: Readonly<Record<string, TensorSpec>>;
  readonly attrs: Attributes;
  readonly outputs: readonly TensorSpec[];
}

interface KernelRunner {
  runKernel(name: string, inputs: Record<string, TensorInfo | undefined>, attrs?: Attributes): Tensor | Tensor[];
}

/** The kernels that run during `fn`, in order. */
export function kernelCalls(fn: () => void): KernelCall[] {
  const runner = engine() as unknown as KernelRunner;
  const original = runner.runKernel.bind(runner);
  const calls: KernelCall[] = [];
  runner.runKernel = (kernel, inputs, attrs = {}) => {
    const given = Object.entries(inputs).flatMap(([name, x]) => (x ? [[name, specOf(x)] as const] : []));
    const result = original(kernel, inputs, attrs);
    calls.push({ kernel, inputs: Object.fromEntries(given), attrs, outputs: [result].flat().map(specOf) });
    return result;
  };
  try {
    fn();
  } finally {
    delete (runner as Partial<KernelRunner>).runKernel; // the method of the class shows again
  }
  return calls;
}

const specOf = ({ shape, dtype }: TensorInfo): TensorSpec => ({ shape: [...shape], dtype });
