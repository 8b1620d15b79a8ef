import { type HostArray, toTensor, Variable } from '@capas/core';

/**
 * Values that a layer computes with and that are no weights: a table, boundaries. They become a tensor at their first use. After
 * {@link dispose} others may take their place, and what was compiled with the old ones is found out.
 */
export class HeldValues {
  readonly #name: string;
  #variable: Variable | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  /** The values, made now if they are not there. */
  value(make: () => HostArray): Variable {
    if (this.#variable) return this.#variable;
    const array = make();
    this.#variable = new Variable({
      name: this.#name,
      shape: array.shape,
      dtype: array.dtype as 'float32',
      trainable: false,
      initializer: () => toTensor(array),
    });
    return this.#variable;
  }

  /** Forgets the values. */
  dispose(): void {
    this.#variable?.dispose();
    this.#variable = undefined;
  }
}
