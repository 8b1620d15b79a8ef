import { describe, expect, test } from 'vitest';
import { camelizeConfig } from './keras-config.ts';

describe('camelizeConfig', () => {
  test('spells keys as our options', () => {
    expect(camelizeConfig({ learning_rate: 0.1, beta_1: 0.9, l2_strength: 2, t_mul: 1, name: 'adam' })).toEqual({
      learningRate: 0.1,
      beta1: 0.9,
      l2Strength: 2,
      tMul: 1,
      name: 'adam',
    });
  });

  test('converts objects inside, at any depth, and leaves values alone', () => {
    const kernel = {
      module: 'keras.initializers',
      class_name: 'GlorotUniform',
      config: { seed: null },
      registered_name: null,
    };
    const layer = { class_name: 'Dense', config: { kernel_initializer: kernel, padding: 'channels_last' } };
    expect(camelizeConfig({ layers: [layer] })).toEqual({
      layers: [
        {
          className: 'Dense',
          config: {
            kernelInitializer: {
              module: 'keras.initializers',
              className: 'GlorotUniform',
              config: { seed: null },
              registeredName: null,
            },
            padding: 'channels_last',
          },
        },
      ],
    });
  });

  test('keeps the keys of data', () => {
    expect(camelizeConfig({ class_weight: { my_class: 2 } })).toEqual({ classWeight: { my_class: 2 } });
  });

  test('makes tuples lists', () => {
    expect(camelizeConfig({ pool_size: { class_name: '__tuple__', items: [2, 2] } })).toEqual({ poolSize: [2, 2] });
  });

  test('changes nothing that is in camelCase already', () => {
    const config = { learningRate: 0.1, inner: { className: 'Adam', config: { beta1: 0.9 } } };
    expect(camelizeConfig(config)).toEqual(config);
  });
});
