import { expect, test } from 'vitest';
import { Callable } from './callable.ts';

class Sum extends Callable {
  static readonly unit = 'apples';
  readonly start: number;
  #calls = 0;

  constructor(start: number) {
    super();
    this.start = start;
  }

  override apply(inputs: number, { twice = false }: { twice?: boolean } = {}): number {
    this.#calls++;
    return this.start + inputs * (twice ? 2 : 1);
  }

  get calls(): number {
    return this.#calls;
  }
}

class Product extends Sum {
  override apply(inputs: number): number {
    super.apply(inputs);
    return this.start * inputs;
  }
}

const asFunction = (object: Callable) => object as unknown as (inputs: number, options?: object) => number;

test('an object is a function that forwards to its apply', () => {
  const sum = new Sum(1);
  expect(asFunction(sum)(2)).toBe(3);
  expect(asFunction(sum)(2, { twice: true })).toBe(5);
  expect([1, 2].map((x) => asFunction(sum)(x))).toEqual([2, 3]);
  expect(sum.calls).toBe(4);
});

test('it has its class, its fields and its private members; subclasses override', () => {
  const product = new Product(3);
  expect(product).toBeInstanceOf(Sum);
  expect(product.constructor).toBe(Product);
  expect((product.constructor as typeof Sum).unit).toBe('apples');
  expect(asFunction(product)(5)).toBe(15);
  expect(product.calls).toBe(1);
  expect(Object.keys(product)).toEqual(['start']);
});
