/**
 * Kernels of `@capas/backend-cpu` beside those of stock `@tensorflow/tfjs-backend-wasm`, in one run on the same inputs:
 * `node bench/matmul.mjs` after a build. Each line: the least time of ours and of theirs, and how many times faster ours is.
 */
import { cpus } from 'node:os';
import { cpu } from '@capas/backend-cpu';
import { useBackend } from '@capas/core';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';

const REPEATS = 30;

/** tfjs's kernels under another backend name, before ours replace them. */
const stock = new Map(tf.getKernelsForBackend('wasm').map((config) => [config.kernelName, config.kernelFunc]));
const { device } = await useBackend(cpu({ prefer: ['wasm'] }));
const backend = tf.backend();

/** The least of several times, in milliseconds, one round of each in turn so that a busy machine slows both. */
function compare(kernel, inputs, attrs, renew = () => {}) {
  const ours = tf.getKernel(kernel, 'wasm').kernelFunc;
  const least = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < REPEATS; round++) {
    for (const [i, kernelFunc] of [ours, stock.get(kernel)].entries()) {
      if (!kernelFunc) continue;
      renew();
      const start = performance.now();
      const { dataId } = kernelFunc({ inputs, attrs, backend });
      least[i] = Math.min(least[i], performance.now() - start);
      backend.disposeData(dataId);
    }
  }
  return least;
}

function report(name, flop, [ours, theirs]) {
  const speed = (ms) => `${ms.toFixed(2).padStart(8)} ms ${(flop / ms / 1e6).toFixed(1).padStart(5)} GFLOP/s`;
  const beside = Number.isFinite(theirs) ? `${speed(theirs)}  ${(theirs / ours).toFixed(1).padStart(5)}×` : '  missing';
  console.log(`${name.padEnd(44)}${speed(ours)}   stock ${beside}`);
}

const random = (shape) => tf.randomNormal(shape, 0, 1, 'float32', 1);

function product(name, m, k, n, { transposeA = false, transposeB = false, batch = [], isNew = false } = {}) {
  const a = random([...batch, ...(transposeA ? [k, m] : [m, k])]);
  const b = random([...batch, ...(transposeB ? [n, k] : [k, n])]);
  const values = b.dataSync();
  const inputs = { a, b: { ...b, shape: b.shape, dtype: b.dtype, dataId: b.dataId } };
  // A weight after its update: new memory, which stock tfjs has to pack again.
  const renew = () => {
    inputs.b.dataId = backend.write(values, b.shape, 'float32');
  };
  const count = batch.reduce((total, size) => total * size, 1);
  report(
    `${name} ${m}×${k}·${k}×${n}`,
    2 * count * m * k * n,
    compare('BatchMatMul', inputs, { transposeA, transposeB }, isNew ? renew : undefined),
  );
}

console.log(`${device}, Node ${process.version}, ${cpus()[0].model}`);
product('matmul', 32, 784, 128);
product('matmul, b new each time', 32, 784, 128, { isNew: true });
product('matmul transposeA', 32, 784, 128, { transposeA: true });
product('matmul transposeB', 32, 784, 128, { transposeB: true });
product('matmul transposeA', 784, 32, 128, { transposeA: true });
product('matmul batch of 16', 64, 64, 64, { batch: [16] });
product('matmul', 256, 256, 256);

for (const [size, inChannels, outChannels] of [
  [32, 3, 32],
  [15, 32, 64],
]) {
  const x = random([32, size, size, inChannels]);
  const filter = random([3, 3, inChannels, outChannels]);
  const attrs = { strides: 1, pad: 'valid', dataFormat: 'NHWC', dilations: 1 };
  const dy = random([32, size - 2, size - 2, outChannels]);
  const flop = 2 * dy.size * 9 * inChannels;
  const name = `32×${size}×${size}×${inChannels} → ${outChannels}`;
  report(`conv ${name}`, flop, compare('Conv2D', { x, filter }, attrs));
  report(
    `conv filter gradient ${name}`,
    flop,
    compare('Conv2DBackpropFilter', { x, dy }, { ...attrs, filterShape: filter.shape }),
  );
  report(
    `conv input gradient ${name}`,
    flop,
    compare('Conv2DBackpropInput', { dy, filter }, { ...attrs, inputShape: x.shape }),
  );
}
