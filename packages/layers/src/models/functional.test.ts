import { cpu } from '@capas/backend-cpu';
import { dispose, memory, ops, scope, type Tensor, toTensor, useBackend } from '@capas/core';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { add, concatenate, dense, dropout, embedding, input } from '../layers/index.ts';
import { clearSession } from '../naming.ts';
import { SymbolicTensor } from '../symbolic-tensor.ts';
import { Functional, model } from './functional.ts';
import { sequential } from './sequential.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));
beforeEach(clearSession);

/** A layer that doubles, and one that adds one. */
const double = () =>
  dense({ units: 1, useBias: false, kernelInitializer: { className: 'Constant', config: { value: 2 } } });
const plusOne = () => dense({ units: 1, kernelInitializer: 'ones', biasInitializer: 'ones' });
const values = (tensor: Tensor): unknown => tensor.arraySync();

describe('one input and one output', () => {
  test('computes what its layers do in a row', () => {
    const x = input({ shape: [1] });
    const chain = model({ inputs: x, outputs: plusOne()(double()(x)) });
    scope(() => {
      // 2 x + 1
      expect(values(chain([[3], [4]]))).toEqual([[7], [9]]);
      expect(values(chain.apply(toTensor([[3]])))).toEqual([[7]]);
    });
  });

  test('shapes, names and paths are those of Keras', () => {
    const x = input({ shape: [784] });
    const code = dense({ units: 32, activation: 'relu' })(x);
    const autoencoder = model({ inputs: x, outputs: dense({ units: 784, activation: 'sigmoid' })(code) });
    expect(autoencoder.name).toBe('functional');
    expect(autoencoder.layers.map(({ name }) => name)).toEqual(['input_layer', 'dense', 'dense_1']);
    expect(autoencoder.weights.map(({ path, shape }) => `${path} ${shape}`)).toEqual([
      'dense/kernel 784,32',
      'dense/bias 32',
      'dense_1/kernel 32,784',
      'dense_1/bias 784',
    ]);
    expect(autoencoder.inputShapes).toEqual([[null, 784]]);
    expect(autoencoder.outputShapes).toEqual([[null, 784]]);
    expect(autoencoder.computeOutputShape([7, 784])).toEqual([7, 784]);
    expect([autoencoder.inputNames, autoencoder.outputNames]).toEqual([['input_layer'], ['dense_1']]);
    expect(autoencoder.countParams()).toBe(784 * 32 + 32 + 32 * 784 + 784);
  });

  test('an input may be an output', () => {
    const x = input({ shape: [2] });
    scope(() => void expect(values(model({ inputs: x, outputs: x })([[1, 2]]))).toEqual([[1, 2]]));
  });

  test('numbers of another kind become those of the input', () => {
    const ids = input({ shape: [2], dtype: 'int32' });
    const floats = input({ shape: [2] });
    scope(() => {
      expect((model({ inputs: ids, outputs: ids }).apply([[1.9, 2]]) as Tensor).dtype).toBe('int32');
      expect(model({ inputs: floats, outputs: floats }).apply(toTensor([[1, 2]], 'int32')).dtype).toBe('float32');
    });
  });

  test('whether a model is trained wins over what a call in it says, as in Keras', () => {
    const x = input({ shape: [1] });
    const batch = [[1], [1], [1], [1]];
    const net = model({ inputs: x, outputs: dropout({ rate: 0.999 })(x, { training: false }) });
    const trained = model({ inputs: x, outputs: dropout({ rate: 0.999 })(x, { training: true }) });
    scope(() => {
      expect(values(net(batch, { training: true }))).not.toEqual(batch);
      expect(values(net(batch))).toEqual(batch);
      expect(values(trained(batch, { training: false }))).toEqual(batch);
      expect(values(trained(batch))).not.toEqual(batch);
    });
  });

  test('calls leave nothing in memory', () => {
    const x = input({ shape: [3] });
    const net = model({ inputs: x, outputs: dense({ units: 2 })(dropout({ rate: 0.5 })(x)) });
    const batch = ops.ones([4, 3]);
    dispose(net.apply(batch, { training: true }));
    const { tensors } = memory();
    for (const training of [false, true]) dispose(net.apply(batch, { training }));
    expect(memory().tensors).toBe(tensors);
    net.dispose();
    // what is left of it is nothing: two weights and the state of the dropout were there
    expect(memory().tensors).toBe(tensors - 3);
    batch.dispose();
  });
});

