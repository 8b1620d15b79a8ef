import { type Elements, type Plan, sizeOf } from '@capas/core';
import { bytesOf } from './host-buffer.ts';
import type { NativeBinding, NativeKernel } from './native-binding.ts';
import { explained, layOut } from './native-layout.ts';

/** The type of an output. */
export interface OutputType {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
}

/** A kernel for inputs of certain shapes, in native code. */
export class CompiledKernel {
  readonly outputs: readonly OutputType[];
  readonly #plan: Plan;
  readonly #native: NativeKernel;
  /** Which of the inputs and outputs lies at each slot that is bound. */
  readonly #order: readonly number[];

  /** @param plan without instructions of the host */
  constructor(binding: NativeBinding, plan: Plan) {
    const { inputs, outputs, types } = plan.program;
    this.outputs = outputs.map((id) => types.get(id) as OutputType);
    this.#plan = plan;
    const { places, arenaBytes, constants } = layOut(plan);
    const bound = plan.slots.flatMap(({ place }, slot) => {
      if (place.kind === 'input') return [[slot, place.index] as const];
      return place.kind === 'output' ? [[slot, inputs.length + place.index] as const] : [];
    });
    this.#order = bound.map(([, array]) => array);
    const slots = Uint32Array.from(bound, ([slot]) => slot);
    this.#native = this.#call(() => new binding.NativeKernel(plan.words, places, arenaBytes, slots));
    for (const [slot, data] of constants) this.#native.writeSlot(slot, bytesOf(data));
  }

  /**
   * The outputs, in new arrays.
   *
   * @param inputs in the order of the program's
   * @throws BackendError naming the instruction
   */
  run(inputs: readonly Elements[]): readonly Elements[] {
    const outputs = this.outputs.map(allocate);
    const arrays = [...inputs, ...outputs];
    this.#call(() => this.#native.run(this.#order.map((i) => arrays[i]!)));
    return outputs;
  }

  #call<Result>(action: () => Result): Result {
    try {
      return action();
    } catch (error) {
      throw explained(error, this.#plan);
    }
  }
}

function allocate({ shape, dtype }: OutputType): Elements {
  const size = sizeOf(shape);
  if (dtype === 'float32') return new Float32Array(size);
  return dtype === 'int32' ? new Int32Array(size) : new Uint8Array(size);
}
