import { elementsOf } from '../compile/residence.ts';
import { hoistInvariants } from '../passes/hoist-invariants.ts';
import { hoistLoopProducts } from '../passes/hoist-loop-products.ts';
import { recognizeLogSoftmax } from '../passes/recognize-log-softmax.ts';
import { removeDeadCode } from '../passes/remove-dead-code.ts';
import { removeIdentities } from '../passes/remove-identities.ts';
import { runPasses } from '../passes/run-passes.ts';
import { shareCommonInstructions } from '../passes/share-common-instructions.ts';
import { simplifyAlgebra } from '../passes/simplify-algebra.ts';
import { simplifyLoops } from '../passes/simplify-loops.ts';
import { sinkTransposes } from '../passes/sink-transposes.ts';
import type { ProgramDType } from '../program/program.ts';
import { commonProgram } from './batch-program.ts';
import { BatchError } from './dim.ts';
import type { OnnxFile, OnnxOptions, OnnxTrace } from './to-onnx.ts';
import { writeOnnx } from './write-onnx.ts';

/** The passes that leave primitives for which ONNX has operators: fewer instructions, none fused. */
const passes = [
  removeDeadCode,
  simplifyLoops,
  sinkTransposes,
  removeIdentities,
  simplifyAlgebra,
  removeIdentities,
  shareCommonInstructions,
  hoistInvariants,
  hoistLoopProducts,
  shareCommonInstructions,
  simplifyLoops,
  recognizeLogSoftmax,
];

/** Two sizes of batches that are no dimension of a model by chance: what is different for them, the batch makes so. */
const SIZES = [29, 31] as const;

/**
 * Writes a function as a file of ONNX. See `toOnnx`.
 *
 * @param batch the size of batches; `null`: any, or 1 where the graph depends on it
 */
export async function traceToOnnx(
  traceWith: (batch: number) => OnnxTrace,
  batch: number | null,
  options: OnnxOptions,
): Promise<OnnxFile> {
  if (batch !== null) return { bytes: await write([traceWith(batch)], [batch], options), fixedBecause: undefined };
  try {
    return { bytes: await write(SIZES.map(traceWith), SIZES, options), fixedBecause: undefined };
  } catch (error) {
    if (!(error instanceof BatchError)) throw error;
    return { bytes: await write([traceWith(1)], [1], options), fixedBecause: error.message };
  }
}

async function write(
  traces: readonly OnnxTrace[],
  sizes: readonly number[],
  options: OnnxOptions,
): Promise<Uint8Array> {
  const programs = traces.map(({ traced }, i) => ({
    program: runPasses(traced.program, { passes }),
    batch: sizes[i]!,
  }));
  const common = commonProgram(programs[0]!, programs.at(-1)!);
  const [{ traced, outputNames }] = traces as [OnnxTrace];
  const tensors = [...traced.captured, ...traced.variables.map(({ value }) => value)];
  const values = await Promise.all(
    tensors.map(async (tensor) => elementsOf(await tensor.data(), tensor.dtype as ProgramDType)),
  );
  return writeOnnx(common, values, { ...options, outputNames });
}
