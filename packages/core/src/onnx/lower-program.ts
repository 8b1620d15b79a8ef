import type { ValueId } from '../program/program.ts';
import type { Shape } from '../tensor/shape.ts';
import type { BatchConstant, BatchInstruction, BatchProgram, BatchType } from './batch-program.ts';
import { type Dim, multiplyDims, sameDim } from './dim.ts';
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
    const type = typeOf(id);
    const name =
      constant.step === undefined
        ? repeatedTo(graph, storedName(constant), constant.dims, type.dims)
        : progression(graph, constant, type);
    names.set(id, name);
    return name;
  };
  const contextOf = (instruction: BatchInstruction): LoweringContext => {
    const { inputs: ids } = instruction;
    const isUniform = (place: number): boolean => {
      const constant = constants.get(ids[place]!);
      return constant?.dims.length === 0 && constant.step === undefined;
    };
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

/** A value repeated to a shape, where it does not have it. */
const repeatedTo = (graph: OnnxGraph, value: string, from: Shape, dims: readonly Dim[]): string =>
  from.length === dims.length && from.every((dim, i) => sameDim(dim, dims[i]!))
    ? value
    : broadcastTo(graph, value, dims);

/** Whole numbers in equal steps, as many as the batch asks for. */
function progression(graph: OnnxGraph, { data, step }: BatchConstant, { dims, dtype }: BatchType): string {
  const count = dims.reduce(multiplyDims, 1);
  const places = [graph.scalar(0, 'int64'), graph.size(count), graph.scalar(1, 'int64')];
  const steps = graph.node('Mul', [graph.node('Range', places), graph.scalar(step!, 'int64')]);
  const values = graph.node('Add', [steps, graph.scalar(data[0]!, 'int64')]);
  return graph.reshape(graph.cast(values, dtype), dims);
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
