#!/usr/bin/env node
// Times of single instructions of the WASM executor, least of many runs: those of a training step of an MLP (784-128-64-10, batches
// of 32, Adam) and some larger ones. `node packages/backend-cpu/scripts/bench-wasm.mjs [relaxed|plain]`
import { setFlagsFromString } from 'node:v8';
import { setup } from './build-wasm.mjs';

const SECONDS = 0.3;

await setup();
if (Number.parseInt(process.versions.node, 10) < 22) setFlagsFromString('--experimental-wasm-relaxed-simd');
const codes = await import('../src/wasm/executor/wasm-code.mjs');
const [simd = 'relaxed'] = process.argv.slice(2);
const memory = new WebAssembly.Memory({ initial: 4096, maximum: 65535 });
const functions = Object.fromEntries(Object.getOwnPropertyNames(Math).map((name) => [name, Math[name]]));
const imports = { env: { memory }, Math: functions, capas: { remainder: (a, b) => a % b } };
const { instance } = await WebAssembly.instantiate(Buffer.from(codes[simd], 'base64'), imports);
const code = instance.exports;
code.join(32768, 0, 1, 0);

/** Runs an instruction on slots of so many 32-bit elements. */
function measure(label, opcode, body, sizes, flops = 0) {
  let end = 65536;
  const allocate = (bytes) => {
    const address = end;
    end += (bytes + 127) & ~63;
    return address;
  };
  const words = Int32Array.of(opcode, body.length + 4, 0, 0, ...body);
  const from = allocate(words.byteLength);
  const to = from + words.byteLength;
  new Int32Array(memory.buffer, from).set(words);
  const table = allocate(4 * sizes.length);
  sizes.forEach((size, slot) => {
    const address = allocate(4 * size);
    new Int32Array(memory.buffer, table)[slot] = address;
    new Float32Array(memory.buffer, address, size).forEach((_, i, data) => {
      data[i] = ((i * 37) % 101) / 50 + 0.01;
    });
  });
  const scratch = allocate(code.scratchBytes(from, to));
  const shared = allocate(code.sharedBytes());
  let least = Number.POSITIVE_INFINITY;
  for (const stop = performance.now() + 1000 * SECONDS; performance.now() < stop; ) {
    const start = performance.now();
    code.run(from, to, 1, table, scratch, 0, shared);
    least = Math.min(least, performance.now() - start);
  }
  const speed = flops ? `${(flops / least / 1e6).toFixed(1)} GFLOPS` : '';
  console.log(`${label.padEnd(34)}${(1000 * least).toFixed(1).padStart(10)} µs  ${speed}`);
  return least;
}

const NO_EPILOGUE = [0, 0, 1, 0];
/** `relu(product + bias)`, the bias in slot 3. */
const BIAS_RELU = [1, 3, 0, 0, 1, 1, 2, 2, 1, 0, 1, 0, 1, 0, 43, 0, 1, 1, 0, 0];

const dot = (m, k, n, { a = 0, b = 0, bias = false } = {}) =>
  measure(
    `dot ${m} × ${k} × ${n}${a ? ', a turned' : ''}${b ? ', b turned' : ''}${bias ? ', bias, relu' : ''}`,
    4,
    [0, m, n, k, a, b, 0, 1, 2, ...(bias ? BIAS_RELU : NO_EPILOGUE)],
    [m * k, k * n, m * n, n],
    2 * m * k * n,
  );

/** Adam on so many weights: weights, two moments and a gradient. */
function adam(size) {
  const constants = [0.1, 0.001, 1e-7, 0.01].map((value) => new Int32Array(Float32Array.of(value).buffer)[0]);
  const [SUB, MUL, ADD, SQUARE, SQRT, DIV] = [2, 3, 1, 15, 16, 4];
  const steps = [
    ...constants.map((bits, i) => [0, 0, 4 + i, bits, 0, 0]),
    [SUB, 0, 8, 3, 1, 0],
    [MUL, 0, 8, 8, 4, 0],
    [ADD, 0, 1, 1, 8, 0],
    [SQUARE, 0, 8, 3, 0, 0],
    [SUB, 0, 8, 8, 2, 0],
    [MUL, 0, 8, 8, 5, 0],
    [ADD, 0, 2, 2, 8, 0],
    [SQRT, 0, 8, 2, 0, 0],
    [ADD, 0, 8, 8, 6, 0],
    [MUL, 0, 3, 1, 7, 0],
    [DIV, 0, 8, 3, 8, 0],
    [SUB, 0, 0, 0, 8, 0],
  ];
  const inputs = [0, 1, 2, 3].flatMap((slot) => [slot, 0, 1]);
  const outputs = [0, 1, 2].flatMap((slot) => [slot, 0, slot]);
  const body = [1, size, 4, ...inputs, 3, ...outputs, 9, steps.length, ...steps.flat()];
  return measure(`Adam, ${size} weights`, 1, body, [size, size, size, size]);
}

/** The sum over rows: the gradient of a bias. */
const columns = (rows, count) =>
  measure(
    `sum of ${rows} rows of ${count}`,
    2,
    [0, 1, 1, count, 1, rows, 1, 0, 0, 1, count, 0, 0, 1, 0, 1, 0],
    [rows * count, count],
  );

const map = (name, fn, size) =>
  measure(`${name} of ${size}`, 1, [1, size, 1, 0, 0, 1, 1, 1, 0, 1, 2, 1, fn, 0, 1, 0, 0, 0], [size, size]);

/** A convolution of square images and its two gradients. */
function convolutions(n, size, from, taps, to) {
  const out = size - taps + 1;
  const geometry = [n, size, size, from, taps, taps, to, out, out, 1, 1, 1, 1, 0, 0, 1];
  const sizes = [n * size * size * from, taps * taps * from * to, n * out * out * to];
  const flops = 2 * n * out * out * taps * taps * from * to;
  const label = `${n} × ${size} × ${size} × ${from} to ${to}`;
  measure(`conv ${label}`, 5, [...geometry, 0, 1, 2, ...NO_EPILOGUE], sizes, flops);
  measure(`convInputGrad ${label}`, 6, [...geometry, 2, 1, 0, ...NO_EPILOGUE], sizes, flops);
  measure(`convFilterGrad ${label}`, 7, [...geometry, 0, 2, 1], sizes, flops);
}

console.log(`WASM executor, ${simd} SIMD, one thread, Node ${process.version}`);
const step = [
  dot(32, 784, 128, { bias: true }),
  dot(32, 128, 64, { bias: true }),
  dot(32, 64, 10),
  measure('softmax 32 × 10', 3, [0, 32, 10, 0, 1], [320, 320]),
  dot(64, 32, 10, { a: 1 }),
  dot(32, 10, 64, { b: 1 }),
  dot(128, 32, 64, { a: 1 }),
  dot(32, 64, 128, { b: 1 }),
  dot(784, 32, 128, { a: 1 }),
  columns(32, 128),
  columns(32, 64),
  columns(32, 10),
  adam(109386),
];
console.log(`${'together'.padEnd(34)}${(1000 * step.reduce((sum, time) => sum + time)).toFixed(1).padStart(10)} µs\n`);
dot(512, 512, 512);
dot(1024, 1024, 1024);
convolutions(4, 32, 32, 3, 32);
convolutions(8, 15, 64, 3, 64);
for (const [name, fn] of Object.entries({ exp: 19, log: 21, tanh: 31, sigmoid: 39, erf: 35 })) map(name, fn, 100_000);
columns(100_000, 32);
