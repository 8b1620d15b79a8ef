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

/** What a kernel got and gave, while its tensors are alive. */
export type KernelObserver = (
  call: KernelCall,
  inputs: Readonly<Record<string, TensorInfo>>,
  outputs: readonly Tensor[],
) => void;

/** The kernels that run during `fn`, in order; `observe` sees each with its values. */
export function kernelCalls(fn: () => void, observe?: KernelObserver): KernelCall[] {
  const runner = engine() as unknown as KernelRunner;
  const original = runner.runKernel.bind(runner);
  const calls: KernelCall[] = [];
  runner.runKernel = (kernel, inputs, attrs = {}) => {
    const given = Object.entries(inputs).flatMap(([name, x]) => (x ? [[name, x] as const] : []));
    const result = original(kernel, inputs, attrs);
    const outputs = [result].flat();
    const types = Object.fromEntries(given.map(([name, x]) => [name, specOf(x)]));
    const call = { kernel, inputs: types, attrs, outputs: outputs.map(specOf) };
    calls.push(call);
    observe?.(call, Object.fromEntries(given), outputs);
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
