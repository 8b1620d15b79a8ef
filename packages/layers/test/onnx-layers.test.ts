import { cpu } from '@capas/backend-cpu';
import { HostArray, type Shape, scope, setSeed, toTensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { input, type Layer, layers, model } from '../src/index.ts';
import { distance, exported, type Inputs } from '../src/saving/testing/run-exported.ts';
import type { LayerClass, LayerContract } from '../src/testing.ts';
import { contracts } from './support/contracts/index.ts';
import { numbers } from './support/course-models.ts';
import { layerClasses } from './support/layer-classes.ts';

/** A layer and what it is called with. */
type Case = Pick<LayerContract<object>, 'config' | 'inputShape' | 'inputDType' | 'options'>;

const sequence = { inputShape: [2, 5, 3] as const };
const units = { units: 3 };
const states = (...sizes: readonly number[]) => ({ inputShape: [[2, 4], ...sizes.map((size) => [2, size])] });
const integers = { inputShape: [2, 3] as const, inputDType: 'int32' as const };
const sound = { inputShape: [2, 64] as const };
const convLstm = { filters: 2, kernelSize: 2, padding: 'same' };

/** Layers whose contracts stand beside them. */
const others: Readonly<Record<string, readonly Case[]>> = {
  Bidirectional: [
    { config: () => ({ layer: new layers.LSTM({ ...units, returnSequences: true }) }), ...sequence },
    { config: () => ({ layer: new layers.GRU(units), mergeMode: 'sum' }), ...sequence },
  ],
  CategoryEncoding: ['oneHot', 'multiHot', 'count'].map((outputMode) => ({
    config: { numTokens: 4, outputMode },
    ...(outputMode === 'oneHot' ? { inputShape: [2, 1] as const, inputDType: 'int32' as const } : integers),
  })),
  ConvLSTM1D: [{ config: { ...convLstm, returnSequences: true }, inputShape: [2, 3, 4, 2] }],
  ConvLSTM2D: [{ config: convLstm, inputShape: [2, 3, 4, 4, 2] }],
  ConvLSTM3D: [{ config: convLstm, inputShape: [2, 2, 3, 3, 3, 1] }],
  ConvLSTMCell: [
    {
      config: { rank: 1, ...convLstm },
      inputShape: [
        [2, 4, 3],
        [2, 4, 2],
        [2, 4, 2],
      ],
    },
  ],
  Discretization: [
    { config: { binBoundaries: [-0.5, 0, 0.5] }, inputShape: [2, 5] },
    { config: { binBoundaries: [0.2, 0.6], outputMode: 'oneHot' }, inputShape: [2, 1] },
  ],
  GRU: [true, false].map((resetAfter) => ({ config: { ...units, resetAfter, goBackwards: true }, ...sequence })),
  GRUCell: [{ config: units, ...states(3) }],
  IntegerLookup: [{ config: { vocabulary: [5, 1, 7] }, ...integers }],
  LSTM: [
    { config: { ...units, returnSequences: true, returnState: true }, ...sequence },
    { config: { ...units, unroll: true }, ...sequence },
  ],
  LSTMCell: [{ config: units, ...states(3, 3) }],
  MelSpectrogram: [
    { config: { fftLength: 16, sequenceStride: 8, numMelBins: 4, samplingRate: 100, maxFreq: 50 }, ...sound },
  ],
  Normalization: [{ config: { mean: [1, 2, 3], variance: [4, 1, 2] }, inputShape: [2, 3] }],
  RNN: [
    { config: () => ({ cell: [new layers.LSTMCell(units), new layers.SimpleRNNCell({ units: 2 })] }), ...sequence },
  ],
  SimpleRNN: [{ config: { ...units, returnSequences: true }, ...sequence }],
  SimpleRNNCell: [{ config: units, ...states(3) }],
  STFTSpectrogram: [
    { config: { mode: 'magnitude', frameLength: 16, frameStep: 8, fftLength: 16 }, inputShape: [2, 64, 1] },
  ],
  StackedRNNCells: [
    { config: () => ({ cells: [new layers.LSTMCell(units), new layers.GRUCell({ units: 2 })] }), ...states(3, 3, 2) },
  ],
  TFDIdentity: [{ config: {}, inputShape: [2, 3] }],
  TimeDistributed: [{ config: () => ({ layer: new layers.Dense(units) }), ...sequence }],

  Resizing: [
    { config: { height: 3, width: 8 }, inputShape: [2, 4, 5, 3] },
    { config: { height: 7, width: 4, interpolation: 'nearest', cropToAspectRatio: true }, inputShape: [2, 4, 5, 3] },
    { config: { height: 7, width: 4, interpolation: 'bicubic', antialias: true }, inputShape: [2, 4, 5, 3] },
  ],
  ...Object.fromEntries(
    Object.entries({
      AugMix: {},
      AutoContrast: {},
      CenterCrop: { height: 2, width: 3 },
      ContrastLimitedAdaptiveHistogramEqualization: { tileGridSize: [2, 3] },
      CutMix: {},
      Equalization: { bins: 32 },
      MaxNumBoundingBoxes: { maxNumber: 3 },
      MixUp: {},
      RandAugment: {},
      RandomBrightness: { factor: 0.5 },
      RandomColorDegeneration: { factor: 0.5 },
      RandomColorJitter: {},
      RandomContrast: { factor: 0.5 },
      RandomCrop: { height: 2, width: 3 },
      RandomElasticTransform: {},
      RandomErasing: {},
      RandomFlip: {},
      RandomGaussianBlur: {},
      RandomGrayscale: { factor: 0.5 },
      RandomHue: { factor: 0.5 },
      RandomInvert: { factor: 0.5 },
      RandomPerspective: {},
      RandomPosterization: { factor: [2, 6] },
      RandomRotation: { factor: 0.2 },
      RandomSaturation: { factor: 0.5 },
      RandomSharpness: { factor: 0.5 },
      RandomShear: { xFactor: 0.3 },
      RandomTranslation: { heightFactor: 0.2, widthFactor: 0.2 },
      RandomZoom: { heightFactor: 0.2 },
      Solarization: { thresholdFactor: 0.5, valueRange: [0, 1] },
    }).map(([name, config]): [string, readonly Case[]] => [name, [{ config, inputShape: [2, 4, 5, 3] }]]),
  ),
};

/** Texts and hashes. */
const refused: ReadonlySet<string> = new Set([
  'FeatureSpace',
  'HashedCrossing',
  'Hashing',
  'StringLookup',
  'TextVectorization',
]);

const cases: Readonly<Record<string, readonly Case[]>> = { ...contracts, ...others };

beforeAll(() => useBackend(cpu({ prefer: ['wasm'] })));

test('all layers are tried, or refused', () => {
  expect([...Object.keys(cases), ...refused].sort()).toEqual(layerClasses.map(([name]) => name).sort());
});

/** A model of the layer, with weights that differ, and inputs for it. */
function modelOf(LayerClass: LayerClass<object>, { config, inputShape, inputDType = 'float32', options = {} }: Case) {
  const shapes = (typeof inputShape[0] === 'number' ? [inputShape] : inputShape) as readonly Shape[];
  const symbols = shapes.map((shape) => input({ batchShape: [null, ...shape.slice(1)], dtype: inputDType }));
  const layer: Layer = new LayerClass((typeof config === 'function' ? config() : config) as object);
  const outputs = layer.apply((symbols.length === 1 ? symbols[0]! : symbols) as never, { ...options });
  const net = model({ inputs: symbols.length === 1 ? symbols[0]! : symbols, outputs: outputs as never });
  const isAdapted = layer.weights.every(({ trainable }) => !trainable);
  if (!isAdapted)
    scope(() => net.setWeights(net.weights.map(({ shape }, i) => toTensor(numbers(shape, undefined, i)))));
  const below = { bool: 2, int32: 4 }[inputDType as string];
  const arrays = shapes.map((shape, i) => numbers(shape, below, 50 + i));
  const given = arrays.map((array) => (below ? array.astype(inputDType as 'int32') : centered(array)));
  return { net, inputs: (given.length === 1 ? given[0]! : given) as Inputs };
}

/** Numbers from −1 to 1. */
const centered = ({ data, shape }: HostArray): HostArray =>
  new HostArray(
    (data as Float32Array).map((value) => 2 * value - 1),
    shape,
  );

describe.each(layerClasses.filter(([name]) => !refused.has(name)))('%s', (name, LayerClass) => {
  test.each(cases[name]!.map((each, i) => [i, each] as const))(
    'case %i in ONNX Runtime is as in predict',
    async (_, each) => {
      setSeed(1);
      const { net, inputs } = modelOf(LayerClass, each);
      expect(await distance(net, await exported(net), inputs)).toBeLessThanOrEqual(1e-5);
      net.dispose();
    },
  );
});
