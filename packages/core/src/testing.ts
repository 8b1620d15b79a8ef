export { CompiledStep } from './compile/compiled-step.ts';
export { pipeline } from './passes/pipeline.ts';
export { type RunPassesOptions, runPasses } from './passes/run-passes.ts';
export { randomProgram } from './passes/testing/random-program.ts';
export { randomValues } from './passes/testing/random-values.ts';
export { tilesOf } from './passes/tile-rows.ts';
export { findHazards } from './plan/testing/find-hazards.ts';
export { type InstructionCase, instructionCases, programOfCase } from './plan/testing/instruction-cases.ts';
export { type PlanRun, runPlan } from './plan/testing/run-plan.ts';
export { ProgramBuilder } from './program/builder.ts';
export { callOf, type Expression, inputOf, numberOf } from './program/expression.ts';
export { type InterpretOptions, type InterpretResult, interpret } from './program/interpret.ts';
export { parse } from './program/parse.ts';
export { print } from './program/print.ts';
export { scalarFunctions } from './program/scalar-functions.ts';
export { type BoundedValue, interpretWithBounds, isWithin } from './testing/bounded-interpret.ts';
export { conformanceCases } from './testing/conformance/cases/index.ts';
export type { ConformanceCase } from './testing/conformance/conformance-case.ts';
export type { HostTensor, HostTensorType } from './testing/conformance/host-tensor.ts';
export {
  type ConformanceOptions,
  checkCase,
  kernelsMissingOn,
  kernelsWithoutCase,
  runConformance,
  type TestApi,
} from './testing/conformance/run-conformance.ts';
export { GoldenCheck, type GoldenOutcome, gradientTolerance, missing } from './testing/golden-check.ts';
export { type GoldenMode, type OpCaseResult, runOpCase } from './testing/golden-ops.ts';
export {
  type Comparison,
  compareGolden,
  type GoldenCase,
  type GoldenGroup,
  goldensDir,
  readGoldens,
  resolveGolden,
  type Tolerance,
} from './testing/goldens.ts';
export { type RecurrentCase, recurrentCases, withGradients } from './testing/recurrent-cases.ts';
export { replay } from './testing/replay.ts';
export { runAsProgram } from './testing/run-as-program.ts';
export { type LoweredTrace, lowerTrace } from './trace/lower-trace.ts';
export { type TraceInput, type TraceOptions, trace } from './trace/trace.ts';
export { TraceError, type TracePlace, type TraceReason } from './trace/trace-error.ts';
export type { CapturedTensor, KernelCall, Trace, TraceConstant, TraceId, TraceState } from './trace/trace-types.ts';
