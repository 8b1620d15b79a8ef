import type { Attributes, TensorSpec } from '../kernels/spec.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Variable, VariableKind } from '../tensor/variable.ts';
import type { TracePlace } from './trace-error.ts';

/** The number of a tensor in a trace. */
export type TraceId = number;

/** A kernel that ran in the traced function. */
export interface KernelCall extends TracePlace {
  readonly kernel: string;
  /** By the names of the kernel's spec, without optional ones that were absent; a list for kernels that take one. */
  readonly inputs: Readonly<Record<string, TraceId>> | readonly TraceId[];
  readonly attrs: Attributes;
  readonly outputs: readonly TraceId[];
}

/** Values that came from JavaScript. */
export interface TraceConstant extends TracePlace {
  readonly id: TraceId;
  readonly data: Float32Array | Int32Array | Uint8Array;
}

/** A variable that the function uses. */
export interface TraceState {
  readonly variable: Variable;
  readonly name: string;
  readonly kind: VariableKind;
  /** Its value before the call. */
  readonly input: TraceId;
  /** Its value after the call; the same as `input` where it is only read. */
  readonly output: TraceId;
}

/** A tensor that was made before the trace and is no variable. It stays its owner's, and must live as long as the trace is used. */
export interface CapturedTensor {
  readonly id: TraceId;
  readonly tensor: Tensor;
}

/** What one step of a loop does, as a list of kernels in order. Its tensors have numbers of their own. */
export interface TracedBody {
  /** The carries, one item of each sequence, and what is the same in each step. */
  readonly inputs: readonly TraceId[];
  readonly constants: readonly TraceConstant[];
  readonly calls: readonly KernelCall[];
  /** The next carries, then what the step puts out. */
  readonly outputs: readonly TraceId[];
  /** The shape and dtype of each tensor, by its number. */
  readonly types: readonly TensorSpec[];
}

/** What one call of a function does, as a list of kernels in order. */
export interface Trace {
  readonly inputs: readonly { readonly name: string; readonly id: TraceId }[];
  readonly state: readonly TraceState[];
  readonly captured: readonly CapturedTensor[];
  readonly constants: readonly TraceConstant[];
  readonly calls: readonly KernelCall[];
  /** The tensors that the function returned, in the order in which they stand in its result. */
  readonly outputs: readonly TraceId[];
  /** The shape and dtype of each tensor, by its number. */
  readonly types: readonly TensorSpec[];
}
