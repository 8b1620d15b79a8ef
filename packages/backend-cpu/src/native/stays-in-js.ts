import { type Attributes, type KernelSpec, sizeOf } from '@capas/core';
import { slice_util, type TensorInfo } from '@tensorflow/tfjs-core';

/** Whether a call is better left to the kernel in JavaScript, or can be carried out there only. */
export function staysInJs({ name, kind }: KernelSpec, inputs: readonly TensorInfo[], attrs: Attributes): boolean {
  if (kind === 'source' || WITHOUT_COPY.has(name)) return true;
  if (name === 'Cast' && attrs.dtype === inputs[0]!.dtype) return true;
  if (name === 'Slice' && isContiguous(inputs[0]!, attrs)) return true;
  let size = 0;
  for (const { shape, dtype } of inputs) {
    if (dtype === 'complex64' || dtype === 'string') return true;
    size += sizeOf(shape);
  }
  return kind === 'elementwise' && size < WORTH_A_CALL;
}

/** Kernels whose result shares the memory of their input. */
const WITHOUT_COPY: ReadonlySet<string> = new Set(['ExpandDims', 'Identity', 'Reshape']);

/** A call of native code takes as long as JavaScript for so many elements: 3 to 4 microseconds. */
const WORTH_A_CALL = 128;

/** One copy in JavaScript; and where it begins changes from call to call, so that it would be compiled each time. */
function isContiguous({ shape }: TensorInfo, { begin, size }: Attributes): boolean {
  const [starts, sizes] = slice_util.parseSliceParams({ shape } as TensorInfo, begin as number[], size as number[]);
  return slice_util.isSliceContinous(shape, starts!, sizes!);
}
