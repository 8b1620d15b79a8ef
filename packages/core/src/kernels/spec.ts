import type { ProgramBuilder } from '../program/builder.ts';
import type { ValueId } from '../program/program.ts';
import type { DType } from '../tensor/dtype.ts';
import type { Shape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** The shape and dtype of a tensor, without its values. */
export interface TensorSpec {
  readonly shape: Shape;
  readonly dtype: DType;
}

/**
 * What a kernel does to memory, as passes need to know it:
 * - `elementwise`: each output element reads the same (broadcast) element of each input
 * - `reduce`, `scan`: along axes (`Sum`, `ArgMax`; `Cumsum`)
 * - `dot`, `conv`, `pool`: products and windows
 * - `gather`, `scatter`: by indices
 * - `movement`: the same values in other places (`Reshape`, `Transpose`, `Pad`, `Concat`)
 * - `source`: no tensor input (`Fill`, `Range`)
 * - `random`, `sort`, `opaque`: the rest
 */
export type KernelKind =
  | 'elementwise'
  | 'reduce'
  | 'scan'
  | 'dot'
  | 'conv'
  | 'pool'
  | 'gather'
  | 'scatter'
  | 'movement'
  | 'source'
  | 'random'
  | 'sort'
  | 'opaque';

/** Attributes of a kernel call, by tfjs's names. */
export type Attributes = Readonly<Record<string, unknown>>;

/** What a gradient rule can read. Inputs and outputs are there if the rule's `saves` names them. */
export interface GradientContext<Input extends string> {
  /** The gradient of the loss with respect to the first output, float32. */
  readonly dy: Tensor;
  /** The gradients of all outputs of a kernel with several (`Unpack`, `SplitV`, `TopK`). */
  readonly dys: readonly Tensor[];
  readonly inputs: Readonly<Record<Input, Tensor>>;
  /** The inputs of a kernel with a list of them (`Concat`, `Pack`, `AddN`, `Einsum`). */
  readonly inputList: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly attrs: Attributes;
}

/** The derivative of a kernel. Written in tfjs ops that have gradients themselves, so that it can be differentiated again. */
export interface GradientRule<Input extends string> {
  /** What to keep until the backward pass. Nothing by default: it costs memory. */
  readonly saves?: { readonly inputs?: readonly Input[] | 'all'; readonly outputs?: readonly number[] };
  /** One thunk per differentiable input; a list kernel returns `{ 0: …, 1: … }`. Called only for inputs that are asked for. */
  run(context: GradientContext<Input>): Readonly<Record<string, () => Tensor>>;
}

/** What a lowering can read: the call of a kernel, its inputs as values of the program under construction. */
export interface LoweringContext<Input extends string = string> {
  readonly builder: ProgramBuilder;
  /** By name; an optional input that was absent is not there. */
  readonly inputs: Readonly<Record<Input, ValueId>>;
  /** The inputs of a kernel with a list of them. */
  readonly inputList: readonly ValueId[];
  readonly attrs: Attributes;
  /** The shapes and dtypes that `infer` gave. */
  readonly outputs: readonly TensorSpec[];
}

/** All that tracer, verifier, passes, printer and gradient need to know of a tfjs kernel. One file each in `kernels/`. */
export interface KernelSpec<Input extends string = string> {
  /** tfjs's kernel name: `'BatchMatMul'`. */
  readonly name: string;
  /** The names of its tensor inputs, in order; `'list'` for kernels that take a list; a trailing `?` marks an optional one. */
  readonly inputs: readonly (Input | `${Input}?`)[] | 'list';
  readonly kind: KernelKind;
  /**
   * The specs of the outputs from those of the inputs. A list kernel gets its inputs as `{ 0: …, 1: … }`.
   * Absent where the output shape depends on values (`Where`, `Unique`, non-max suppression).
   */
  readonly infer?: (
    inputs: Readonly<Record<Input, TensorSpec>>,
    attrs: Attributes,
  ) => TensorSpec | readonly TensorSpec[];
  /** Absent: the kernel has no derivative (`ArgMax`) or it is zero by definition of the output dtype (`Greater`). */
  readonly gradient?: GradientRule<Input>;
  /** Writes the kernel in primitives of a program: its outputs, in order. Absent: the program calls the kernel as a whole. */
  readonly lower?: (context: LoweringContext<Input>) => ValueId | readonly ValueId[];
}