describe('several inputs and outputs', () => {
  const two = () => {
    const [a, b] = [input({ shape: [1], name: 'a' }), input({ shape: [1], name: 'b' })];
    return { a, b, sum: add({ name: 'sum' })([a, b]), both: concatenate({ name: 'both' })([a, b]) };
  };

  test('as lists', () => {
    const { a, b, sum, both } = two();
    const net = model({ inputs: [a, b], outputs: [sum, both] });
    expect([net.inputNames, net.outputNames]).toEqual([
      ['a', 'b'],
      ['sum', 'both'],
    ]);
    expect(
      net.computeOutputShape([
        [5, 1],
        [5, 1],
      ]),
    ).toEqual([
      [5, 1],
      [5, 2],
    ]);
    scope(() => {
      const outputs = net.apply([toTensor([[1]]), toTensor([[10]])]) as unknown as Tensor[];
      expect(outputs.map(values)).toEqual([[[11]], [[1, 10]]]);
    });
  });

  test('as records, in any order of the keys', () => {
    const { a, b, sum, both } = two();
    const net = model({ inputs: { left: a, right: b }, outputs: { total: sum, pair: both } });
    expect([net.inputNames, net.outputNames]).toEqual([
      ['left', 'right'],
      ['total', 'pair'],
    ]);
    scope(() => {
      const given = { right: toTensor([[10]]), left: toTensor([[1]]) };
      const outputs = net.apply(given) as unknown as Record<string, Tensor>;
      expect(Object.keys(outputs)).toEqual(['total', 'pair']);
      expect(values(outputs.pair!)).toEqual([[1, 10]]);
    });
  });

  test('inputs that were given as a list may be named in the call', () => {
    const { a, b, both } = two();
    const net = model({ inputs: [a, b], outputs: both });
    scope(() => {
      const given = { b: toTensor([[10]]), a: toTensor([[1]]) };
      expect(values(net.apply(given))).toEqual([[1, 10]]);
    });
  });

  test('wrong numbers, names and shapes of inputs are named', () => {
    const { a, b, both } = two();
    const net = model({ inputs: [a, b], outputs: both, name: 'net' });
    expect(() => net.apply([toTensor([[1]])])).toThrow("Model 'net' expects 2 input(s): a, b. Received: 1.");
    expect(() => net.apply({ a: toTensor([[1]]), c: toTensor([[1]]) })).toThrow(
      "Model 'net' expects 2 input(s): a, b. Received: inputs named a, c.",
    );
    expect(() => net.apply([toTensor([[1]]), toTensor([[1, 2]])])).toThrow(
      "Model 'net': input 'b' must have the shape [null, 1]. Received: [1, 2].",
    );
  });
});

