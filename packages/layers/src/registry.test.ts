import { describe, expect, expectTypeOf, test } from 'vitest';
import { type EitherCase, findByName, lookup } from './registry.ts';

class Thing {
  readonly config: { readonly inputDim?: number };
  constructor(config: { readonly inputDim?: number } = {}) {
    this.config = config;
  }
}
const isThing = (value: unknown): value is Thing => value instanceof Thing;
const table = { meanThing: (config: { readonly inputDim?: number }) => new Thing(config), l1L2: () => new Thing() };
const get = (identifier: unknown): Thing => lookup('thing', identifier, table, isThing);

describe('lookup', () => {
  test.each(['meanThing', 'mean_thing', 'MeanThing', 'meanthing'])('finds %s', (name) => {
    expect(get(name).config).toEqual({});
  });

  test('returns an instance as it is', () => {
    const thing = new Thing();
    expect(get(thing)).toBe(thing);
  });

  test('makes a serialized object with its config, in either spelling', () => {
    expect(get({ class_name: 'MeanThing', config: { input_dim: 3 } }).config).toEqual({ inputDim: 3 });
    expect(get({ className: 'meanThing', config: { inputDim: 3 } }).config).toEqual({ inputDim: 3 });
  });

  test('suggests the nearest name', () => {
    expect(() => get('mean_thong')).toThrow("Unknown thing: 'mean_thong'. Did you mean 'meanThing'?");
  });

  test('refuses what is no identifier', () => {
    expect(() => get(3)).toThrow('thing: `identifier` must be a name, a thing or { className, config }. Received: 3.');
  });

  test('is not fooled by names that every object has', () => {
    expect(() => findByName('thing', 'toString', table)).toThrow("Unknown thing: 'toString'");
  });
});

test('types know both spellings', () => {
  expectTypeOf<EitherCase<'glorotUniform' | 'l1L2'>>().toEqualTypeOf<
    'glorotUniform' | 'glorot_uniform' | 'l1L2' | 'l1_l2'
  >();
});
