/**
 * Data of the programs' shapes that can be learned, the same for every side: float32 and int32 arrays in files of their own.
 */
import { closeSync, mkdirSync, openSync, readSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { programs } from './programs.mjs';

const MNIST_ROWS = 60000;
const CIFAR_ROWS = 2000;

/** Numbers in 0…1 that look random, the same in each run (mulberry32). */
function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Images of ten classes: a pattern for each class, and noise on it. */
function images(rows, size) {
  const random = generator(1);
  const patterns = Array.from({ length: 10 }, () => Float32Array.from({ length: size }, random));
  const noise = Float32Array.from({ length: 8191 }, random);
  const labels = Int32Array.from({ length: rows }, () => Math.floor(10 * random()));
  const values = new Float32Array(rows * size);
  for (let row = 0, i = 0; row < rows; row++) {
    const pattern = patterns[labels[row]];
    for (let j = 0; j < size; j++, i++) values[i] = 0.5 * (pattern[j] + noise[i % 8191]);
  }
  return { values, labels };
}

/** Rows of 80 words out of 20,000; one word in eight says which of two classes the row is of. */
function words(rows) {
  const random = generator(2);
  const labels = Float32Array.from({ length: rows }, () => Math.round(random()));
  const values = Int32Array.from({ length: rows * 80 }, (_, i) => {
    return i % 8 === 0 ? Math.floor((random() + labels[Math.floor(i / 80)]) * 1000) : Math.floor(20000 * random());
  });
  return { x: { values, shape: [rows, 80] }, y: { values: labels, shape: [rows, 1] } };
}

const oneHot = (labels) =>
  Float32Array.from({ length: labels.length * 10 }, (_, i) => +(labels[Math.floor(i / 10)] === i % 10));

const makers = {
  mnist: (rows) => {
    const { values, labels } = images(Math.max(rows, MNIST_ROWS), 784);
    return { x: { values, shape: [labels.length, 784] }, y: { values: labels, shape: [labels.length] } };
  },
  fashion: (rows) => makers.mnist(rows),
  imdb: words,
  autoencoder: (rows) => {
    const { values } = images(rows, 784);
    return { x: { values, shape: [rows, 784] }, y: { values, shape: [rows, 784] } };
  },
  cifar: (rows) => {
    const { values, labels } = images(Math.max(rows, CIFAR_ROWS), 32 * 32 * 3);
    const { length } = labels;
    return { x: { values, shape: [length, 32, 32, 3] }, y: { values: oneHot(labels), shape: [length, 10] } };
  },
};

/** Writes the data of a program. `x` and `y`: `{ file, shape, dtype }`. */
export function writeData(folder, name) {
  mkdirSync(folder, { recursive: true });
  const { batch, steps } = programs[name];
  const write = ([key, { values, shape }]) => {
    const file = join(folder, `${name}-${key}.bin`);
    writeFileSync(file, values);
    return [key, { file, shape, dtype: values instanceof Int32Array ? 'int32' : 'float32' }];
  };
  return Object.fromEntries(Object.entries(makers[name](batch * steps)).map(write));
}

/** The first rows of an array that was written. */
export function readRows({ file, shape: [, ...sample], dtype }, rows) {
  const shape = [rows, ...sample];
  const size = shape.reduce((product, length) => product * length, 1);
  const values = new (dtype === 'int32' ? Int32Array : Float32Array)(size);
  const descriptor = openSync(file);
  readSync(descriptor, values);
  closeSync(descriptor);
  return { values, shape, dtype };
}
