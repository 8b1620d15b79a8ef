import type { LoweredTrace } from '../trace/lower-trace.ts';

/** What is written besides what a function computes. */
export interface OnnxOptions {
  /** The name of the graph. */
  readonly name: string;
  /** The version of the set of operators. */
  readonly opset: number;
  /** The names of the inputs, in order. */
  readonly inputNames: readonly string[];
}

/** A function as it was traced, and the names of its outputs, in order. */
export interface OnnxTrace {
  readonly traced: LoweredTrace;
  readonly outputNames: readonly string[];
}

/** A function as ONNX. */
export interface OnnxFile {
  readonly bytes: Uint8Array;
  /** Why it takes batches of one size only; `undefined` if it takes any, or that size was asked for. */
  readonly fixedBecause: string | undefined;
}

/**
 * Writes a function as a file of ONNX: variables as initializers, under their paths. The code for it is loaded when it is first needed.
 *
 * For batches of any size it is traced with two: what is larger for the larger one in proportion is a multiple of the batch.
 *
 * @param traceWith the function for batches of a size
 * @param batch the size of batches; `null`: any, or 1 where the function depends on it in a way that ONNX cannot say
 * @throws {StateError} What ONNX has nothing for, by op and layer; state that changes; more than 2 GB.
 * @see https://github.com/onnx/onnx/blob/main/docs/Operators.md
 */
export async function toOnnx(
  traceWith: (batch: number) => OnnxTrace,
  batch: number | null,
  options: OnnxOptions,
): Promise<OnnxFile> {
  const { traceToOnnx } = await import('./trace-to-onnx.ts');
  return await traceToOnnx(traceWith, batch, options);
}
