import { StateError } from '../errors.ts';
import type { Elements } from '../program/primitive.ts';
import type { BatchProgram } from './batch-program.ts';
import { isBatch } from './dim.ts';
import { lowerProgram } from './lower-program.ts';
import { modelMessage } from './model-message.ts';
import { OnnxGraph } from './onnx-graph.ts';
import type { OnnxOptions, OnnxTrace } from './to-onnx.ts';

/** What is written besides a program; the names of the outputs in order. */
type WriteOptions = OnnxOptions & Pick<OnnxTrace, 'outputNames'>;

/** Files of Protocol Buffers are no larger. */
const MOST_BYTES = 2 ** 31 - 1;

/**
 * A program as a file of ONNX. Its states are weights, which it must not change.
 *
 * @param values the elements of the inputs behind those of `inputNames`, then of the states
 * @throws {StateError} What ONNX has nothing for; more than 2 GB.
 * @throws {BatchError} What can be said for batches of one size only.
 */
export function writeOnnx(program: BatchProgram, values: readonly Elements[], options: WriteOptions): Uint8Array {
  const { inputNames, opset } = options;
  refuseChanges(program);
  const graph = new OnnxGraph(opset);
  const typeOf = (id: number) => program.types.get(id)!;
  const given = inputNames.map((name) => graph.name(name));
  const outputNames = options.outputNames.map((name) => graph.name(name));
  const ids = [...program.inputs.map(({ id }) => id), ...program.state.map(({ input }) => input)];
  const names = [...program.inputs, ...program.state].map(({ name }) => name);
  const batched = given.findIndex((_, i) => isBatch(typeOf(ids[i]!).dims[0]));
  if (batched >= 0) graph.setBatchInput(given[batched]!);
  const weights = values.map((data, i) => {
    const place = given.length + i;
    const { dtype, dims } = typeOf(ids[place]!);
    return graph.initializer(names[place]!, { dtype, dims: dims as readonly number[], data });
  });
  const results = lowerProgram(graph, program, [...given, ...weights]);
  for (const [i, value] of results.entries()) graph.output(value, outputNames[i]!);
  const parts = graph.parts(
    options.name,
    given.map((name, i) => graph.info(name, typeOf(ids[i]!))),
    outputNames.map((name, i) => graph.info(name, typeOf(program.outputs[i]!))),
  );
  const message = modelMessage(parts, opset);
  if (message.size > MOST_BYTES) {
    throw new StateError(
      `export: the model takes ${(message.size / 2 ** 30).toFixed(1)} GiB, and a file of ONNX has at most 2. Export it in parts, or save it as .keras.`,
    );
  }
  return message.toBytes();
}

/** Throws where a call changes state. */
function refuseChanges({ state }: BatchProgram): void {
  const changed = state.find(({ input, output }) => input !== output);
  if (!changed) return;
  const owner = changed.name.slice(0, Math.max(0, changed.name.lastIndexOf('/')));
  const remedy =
    changed.kind === 'rng'
      ? 'Leave out of the exported model what draws random numbers in inference.'
      : 'Make the layer with `stateful: false`, or leave it out of the exported model.';
  throw new StateError(
    `export: each call changes '${changed.name}'${owner && ` of '${owner}'`}, and a graph of ONNX keeps nothing from call to call. ${remedy}`,
  );
}
