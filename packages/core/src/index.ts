export { gradients, type ValueAndGradients, valueAndGradients } from './autodiff.ts';
export type { Bound, DeviceBuffer, Executable, Executor } from './backend/executor.ts';
export type { BackendProvider, LoadedBackend, ProbeResult } from './backend/provider.ts';
export { activeBackend, backendReport, type ProviderReport, ready, useBackend } from './backend/select.ts';
export { type ActiveBackend, activeExecutor, noticeOnce, requireBackend } from './backend/session.ts';
export type { TensorMethods } from './backend/tensor-methods.ts';
export {
  freeWhenForgotten,
  hasKernel,
  installTfjs,
  kernelNames,
  registerFallbackKernels,
  registerKernelOnce,
  registerOwnKernels,
  replaceKernel,
} from './backend/tfjs-bridge.ts';
export { canonicalName, requireInteger, requireNumber, requireOneOf, requirePositiveInteger } from './check.ts';
export { type CompileStepOptions, compileStep, traceStep } from './compile/compile-step.ts';
export type { CompiledStep, StepTimes } from './compile/compiled-step.ts';
export { evaluateKernel } from './compile/evaluate-kernel.ts';
export { type BatchedData, CURSOR, ORDER } from './compile/gather-batches.ts';
export { jsExecutor } from './compile/js-executor.ts';
export { type CallTypes, callSignature, planKernel } from './compile/kernel-program.ts';
export { elementsOf } from './compile/residence.ts';
export * as config from './config.ts';
export { type DataFormat, isChannelsFirst } from './data-format.ts';
export { environment } from './debug-output.ts';
export * as dtypePolicies from './dtype-policies/index.ts';
export {
  ArgumentError,
  BackendError,
  CapasError,
  FileFormatError,
  nearest,
  ShapeError,
  StateError,
  show,
  showShape,
  UnknownNameError,
} from './errors.ts';
export { adamKernel } from './fused/adam-kernel.ts';
export { ADAM_KERNEL, type AdamFactors, type AdamInputs, adamUpdate } from './fused/adam-update.ts';
export { squareByParts } from './gradient-slices.ts';
export { kernelSpecs } from './kernels/index.ts';
export { NARROW_KERNEL } from './kernels/narrow.ts';
export type { Attributes, GradientContext, GradientRule, KernelKind, KernelSpec, TensorSpec } from './kernels/spec.ts';
export { type OnnxFile, type OnnxOptions, type OnnxTrace, toOnnx } from './onnx/to-onnx.ts';
export { transposedLength } from './ops/conv.ts';
export * as ops from './ops/index.ts';
export { findKerasOp, type KerasOp } from './ops/keras-op.ts';
export { disassemble } from './plan/disassemble.ts';
export { DISTRIBUTIONS, DTYPES, FLAGS, FUNCTIONS, OPCODES, type Opcode, REDUCE_KINDS } from './plan/opcodes.ts';
export type { Plan, PlannedInstruction, Segment, Slot, SlotPlace } from './plan/plan.ts';
export { type PlanOptions, planProgram } from './plan/plan-program.ts';
export { boundOf } from './profile/bound.ts';
export { chromeTrace } from './profile/chrome-trace.ts';
export type { GroupProfile, InstructionProfile, Speed } from './profile/instruction-profile.ts';
export { Profile } from './profile/profile.ts';
export type { ProfileTextOptions } from './profile/profile-text.ts';
export type { Elements, HostValue } from './program/primitive.ts';
export type { ProgramDType } from './program/program.ts';
export * as random from './random/index.ts';
export { fillRandomBits, fillUniform, philoxBlock, shuffledIndices } from './random/philox.ts';
export { fillRandom, RANDOM_KERNEL, type RandomAttributes } from './random/random-kernel.ts';
export {
  drawSeed,
  type RandomState,
  randomState,
  restoreRandomState,
  SeedGenerator,
  setSeed,
} from './random/seed-generator.ts';
export { type DType, type HostData, type HostDType, tensorDType } from './tensor/dtype.ts';
export { HostArray } from './tensor/host-array.ts';
export { allToNarrowFloat, isNarrowFloat, type NarrowFloat, toNarrowFloat } from './tensor/narrow-float.ts';
export {
  readSafetensors,
  readSafetensorsHeader,
  type SafetensorsEntry,
  type SafetensorsHeader,
  type SafetensorsOptions,
  writeSafetensors,
} from './tensor/safetensors.ts';
export { dispose, keep, type MemoryInfo, memory, scope, type TensorTree } from './tensor/scope.ts';
export { broadcastShapes, type PartialShape, positiveAxis, type Shape, sameShape, sizeOf } from './tensor/shape.ts';
export type { Tensor } from './tensor/tensor.ts';
export { hostToTensor, type TensorLike, toTensor } from './tensor/to-tensor.ts';
export type { TensorsOf, Tree } from './tensor/tree.ts';
export { Variable, type VariableKind, type VariableOptions } from './tensor/variable.ts';
export type { LoweredTrace } from './trace/lower-trace.ts';
export { withOrigin } from './trace/origin.ts';
export type { TraceInput } from './trace/trace.ts';
export { TraceError } from './trace/trace-error.ts';
export * as tree from './tree.ts';
export { writeWhole } from './write-whole.ts';
