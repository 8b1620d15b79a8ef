import { StateError } from '../errors.ts';
import { readOrigin } from '../trace/origin.ts';
import type { BatchInstruction, BatchProgram, BatchType } from './batch-program.ts';
import type { Dim } from './dim.ts';
import type { OnnxGraph } from './onnx-graph.ts';

/** An instruction, and what its nodes may need. */
export interface LoweringContext {
  readonly graph: OnnxGraph;
  readonly instruction: BatchInstruction;
  /** As the primitive's definition says; their numbers may depend on the batch. */
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly types: readonly BatchType[];
  readonly outputs: readonly BatchType[];
  /** The name of an input. */
  input(place: number): string;
  /** Whether an input is a constant of equal elements. */
  isUniform(place: number): boolean;
  /** As {@link input}, or the name of a scalar where the input is uniform: for operators that broadcast. */
  loose(place: number): string;
  /** Writes a program, of a loop, into another graph: from the names of its inputs to those of its outputs. */
  lowerBody(body: OnnxGraph, program: BatchProgram, given: readonly string[]): readonly string[];
}

/** Writes an instruction as nodes; gives the names of its outputs. */
export type Lowering = (context: LoweringContext) => string | readonly string[];

/** The dimensions of input `place`. */
export const dimsOf = ({ types }: LoweringContext, place = 0): readonly Dim[] => types[place]!.dims;

/** All axes of input `place`. */
export const axesOf = (context: LoweringContext, place = 0): readonly number[] =>
  dimsOf(context, place).map((_, i) => i);

/** Throws that ONNX has nothing for an instruction, and says what to do. */
export function refuse({ primitive, attrs, origin = '' }: BatchInstruction, why?: string, remedy?: string): never {
  const { layer, kernel } = readOrigin(origin);
  const op = primitive === 'call' ? attrs.kernel : kernel || primitive;
  const where = layer === '' ? '' : ` in '${layer}'`;
  throw new StateError(
    `export: ${why ?? 'ONNX has no operator for'} '${op}'${where}. ${remedy ?? 'Leave this layer out of the exported model, and do what it does before or behind it.'}`,
  );
}
