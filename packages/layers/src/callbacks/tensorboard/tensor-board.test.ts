import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpu } from '@capas/backend-cpu';
import { useBackend } from '@capas/core';
import { unzlibSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dense, embedding, flatten } from '../../layers/index.ts';
import { sequential } from '../../models/sequential.ts';
import { linear, x, y } from '../../testing/small-models.ts';
import { crc32, crc32c } from './checksum.ts';
import { histogram } from './summaries.ts';
import { TensorBoard, tensorBoard } from './tensor-board.ts';
import { weightImages } from './weight-images.ts';

// How TensorBoard itself (`pip install tensorboard`) reads the files, checksums and all:
//   from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
//   from tensorboard.util.tensor_util import make_ndarray
//   run = EventAccumulator('logs/train', size_guidance={'tensors': 0}).Reload()
//   [(event.step, make_ndarray(event.tensor_proto)) for event in run.Tensors('epoch_loss')]
// `summary_v2.histogram_pb` gives the same buckets, and `graph.keras_util.keras_model_to_graph_def` the graph of `keras`.

const folder = mkdtempSync(join(tmpdir(), 'capas-tensorboard-'));
beforeAll(() => useBackend(cpu({ prefer: ['js'] })));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Fields = Readonly<Record<number, readonly (number | Uint8Array)[]>>;

/** The fields of a message by their numbers: integers, float64 or bytes. */
function fieldsOf(bytes: Uint8Array): Fields {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const fields: Record<number, (number | Uint8Array)[]> = {};
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++]!;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const key = varint();
    fields[key >> 3] ??= [];
    let value: number | Uint8Array;
    if ((key & 7) === 0) value = varint();
    else {
      const length = (key & 7) === 1 ? 8 : varint();
      value = (key & 7) === 1 ? view.getFloat64(at, true) : bytes.subarray(at, at + length);
      at += length;
    }
    fields[key >> 3]!.push(value);
  }
  return fields;
}

const inner = (fields: Fields, ...path: readonly number[]): Fields =>
  path.reduce((message, field) => fieldsOf(message[field]![0] as Uint8Array), fields);
const text = (bytes: unknown): string => new TextDecoder().decode(bytes as Uint8Array);

/** The checksum that a masked one was made of. */
function unmasked(mask: number): number {
  const rotated = (mask - 0xa282ead8) >>> 0;
  return ((rotated << 15) | (rotated >>> 17)) >>> 0;
}

/** All summaries of the one file in a folder. */
function read(run: string) {
  const files = readdirSync(run).filter((name) => /^events\.out\.tfevents\.\d{10}\..*\.v2$/.test(name));
  expect(files).toHaveLength(1);
  const bytes = new Uint8Array(readFileSync(join(run, files[0]!)));
  const view = new DataView(bytes.buffer);
  const events: Fields[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = Number(view.getBigUint64(at, true));
    expect(unmasked(view.getUint32(at + 8, true))).toBe(crc32c(bytes.subarray(at, at + 8)));
    const content = bytes.subarray(at + 12, at + 12 + length);
    expect(unmasked(view.getUint32(at + 12 + length, true))).toBe(crc32c(content));
    events.push(fieldsOf(content));
    at += 12 + length + 4;
  }
  expect(text(events[0]![3]![0])).toBe('brain.Event:2');
  return events.slice(1).map((event) => {
    const value = inner(event, 5, 1);
    const tensor = inner(value, 8);
    const content = tensor[4]?.[0] as Uint8Array | undefined;
    const strings = (tensor[8] ?? []) as Uint8Array[];
    return { tag: text(value[1]![0]), step: event[2]![0], plugin: text(inner(value, 9, 1)[1]![0]), content, strings };
  });
}

/** `[tag, step, value]` of the scalars. */
const scalars = (run: string) =>
  read(run)
    .filter(({ plugin }) => plugin === 'scalars')
    .map(({ tag, step, content }) => [tag, step, new DataView(content!.slice().buffer).getFloat32(0, true)] as const);

async function train(logDir: string, config: object = {}, options: object = {}) {
  const model = linear();
  model.compile({ optimizer: 'sgd', loss: 'mse' });
  const callbacks = tensorBoard({ logDir, ...config });
  return await model.fit(x, y, { epochs: 2, batchSize: 2, verbose: 0, callbacks, ...options });
}

test('losses and the learning rate after each epoch, those of the validation in a folder of their own', async () => {
  const logDir = join(folder, 'epochs');
  const { history } = await train(logDir, {}, { validationSplit: 0.2 });
  const { loss, val_loss } = history as Record<string, number[]>;
  const f32 = Math.fround;
  expect(scalars(`${logDir}/train`)).toEqual(
    [0, 1].flatMap((epoch) => [
      ['epoch_loss', epoch, f32(loss![epoch]!)],
      ['epoch_learning_rate', epoch, f32(0.01)],
    ]),
  );
  expect(scalars(`${logDir}/validation`)).toEqual(
    [0, 1].flatMap((epoch) => [
      ['evaluation_loss_vs_iterations', 4 * (epoch + 1), f32(val_loss![epoch]!)],
      ['epoch_loss', epoch, f32(val_loss![epoch]!)],
    ]),
  );
});

test('every third batch, counted over epochs', async () => {
  const logDir = join(folder, 'batches');
  await train(logDir, { updateFreq: 3, writeStepsPerSecond: true });
  const batches = scalars(`${logDir}/train`).filter(([tag]) => tag.startsWith('batch_'));
  const names = ['batch_steps_per_second', 'batch_loss'];
  expect(batches.map(([tag, step]) => [tag, step])).toEqual(
    [3, 6, 9].flatMap((step) => names.map((tag) => [tag, step])),
  );
  expect(batches.every(([, , value]) => value > 0)).toBe(true);
  expect(scalars(`${logDir}/train`).map(([tag]) => tag)).toContain('epoch_steps_per_second');
});

