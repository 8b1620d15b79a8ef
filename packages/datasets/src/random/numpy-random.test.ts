import { describe, expect, it } from 'vitest';
import { NumpyRandom } from './numpy-random.ts';

describe('NumpyRandom', () => {
  it('is MT19937: the first words of its default seed 5489', () => {
    const random = new NumpyRandom(5489);
    expect([random.uint32(), random.uint32(), random.uint32()]).toEqual([3499211612, 581869302, 3890346734]);
  });

  it('goes on in the same way after its state is used up: word 10,000 of seed 5489', () => {
    const random = new NumpyRandom(5489);
    for (let i = 1; i < 10_000; i++) random.uint32();
    expect(random.uint32()).toBe(4123659995);
  });

  // numpy.random.RandomState(seed).shuffle(numpy.arange(n)) of NumPy 2.4.6
  it.each([
    [0, 10, [2, 8, 4, 9, 1, 6, 7, 3]],
    [113, 25000, [7798, 13226, 18078, 793, 17499, 23003, 574, 19638]],
    [4294967295, 1000, [94, 405, 819, 632, 217, 169, 449, 275]],
  ])('shuffles as NumPy does with seed %i', (seed, length, start) => {
    const order = new NumpyRandom(seed).shuffledIndices(length);
    expect([...order.slice(0, 8)]).toEqual(start);
    expect(new Set(order).size).toBe(length);
  });
});
