import type { ValueId } from '../program/program.ts';
import type { BatchConstant, BatchInstruction, BatchProgram, BatchType } from './batch-program.ts';
import { sameDim } from './dim.ts';
import { broadcastTo } from './elementwise.ts';
import { type LoweringContext, refuse } from './lowering.ts';
import { lowerings } from './lowerings.ts';
import type { OnnxGraph } from './onnx-graph.ts';

/**
 * Writes the instructions of a program into a graph.
 *
 * @param given the names of its inputs, then of its states
 * @returns the names of its outputs
 * @throws {StateError} What ONNX has nothing for.
 * @throws {BatchError} What ONNX can say for batches of one size only.
 */
export function lowerProgram(graph: OnnxGraph, program: BatchProgram, given: readonly string[]): readonly string[] {
  const names = new Map<ValueId, string>();
  const inputs = [...program.inputs.map(({ id }) => id), ...program.state.map(({ input }) => input)];
  inputs.forEach((id, i) => void names.set(id, given[i]!));
  const constants = new Map(program.constants.map((constant) => [constant.id, constant]));
  const stored = new Map<ValueId, string>();
  const typeOf = (id: ValueId): BatchType => program.types.get(id)!;

  /** A constant as it is stored: one element for all, or one sample for all. */
  const storedName = (constant: BatchConstant): string => {
    const { id, data, dims } = constant;
    const { dtype } = typeOf(id);
    const name =
      stored.get(id) ??
      (dims.length === 0 ? graph.scalar(data[0]!, dtype) : graph.initializer('constant', { dtype, dims, data }));
    stored.set(id, name);
    return name;
  };
  const nameOf = (id: ValueId): string => {
    const known = names.get(id);
    if (known !== undefined) return known;
    const constant = constants.get(id)!;
    const { dims } = typeOf(id);
    const isWhole = constant.dims.length === dims.length && constant.dims.every((dim, i) => sameDim(dim, dims[i]!));
    const name = isWhole ? storedName(constant) : broadcastTo(graph, storedName(constant), dims);
    names.set(id, name);
    return name;
  };
  const contextOf = (instruction: BatchInstruction): LoweringContext => {
    const { inputs: ids } = instruction;
    const isUniform = (place: number): boolean => constants.get(ids[place]!)?.dims.length === 0;
    return {
      graph,
      instruction,
      attrs: instruction.attrs,
      types: ids.map(typeOf),
      outputs: instruction.outputs.map(typeOf),
      isUniform,
      input: (place) => nameOf(ids[place]!),
      lowerBody: lowerProgram,
      loose: (place) => (isUniform(place) ? storedName(constants.get(ids[place]!)!) : nameOf(ids[place]!)),
    };
  };
  for (const instruction of program.instructions) {
    const { primitive, origin } = instruction;
    const lower = lowerings[primitive];
    graph.origin = origin ?? primitive;
    if (!lower) refuseInstruction(instruction);
    const results = [lower(contextOf(instruction))].flat();
    instruction.outputs.forEach((id, i) => void names.set(id, results[i]!));
  }
  return program.outputs.map(nameOf);
}

function refuseInstruction(instruction: BatchInstruction): never {
  if (instruction.primitive === 'random')
    refuse(
      instruction,
      'ONNX has no random numbers that can be repeated, for',
      'Random layers do nothing in inference; leave out one that draws then too.',
    );
  refuse(instruction);
}