test('batches are not looked at where they are not written', () => {
  expect(new TensorBoard().onTrainBatchEnd).toBe(Object.getPrototypeOf(TensorBoard.prototype).onTrainBatchEnd);
});

test('the graph of layers is the config of the model', async () => {
  const logDir = join(folder, 'graph');
  await train(logDir);
  const graph = read(`${logDir}/train`).find(({ plugin }) => plugin === 'graph_keras_model')!;
  const { class_name, config } = JSON.parse(text(graph.strings[0]));
  expect([graph.tag, class_name, config.name]).toEqual(['keras', 'Sequential', 'net']);
  await train(join(folder, 'none'), { writeGraph: false });
  expect(read(join(folder, 'none/train')).some(({ plugin }) => plugin === 'graph_keras_model')).toBe(false);
});

test('histograms and images of weights', async () => {
  const logDir = join(folder, 'weights');
  await train(logDir, { histogramFreq: 2, writeImages: true });
  const summaries = read(`${logDir}/train`).filter(({ tag }) => tag.startsWith('net/out/'));
  expect(summaries.map(({ tag, step, plugin }) => [tag, step, plugin])).toEqual([
    ['net/out/kernel/histogram', 0, 'histograms'],
    ['net/out/kernel/image', 0, 'images'],
    ['net/out/bias/histogram', 0, 'histograms'],
  ]);
  const [width, height, png] = summaries[1]!.strings;
  expect([text(width), text(height)]).toEqual(['1', '2']);
  // signature 8, IHDR 25, then the length and the name of IDAT
  const length = new DataView(png!.slice(33, 37).buffer).getUint32(0);
  expect(unzlibSync(png!.slice(41, 41 + length))).toHaveLength(2 * (1 + 1));
});

test('vectors of an embedding layer, for the projector', async () => {
  const logDir = join(folder, 'embeddings');
  const model = sequential([embedding({ inputDim: 3, outputDim: 2, name: 'words' }), flatten(), dense({ units: 1 })]);
  model.compile({ optimizer: 'sgd', loss: 'mse' });
  const callbacks = tensorBoard({ logDir, embeddingsFreq: 1, embeddingsMetadata: { words: 'words.txt' } });
  await model.fit([[0], [1], [2]], [[0], [1], [2]], { verbose: 0, callbacks });
  const table = readFileSync(join(logDir, 'words.tsv'), 'utf8').trimEnd().split('\n');
  const rows = table.flatMap((line) => line.split('\t').map(Number));
  expect(rows).toEqual([...(await model.getLayer('words').weights[0]!.value.data())]);
  const config = readFileSync(join(logDir, 'projector_config.pbtxt'), 'utf8');
  expect(config).toMatch(/tensor_path: "words.tsv"\n {2}metadata_path: "words.txt"/);
  expect(readdirSync(join(logDir, 'train'))).toContain('keras_embedding.ckpt-0.weights.h5');
});

test('an evaluation by itself', async () => {
  const logDir = join(folder, 'evaluation');
  const model = linear();
  model.compile({ optimizer: 'sgd', loss: 'mse' });
  const { loss } = await model.evaluate(x, y, { verbose: 0, callbacks: tensorBoard({ logDir }) });
  expect(readdirSync(logDir)).toEqual(['validation']);
  expect(scalars(`${logDir}/validation`)).toEqual([['evaluation_loss_vs_iterations', 0, Math.fround(loss!)]]);
});

test('buckets of a histogram', () => {
  // width 1: 0 and 0.5 | 1.5 | 3, the largest, in the last
  expect([...histogram([0, 0.5, 1.5, 3, Number.NaN], 3)]).toEqual([0, 1, 2, 1, 2, 1, 2, 3, 1]);
  expect([...histogram([2, 2], 2)]).toEqual([2, 2, 0, 2, 2, 2]);
  expect([...histogram([], 1)]).toEqual([0, 0, 0]);
});

test('a weight as images', () => {
  const data = Float32Array.from({ length: 24 }, (_, i) => i / 255);
  const sizes = (shape: number[]) =>
    weightImages(shape, data).map(({ height, width, channels }) => [height, width, channels]);
  expect(sizes([4])).toEqual([[4, 1, 1]]);
  expect(sizes([3, 2])).toEqual([[2, 3, 1]]);
  expect([...weightImages([3, 2], data)[0]!.data]).toEqual([0, 2, 4, 1, 3, 5]);
  expect([...weightImages([2, 2, 1, 3], data)[1]!.data]).toEqual([1, 4, 7, 10]);
  expect(sizes([2, 2, 2, 3])).toEqual([
    [2, 2, 3],
    [2, 2, 3],
  ]);
  expect([sizes([1]), sizes([2, 2, 3, 2])]).toEqual([[], []]);
  expect([...weightImages([3], [-1, 0.5, 2])[0]!.data]).toEqual([0, 127, 255]);
});

test('checksums of "123456789"', () => {
  const digits = new TextEncoder().encode('123456789');
  expect([crc32(digits), crc32c(digits)]).toEqual([0xcbf43926, 0xe3069283]);
});

test('options that cannot be used', () => {
  expect(() => tensorBoard({ updateFreq: 0 })).toThrow(
    "TensorBoard: `updateFreq` must be 'epoch', 'batch' or a positive number of batches. Received: 0.",
  );
  expect(() => tensorBoard({ histogramFreq: -1 })).toThrow('TensorBoard: `histogramFreq` must be');
  expect(() => tensorBoard({ logDir: '' })).toThrow(
    "TensorBoard: `logDir` must be the path of a folder. Received: ''.",
  );
});
