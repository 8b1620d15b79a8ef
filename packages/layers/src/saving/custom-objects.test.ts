import { cpu } from '@capas/backend-cpu';
import { ops, type Shape, type Tensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { Initializer } from '../initializers/initializer.ts';
import type { Layer } from '../layer.ts';
import { Dense, dense, type Lambda, lambda } from '../layers/index.ts';
import { sequential } from '../models/sequential.ts';
import { Regularizer } from '../regularizers/regularizer.ts';
import { x, y } from '../testing/small-models.ts';
import { registerKerasSerializable } from './custom-objects.ts';
import { loadModel } from './load-model.ts';
import { serializeLayer } from './model-config.ts';
import { type KerasObject, revive } from './revive.ts';
import { modelToArchive } from './save-model.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

const twice = (t: Tensor): Tensor => ops.multiply(t, 2);
const gap = (yTrue: Tensor, yPred: Tensor): Tensor => ops.mean(ops.abs(ops.subtract(yTrue, yPred)), { axis: -1 });

class Sevens extends Initializer {
  static override readonly className = 'Sevens';
  override call(shape: Shape): Tensor {
    return ops.full(shape, 7);
  }
}

class Half extends Regularizer<{ readonly by: number }> {
  static override readonly className = 'Half';
  override call(weight: Tensor): Tensor {
    return ops.multiply(ops.sum(weight), this.config.by);
  }
}

const object = (config: object): KerasObject => ({ class_name: 'Dense', config: { name: 'd', units: 1, ...config } });
const fn = (name: string, registered: string | null = null) => ({
  module: 'builtins',
  class_name: 'function',
  config: name,
  registered_name: registered,
});

describe('functions and classes of your own', () => {
  test('are handed over by their names, in every spelling of files', () => {
    for (const activation of [fn('twice'), fn('twice', 'mine>twice'), 'twice'])
      expect((revive(object({ activation }), { twice }) as Dense).config.activation).toBe(twice);
    const kernel = { module: 'mine', class_name: 'Sevens', config: {}, registered_name: 'mine>Sevens' };
    const layer = revive(object({ kernel_initializer: kernel }), { Sevens });
    expect(layer.config).toMatchObject({ kernelInitializer: expect.any(Sevens) });
    const penalty = { class_name: 'Half', config: { by: 0.5 }, registered_name: 'mine>Half' };
    const { kernelRegularizer } = (revive(object({ kernel_regularizer: penalty }), { Half }) as Dense).config;
    expect((kernelRegularizer as Half).config.by).toBe(0.5);
  });

  test('a built-in function written as one is found by its name', () => {
    const layer = revive(object({ activation: fn('relu', 'relu') })) as Dense;
    expect(layer.config.activation).toBe('relu');
  });

  test('one that is not known is named, with the remedy', () => {
    expect(() => revive(object({ activation: fn('odd', 'mine>odd') }))).toThrow(
      "The file names the function 'mine>odd', which is not known here. Hand it over, `customObjects: { 'odd': … }`",
    );
  });

  test('that were registered are saved by name, and a model goes on as it was: activation, initializer, loss and metric', async () => {
    registerKerasSerializable(twice, { package: 'tests' });
    registerKerasSerializable(gap, { package: 'tests' });
    registerKerasSerializable(Sevens, { package: 'tests' });
    const model = sequential([
      dense({ units: 3, activation: twice, kernelInitializer: new Sevens({}), inputShape: [2] }),
      dense({ units: 1 }),
    ]);
    model.compile({ optimizer: 'sgd', loss: gap, metrics: [gap, 'mse'] });
    const loaded = await loadModel(await modelToArchive(model));
    expect((loaded.layers[0] as unknown as Dense).config).toMatchObject({
      activation: twice,
      kernelInitializer: expect.any(Sevens),
    });
    expect(loaded.compilation.options.loss).toBe(gap);
    expect(await loaded.evaluate(x, y, { verbose: 0 })).toEqual(await model.evaluate(x, y, { verbose: 0 }));
  });
});

describe('a Lambda in a file', () => {
  const code = { class_name: '__lambda__', config: { code: '4wEAAAA=', defaults: null, closure: null } };
  const lambdaObject = (config: object): KerasObject => ({
    class_name: 'Lambda',
    config: { name: 'times', ...config },
  });

  test('with Python code is refused, and the message says what to do', () => {
    for (const given of [code, ['4wEAAAA=', null, null]])
      expect(() => revive(lambdaObject({ function: given }))).toThrow(
        "The file has Python code at 'function' of the Lambda layer 'times', which is never run here, with `safeMode` or without. Hand over a function of yours for this layer: `customObjects: { 'times': (x) => … }`.",
      );
  });

  test('takes a function of yours in the place of its code', () => {
    const config = { function: code, output_shape: code, mask: null, arguments: {} };
    const layer = revive(lambdaObject(config), { times: twice });
    expect((layer as unknown as Lambda).config.function).toBe(twice);
    expect(layer.name).toBe('times');
  });

  test('code in the place of another option is refused too', () => {
    expect(() => revive(object({ activation: code }))).toThrow("The file has Python code at 'activation'");
    expect(() => revive(lambdaObject({ function: fn('twice'), mask: code }), { twice })).toThrow(
      "at 'mask' of the Lambda",
    );
  });

  test('of a registered function comes back', () => {
    registerKerasSerializable(twice, { package: 'tests' });
    const written = serializeLayer(lambda({ function: twice, name: 'times' }) as unknown as Layer);
    expect((revive(written) as unknown as Lambda).config.function).toBe(twice);
    expect(revive(object({ units: 2 }))).toBeInstanceOf(Dense);
  });
});
