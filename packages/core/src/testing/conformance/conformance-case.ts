import type { Attributes } from '../../kernels/spec.ts';
import type { HostTensor } from './host-tensor.ts';

/** One call of one kernel and what must come out of it, on every backend. */
export interface ConformanceCase {
  /** tfjs's name of the kernel. */
  readonly kernel: string;
  /** What is special about this call. */
  readonly name: string;
  /** By tfjs's names; a list for kernels that take one. */
  readonly inputs: Readonly<Record<string, HostTensor>> | readonly HostTensor[];
  readonly attrs?: Attributes;
  /** What must come out, from plain reference code (a function where that takes a while) or worked out by hand. */
  readonly expected: Expected | (() => Expected);
  /** The greatest difference allowed, relative to the expected value or 1, whichever is greater: 1e-5 by default. */
  readonly tolerance?: number;
  /** How to get the outputs from the inputs, where one call of `kernel` does not do: complex numbers. */
  readonly call?: (run: RunKernel, inputs: Record<string, unknown>) => unknown[];
}

/** Runs a kernel on tensors of the backend under test and returns its outputs as a list. */
export type RunKernel = (kernel: string, inputs: unknown, attrs?: Attributes) => unknown[];

/** One output or several. */
export type Expected = HostTensor | readonly HostTensor[];
