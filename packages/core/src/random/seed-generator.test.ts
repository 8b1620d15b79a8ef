import { afterEach, beforeAll, expect, test } from 'vitest';
import { memory, scope } from '../tensor/scope.ts';
import { startJsBackend } from '../testing/js-backend.ts';
import { uniform } from './random-ops.ts';
import { drawSeed, SeedGenerator, setSeed } from './seed-generator.ts';

beforeAll(startJsBackend);
afterEach(() => setSeed(0));

const values = (seeds: SeedGenerator) => scope(() => [...uniform([3], { seed: seeds }).dataSync()]);

test('a generator counts its draws', () => {
  using seeds = new SeedGenerator(42);
  expect(scope(() => [...seeds.next().dataSync()])).toEqual([42, 0]);
  expect(scope(() => [...seeds.next().dataSync()])).toEqual([42, 1]);
  expect([...seeds.state.value.dataSync()]).toEqual([42, 2]);
});

test('a state that was handed out does not change with the next draw', () => {
  using seeds = new SeedGenerator(1);
  scope(() => {
    const first = seeds.next();
    seeds.next();
    expect([...first.dataSync()]).toEqual([1, 0]);
  });
});

test('draws differ, and generators of one seed give the same sequence', () => {
  using a = new SeedGenerator(7);
  using b = new SeedGenerator(7);
  const first = values(a);
  expect(values(a)).not.toEqual(first);
  expect(values(b)).toEqual(first);
});

test('setSeed starts the process-wide sequence again', () => {
  const draw = () => {
    setSeed(5);
    return [drawSeed(), drawSeed(), scope(() => [...uniform([2]).dataSync()])];
  };
  const first = draw();
  expect(draw()).toEqual(first);
  expect(first[0]).not.toBe(first[1]);
  setSeed(6);
  expect(drawSeed()).not.toBe(first[0]);
});

test('a drawn seed is a 31-bit integer', () => {
  setSeed(9);
  for (let i = 0; i < 100; i++) {
    const seed = drawSeed();
    expect(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 31).toBe(true);
  }
});

test('seeds are whole numbers', () => {
  expect(() => setSeed(1.5)).toThrow('setSeed: `seed` must be');
  expect(() => new SeedGenerator(Number.NaN)).toThrow('SeedGenerator: `seed` must be');
});

test('a generator frees its state', () => {
  const before = memory().tensors;
  const seeds = new SeedGenerator(1);
  scope(() => {
    seeds.next();
  });
  seeds.dispose();
  expect(memory().tensors).toBe(before);
});
