import { HostArray, ops, type Tensor } from '@capas/core';
import { HeldValues } from './held-values.ts';

/** A map from integers to integers that is looked up in `ops`, by halving: `⌈log₂ entries⌉` steps, and no more memory. */
export class IntegerTable {
  #entries: readonly (readonly [key: number, value: number])[] = [];
  readonly #keys = new HeldValues('keys');
  readonly #values = new HeldValues('values');

  /** Holds other entries from now on; every key is there once. */
  hold(entries: Iterable<readonly [key: number, value: number]>): void {
    this.dispose();
    this.#entries = [...entries].sort(([a], [b]) => a - b);
  }

  /** The value of each key, int32; where there is none, that of `missing`. */
  find(wanted: Tensor, missing: Tensor | number): Tensor {
    const size = this.#entries.length;
    const otherwise = ops.broadcastTo(ops.cast(missing, 'int32'), wanted.shape);
    if (size === 0) return otherwise;
    const keys = this.#keys.value(() => this.#column(0));
    // the place of the last key that is not greater
    let place = ops.zerosLike(wanted, { dtype: 'int32' });
    for (let step = 2 ** Math.floor(Math.log2(size)); step >= 1; step /= 2) {
      const next = ops.add(place, ops.fullLike(place, step));
      const isInside = ops.less(next, size);
      const key = ops.take(keys, ops.where(isInside, next, place), { axis: 0 });
      place = ops.where(ops.logicalAnd(isInside, ops.lessEqual(key, wanted)), next, place);
    }
    const isFound = ops.equal(ops.take(keys, place, { axis: 0 }), wanted);
    return ops.where(
      isFound,
      ops.take(
        this.#values.value(() => this.#column(1)),
        place,
        { axis: 0 },
      ),
      otherwise,
    );
  }

  /** Frees the tensors; the entries stay. */
  dispose(): void {
    this.#keys.dispose();
    this.#values.dispose();
  }

  #column(side: 0 | 1): HostArray {
    return new HostArray(Int32Array.from(this.#entries, (entry) => entry[side]));
  }
}
