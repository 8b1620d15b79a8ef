import { engine } from '@tensorflow/tfjs-core';
import { HostArray } from '../tensor/host-array.ts';
import { scope } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { hostToTensor } from '../tensor/to-tensor.ts';
import type { Trace } from '../trace/trace-types.ts';

/**
 * Runs a trace on the kernels of the active backend, one by one: the variables get their new values. Returns the outputs,
 * which are the caller's.
 */
export function replay(trace: Trace, inputs: readonly Tensor[]): Tensor[] {
  return scope(() => {
    const tensors = new Map<number, Tensor>();
    const at = (id: number): Tensor => tensors.get(id)!;
    trace.inputs.forEach(({ id }, i) => void tensors.set(id, inputs[i]!));
    for (const { id, tensor } of trace.captured) tensors.set(id, tensor);
    // copies: what was read before an update stays what it was
    for (const { input, variable } of trace.state) tensors.set(input, variable.value.clone());
    for (const { id, data } of trace.constants) {
      const { shape, dtype } = trace.types[id]!;
      tensors.set(id, hostToTensor(new HostArray(data.slice() as Float32Array, shape, dtype as 'float32')));
    }
    for (const { kernel, inputs: ids, attrs, outputs } of trace.calls) {
      const given = Array.isArray(ids)
        ? (ids as readonly number[]).map(at)
        : Object.fromEntries(Object.entries(ids).map(([name, id]) => [name, at(id as number)]));
      const results = [engine().runKernel(kernel, given as Record<string, Tensor>, { ...attrs } as never)].flat();
      outputs.forEach((id, i) => void tensors.set(id, results[i] as Tensor));
    }
    const results = trace.outputs.map((id) => at(id).clone());
    for (const { variable, input, output } of trace.state) if (output !== input) variable.assign(at(output));
    return results;
  });
}
