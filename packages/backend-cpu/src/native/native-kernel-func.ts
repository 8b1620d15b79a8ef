import {
  type Attributes,
  callSignature,
  type Elements,
  elementsOf,
  type KernelSpec,
  type Plan,
  type ProgramDType,
  planKernel,
  type TensorSpec,
} from '@capas/core';
import type { KernelFunc, NamedAttrMap, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core';
import type { JsBackend } from '../js/js-space.ts';
import type { CompiledKernel } from './compiled-kernel.ts';
import type { RecentCache } from './recent-cache.ts';
import { staysInJs } from './stays-in-js.ts';

/** A kernel for inputs of certain shapes; `'js'` where native code would need JavaScript in between. */
export type CompiledCall = CompiledKernel | 'js';

/** What the kernels share. */
export interface NativeKernelOptions {
  /** The same kernel in JavaScript, on the same tensors. */
  readonly js: KernelFunc | undefined;
  readonly cache: RecentCache<CompiledCall>;
  readonly compile: (plan: Plan) => CompiledKernel;
}

/** A kernel in native code, compiled when it is first called with inputs of certain shapes; `undefined` without primitives. */
export function nativeKernelFunc(
  spec: KernelSpec,
  { js, cache, compile }: NativeKernelOptions,
): KernelFunc | undefined {
  const { infer } = spec;
  if (!spec.lower || !infer) return undefined;
  let givesList: boolean | undefined;
  return (call) => {
    const storage = call.backend as JsBackend;
    const attrs = (call.attrs ?? {}) as NamedAttrMap as Attributes;
    const inputs = presentOf(call.inputs as NamedTensorInfoMap);
    const given = Object.values(inputs);
    if (js && staysInJs(spec, given, attrs)) return js(call);
    const compiled = cache.get(spec.name + callSignature(inputs as Record<string, TensorSpec>, attrs), () => {
      const plan = planKernel(spec, { inputs: inputs as Record<string, TensorSpec>, attrs });
      return plan.segments.some(({ kind }) => kind === 'host') ? 'js' : compile(plan);
    });
    if (compiled === 'js') return js!(call);
    const results = runOr(
      compiled,
      given.map((info) => elements(storage, info)),
      () => js?.(call),
    );
    const infos = results.map((values, i) => {
      const { shape, dtype } = compiled.outputs[i]!;
      return storage.makeTensorInfo([...shape], dtype, values);
    });
    // a kernel of a list of outputs gives a list of one too
    givesList ??= Array.isArray(infer(inputs as never, attrs));
    return givesList ? infos : infos[0]!;
  };
}

/** Runs a kernel; if it fails, the one in JavaScript says what is wrong, in terms of the caller. */
function runOr(compiled: CompiledKernel, inputs: readonly Elements[], inJs: () => unknown): readonly Elements[] {
  try {
    return compiled.run(inputs);
  } catch (error) {
    inJs();
    throw error;
  }
}

/** The inputs that are there; optional ones may be absent. */
function presentOf(inputs: NamedTensorInfoMap): Record<string, TensorInfo> {
  const present: Record<string, TensorInfo> = {};
  for (const name in inputs) {
    const input = inputs[name];
    if (input) present[name] = input as TensorInfo;
  }
  return present;
}

/** The values of a tensor, in an array of its dtype: some kernels of tfjs leave others. */
function elements(storage: JsBackend, { dataId, dtype }: TensorInfo): Elements {
  const data = storage.data.get(dataId);
  return elementsOf(data.values, dtype as ProgramDType);
}
