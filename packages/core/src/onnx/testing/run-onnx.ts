import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { allocate, type HostValue } from '../../program/primitive.ts';
import type { ProgramDType } from '../../program/program.ts';

/** Runs a file of ONNX in ONNX Runtime on inputs by their names; its outputs in order. */
export async function runOnnx(
  bytes: Uint8Array,
  inputs: Readonly<Record<string, HostValue>>,
): Promise<readonly HostValue[]> {
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 3 });
  try {
    const feeds = Object.entries(inputs).map(([name, value]) => [name, tensorOf(value)]);
    const results = await session.run(Object.fromEntries(feeds));
    return session.outputNames.map((name) => hostValue(results[name]!));
  } finally {
    await session.release();
  }
}

const tensorOf = ({ type, data }: HostValue): OrtTensor => new OrtTensor(type.dtype, data, [...type.shape]);

function hostValue({ type, dims, data }: OrtTensor): HostValue {
  const own = { dtype: type as ProgramDType, shape: dims };
  const elements = allocate(own);
  elements.set(data as Float32Array);
  return { type: own, data: elements };
}
