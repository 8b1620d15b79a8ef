import {
  advance,
  type Code,
  type FunctionCode,
  floats,
  get,
  integers,
  lanes,
  loopDown,
  number,
  set,
  splatInteger,
  storeVector,
  wordLanes,
} from '../assembler.ts';

/**
 * `(out, groups, seed, counter)`: fills `out` with 16 random words for each group, or with floats in [0, 1): the bits of
 * `fillRandomBits` and `fillUniform` of core. Four blocks of Philox 4×32 at a time, one in each lane.
 */
export const philox = (name: string, uniform: boolean): FunctionCode => {
  const [out, groups, seed, counter] = [0, 1, 2, 3] as const;
  const firstVector = 4;
  const block = firstVector;
  const key = firstVector + 1;
  let vectors = 2;
  const body: number[] = [];
  const keep = (value: Code): Code => {
    const local = firstVector + vectors++;
    body.push(...set(local, value));
    return get(local);
  };
  let words: [Code, Code, Code, Code] = [get(block), integers(0), keep(splatInteger(get(counter))), integers(0)];
  for (let round = 0; round < 10; round++) {
    const [c0, c1, c2, c3] = words;
    const key0 = lanes.intAdd(get(key), integers(Math.imul(round, W0)));
    const key1 = integers(Math.imul(round, W1));
    const high0 = upperWords(c0, M0);
    const high1 = upperWords(c2, M1);
    words = [
      keep(lanes.xor(lanes.xor(high1, c1), key0)),
      keep(lanes.intMultiply(c2, integers(M1))),
      keep(lanes.xor(lanes.xor(high0, c3), key1)),
      keep(lanes.intMultiply(c0, integers(M0))),
    ];
  }
  // one block to a lane becomes one block after the other
  const pairs = [
    [words[0], words[1]],
    [words[2], words[3]],
  ] as const;
  const [front, back] = [
    pairs.map(([a, b]) => keep(wordLanes(a, b, [0, 4, 1, 5]))),
    pairs.map(([a, b]) => keep(wordLanes(a, b, [2, 6, 3, 7]))),
  ] as const;
  const blocks = [front, back].flatMap(([a, b]) => [wordLanes(a!, b!, [0, 1, 4, 5]), wordLanes(a!, b!, [2, 3, 6, 7])]);
  const toUniform = (bits: Code): Code => lanes.multiply(lanes.toFloat(lanes.shiftRight(bits, 8)), floats(2 ** -24));
  return {
    name,
    parameters: 4,
    integers: 0,
    vectors,
    body: [
      ...set(block, integers(0, 1, 2, 3)),
      ...set(key, splatInteger(get(seed))),
      ...loopDown(groups, [
        ...body,
        ...blocks.flatMap((words, i) => storeVector(get(out), uniform ? toUniform(words) : words, 16 * i)),
        ...set(block, lanes.intAdd(get(block), integers(4))),
        ...advance(out, number(64)),
      ]),
    ],
  };
};

const M0 = 0xd2511f53;
const M1 = 0xcd9e8d57;
const W0 = 0x9e3779b9;
const W1 = 0xbb67ae85;

/** The upper halves of the products with a word. */
const upperWords = (a: Code, b: number): Code =>
  wordLanes(lanes.longMultiplyLow(a, integers(b)), lanes.longMultiplyHigh(a, integers(b)), [1, 3, 5, 7]);
