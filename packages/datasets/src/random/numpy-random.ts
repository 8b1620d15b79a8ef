const N = 624;
const M = 397;

/**
 * NumPy's legacy generator `numpy.random.RandomState(seed)`: MT19937 and its way of shuffling, so that a data set comes
 * in the very order that Keras gives it. Not for anything else: the random numbers of models come from `random` of core.
 *
 * @see M. Matsumoto, T. Nishimura, "Mersenne Twister", ACM TOMACS 8 (1998)
 */
export class NumpyRandom {
  readonly #state = new Uint32Array(N);
  #index = N;

  constructor(seed: number) {
    const state = this.#state;
    state[0] = seed;
    for (let i = 1; i < N; i++) {
      const previous = state[i - 1]! ^ (state[i - 1]! >>> 30);
      state[i] = Math.imul(1812433253, previous) + i;
    }
  }

  /** The next 32 random bits as an unsigned integer. */
  uint32(): number {
    if (this.#index === N) this.#refill();
    let y = this.#state[this.#index++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  /** The numbers 0 … `length - 1` in the order that `RandomState.shuffle(numpy.arange(length))` leaves. */
  shuffledIndices(length: number): Int32Array {
    const indices = Int32Array.from({ length }, (_, i) => i);
    for (let i = length - 1; i > 0; i--) {
      const j = this.#atMost(i);
      const kept = indices[i]!;
      indices[i] = indices[j]!;
      indices[j] = kept;
    }
    return indices;
  }

  /** An integer from 0 to `max`, drawn again while the bits of `max`'s length exceed it. */
  #atMost(max: number): number {
    const mask = 2 ** (32 - Math.clz32(max)) - 1;
    for (;;) {
      const value = (this.uint32() & mask) >>> 0;
      if (value <= max) return value;
    }
  }

  #refill(): void {
    const state = this.#state;
    for (let i = 0; i < N; i++) {
      const y = (state[i]! & 0x80000000) | (state[(i + 1) % N]! & 0x7fffffff);
      state[i] = state[(i + M) % N]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.#index = 0;
  }
}
