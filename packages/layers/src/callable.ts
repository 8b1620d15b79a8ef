/**
 * The root of all layers: an object of a subclass is a function that forwards to its own `apply`, so that
 * `dense({ units: 4 })(x)` works while `instanceof`, fields and private members behave as in any class.
 */
export abstract class Callable {
  constructor() {
    const self = ((inputs: unknown, options?: unknown) => self.apply(inputs, options)) as unknown as this;
    // biome-ignore lint/correctness/noConstructorReturn: subclasses install their fields on the function
    return Object.setPrototypeOf(self, new.target.prototype) as this;
  }

  abstract apply(inputs: unknown, options?: unknown): unknown;
}
