import { beforeEach, describe, expect, test } from 'vitest';
import { autoName, clearSession, currentPath, snakeCase, withNameScope } from './naming.ts';

beforeEach(clearSession);

test.each([
  ['Dense', 'dense'],
  ['BatchNormalization', 'batch_normalization'],
  ['Conv2D', 'conv2d'],
  ['Conv2DTranspose', 'conv2d_transpose'],
  ['GlobalAveragePooling1D', 'global_average_pooling1d'],
  ['LSTM', 'lstm'],
  ['ReLU', 're_lu'],
  ['PReLU', 'p_re_lu'],
  ['GRUCell', 'gru_cell'],
  ['ConvLSTM2D', 'conv_lstm2d'],
  ['StackedRNNCells', 'stacked_rnn_cells'],
  ['STFTSpectrogram', 'stft_spectrogram'],
])('%s is named %s, as in Keras', (className, name) => {
  expect(snakeCase(className)).toBe(name);
});

test('names are counted by class, from the start after clearSession', () => {
  expect([autoName('Dense'), autoName('Dense'), autoName('Flatten'), autoName('Dense')]).toEqual([
    'dense',
    'dense_1',
    'flatten',
    'dense_2',
  ]);
  clearSession();
  expect(autoName('Dense')).toBe('dense');
});

describe('paths', () => {
  test('have the names around them', () => {
    expect(currentPath('kernel')).toBe('kernel');
    withNameScope('model', () =>
      withNameScope('dense', () => expect(currentPath('kernel')).toBe('model/dense/kernel')),
    );
    expect(currentPath('kernel')).toBe('kernel');
  });

  test('are right again after an error', () => {
    expect(() =>
      withNameScope('broken', () => {
        throw new Error('in build');
      }),
    ).toThrow('in build');
    expect(currentPath('kernel')).toBe('kernel');
  });
});