describe('layers that are shared', () => {
  test('a layer that is called twice has its weights once', () => {
    const [a, b] = [input({ shape: [1] }), input({ shape: [1] })];
    const shared = dense({ units: 1, name: 'shared' });
    const net = model({ inputs: [a, b], outputs: add()([shared(a), shared(b)]) });
    expect(net.weights.map(({ path }) => path)).toEqual(['shared/kernel', 'shared/bias']);
    expect(shared.nodes).toHaveLength(2);
    net.setWeights([[[3]], [1]]);
    // (3 · 1 + 1) + (3 · 2 + 1)
    scope(() => void expect(values(net.apply([toTensor([[1]]), toTensor([[2]])]))).toEqual([[11]]));
    expect(() => shared.output).toThrow(
      "Layer 'shared' has no single output: it was called 2 times on symbolic tensors. Use `nodes`.",
    );
    expect(() => net.outputOf('shared')).toThrow(
      "Model 'functional': layer 'shared' is called 2 times in it, so it has no single output.",
    );
  });

  test('two outputs of one shared layer have different names', () => {
    const [a, b] = [input({ shape: [1] }), input({ shape: [1] })];
    const shared = dense({ units: 1, name: 'shared' });
    expect(model({ inputs: [a, b], outputs: [shared(a), shared(b)] }).outputNames).toEqual(['shared', 'shared_1']);
  });

  test('two models may share layers: training data of one is seen by the other', () => {
    const x = input({ shape: [1] });
    const trunk = dense({ units: 1, useBias: false, name: 'trunk' });
    const features = trunk(x);
    const encoder = model({ inputs: x, outputs: features });
    const whole = model({ inputs: x, outputs: dense({ units: 1 })(features) });
    expect(whole.weights[0]).toBe(encoder.weights[0]);
    encoder.setWeights([[[5]]]);
    scope(() => void expect(values(whole.weights[0]!.value)).toEqual([[5]]));
  });

  test('a model is a layer: nested, and twice in one model', () => {
    const inner = sequential([plusOne()], { name: 'inner' });
    inner.ensureBuilt([null, 1]);
    const x = input({ shape: [1] });
    const net = model({ inputs: x, outputs: inner(double()(inner(x))) });
    expect(net.layers.map(({ name }) => name)).toEqual(['input_layer_1', 'inner', 'dense_1']);
    // inner(2 · inner(3)) = 2 · 4 + 1
    scope(() => void expect(values(net([[3]]))).toEqual([[9]]));
    expect(net.weights.map(({ path }) => path)).toEqual(['inner/dense/kernel', 'inner/dense/bias', 'dense_1/kernel']);
  });

  test('a model with several outputs is nested as one layer', () => {
    const x = input({ shape: [1] });
    const fork = model({ inputs: x, outputs: [double()(x), plusOne()(x)], name: 'fork' });
    const y = input({ shape: [1] });
    const outputs = fork.apply(y) as unknown as SymbolicTensor[];
    expect(outputs.every((output) => output instanceof SymbolicTensor)).toBe(true);
    const net = model({ inputs: y, outputs: concatenate()(outputs) });
    scope(() => void expect(values(net([[3]]))).toEqual([[6, 4]]));
  });

  test('a layer inside is found by name or index, and where a new model can start', () => {
    const x = input({ shape: [1] });
    const net = model({ inputs: x, outputs: plusOne()(double()(x)), name: 'net' });
    expect(net.getLayer('dense_1')).toBe(net.getLayer(1));
    scope(() => void expect(values(model({ inputs: x, outputs: net.outputOf('dense_1') })([[3]]))).toEqual([[6]]));
    expect(() => net.getLayer('dence')).toThrow("Unknown layer of model 'net': 'dence'. Did you mean 'dense'");
    expect(() => net.getLayer(9)).toThrow("Unknown layer of model 'net': '9'.");
  });
});

describe('graphs that cannot be', () => {
  test('an input that is missing is named', () => {
    const [a, b] = [input({ shape: [1], name: 'a' }), input({ shape: [1], name: 'b' })];
    expect(() => model({ inputs: a, outputs: add()([a, b]), name: 'net' })).toThrow(
      "Model 'net': an output depends on the input 'b', which is not among `inputs` ('a'). Add it.",
    );
  });

  test.each([
    ['no outputs', { outputs: [] }, 'outputs', '[]'],
    ['outputs that are no tensors', { outputs: toList() }, 'outputs', '[1, 2]'],
    ['no inputs', { inputs: undefined }, 'inputs', 'undefined'],
  ])('%s', (_, change, argument, shown) => {
    const x = input({ shape: [1] });
    expect(() => model({ inputs: x, outputs: x, ...change } as never)).toThrow(
      `model: \`${argument}\` must be a symbolic tensor, a list or a record of them (from \`input()\` or a layer). Received: ${shown}.`,
    );
  });

  test('a symbolic tensor that no layer made', () => {
    const x = input({ shape: [1] });
    expect(() => model({ inputs: x, outputs: new SymbolicTensor([null, 1], 'float32', 'stray'), name: 'net' })).toThrow(
      "Model 'net': `outputs` must be made from `inputs` by layers.",
    );
  });

  test('a layer says what shape it cannot take while the graph is made', () => {
    const x = input({ shape: [28, 28] });
    expect(() => add({ name: 'sum' })([x, input({ shape: [3] })])).toThrow("Layer 'sum'");
    const ids = embedding({ inputDim: 5, outputDim: 2 })(input({ shape: [null] }));
    expect(ids.shape).toEqual([null, null, 2]);
  });

  test('a middle tensor may be an input: the layers before it are left out', () => {
    const x = input({ shape: [1] });
    const middle = double()(x);
    const tail = new Functional({ inputs: middle, outputs: plusOne()(middle) });
    scope(() => void expect(values(tail([[3]]))).toEqual([[4]]));
  });
});

function toList(): number[] {
  return [1, 2];
}
