/** Keeps what was made last and used last, up to a number of things. */
export class RecentCache<Value> {
  readonly capacity: number;
  readonly #values = new Map<string, Value>();

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get size(): number {
    return this.#values.size;
  }

  /** What is kept under a key; else it is made. */
  get(key: string, make: () => Value): Value {
    let value = this.#values.get(key);
    if (value === undefined) {
      value = make();
      if (this.#values.size >= this.capacity) this.#values.delete(this.#values.keys().next().value!);
    } else {
      this.#values.delete(key); // so that it comes last
    }
    this.#values.set(key, value);
    return value;
  }

  clear(): void {
    this.#values.clear();
  }
}
