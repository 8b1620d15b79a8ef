import { expect, test } from 'vitest';
import { batchNormalization, concatenate, dense, flatten, input } from '../layers/index.ts';
import { clearSession } from '../naming.ts';
import { model } from './functional.ts';
import { Sequential } from './sequential.ts';
import { formatSummary } from './summary.ts';

// The tables are those that Python Keras 3.15 prints for the same models.

test('a stack of layers', () => {
  clearSession();
  const mlp = new Sequential([
    flatten({ inputShape: [28, 28] }),
    dense({ units: 128, activation: 'relu' }),
    dense({ units: 64, activation: 'relu' }),
    dense({ units: 10, activation: 'softmax' }),
  ]);
  expect(`\n${formatSummary(mlp)}`).toBe(`
Model: "sequential"
┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓
┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃
┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩
│ flatten (Flatten)               │ (None, 784)            │             0 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ dense (Dense)                   │ (None, 128)            │       100,480 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ dense_1 (Dense)                 │ (None, 64)             │         8,256 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ dense_2 (Dense)                 │ (None, 10)             │           650 │
└─────────────────────────────────┴────────────────────────┴───────────────┘
 Total params: 109,386 (427.29 KB)
 Trainable params: 109,386 (427.29 KB)
 Non-trainable params: 0 (0.00 B)`);
});

test('layers that are not built yet, and a name that needs two lines', () => {
  clearSession();
  const unbuilt = new Sequential([flatten(), dense({ units: 128 }), batchNormalization()]);
  expect(`\n${formatSummary(unbuilt)}`).toBe(`
Model: "sequential"
┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓
┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃
┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩
│ flatten (Flatten)               │ ?                      │   0 (unbuilt) │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ dense (Dense)                   │ ?                      │   0 (unbuilt) │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ batch_normalization             │ ?                      │   0 (unbuilt) │
│ (BatchNormalization)            │                        │               │
└─────────────────────────────────┴────────────────────────┴───────────────┘
 Total params: 0 (0.00 B)
 Trainable params: 0 (0.00 B)
 Non-trainable params: 0 (0.00 B)`);
});

test('a graph with a shared layer says what is connected', () => {
  clearSession();
  const [a, b] = [input({ shape: [4], name: 'a' }), input({ shape: [4], name: 'b' })];
  const shared = dense({ units: 8, name: 'shared' });
  const joined = concatenate({ name: 'joined_with_a_long_name' })([shared(a), shared(b)]);
  const graph = model({ inputs: [a, b], outputs: dense({ units: 1, name: 'out' })(joined), name: 'functional_1' });
  expect(`\n${formatSummary(graph)}`).toBe(`
Model: "functional_1"
┏━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━┓
┃ Layer (type)        ┃ Output Shape      ┃    Param # ┃ Connected to      ┃
┡━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━┩
│ a (InputLayer)      │ (None, 4)         │          0 │ -                 │
├─────────────────────┼───────────────────┼────────────┼───────────────────┤
│ b (InputLayer)      │ (None, 4)         │          0 │ -                 │
├─────────────────────┼───────────────────┼────────────┼───────────────────┤
│ shared (Dense)      │ (None, 8)         │         40 │ a[0][0], b[0][0]  │
├─────────────────────┼───────────────────┼────────────┼───────────────────┤
│ joined_with_a_long… │ (None, 16)        │          0 │ shared[0][0],     │
│ (Concatenate)       │                   │            │ shared[1][0]      │
├─────────────────────┼───────────────────┼────────────┼───────────────────┤
│ out (Dense)         │ (None, 1)         │         17 │ joined_with_a_lo… │
└─────────────────────┴───────────────────┴────────────┴───────────────────┘
 Total params: 57 (228.00 B)
 Trainable params: 57 (228.00 B)
 Non-trainable params: 0 (0.00 B)`);
});

test('a graph that is a chain shows its input, but no connections', () => {
  clearSession();
  const pixels = input({ shape: [784] });
  const graph = model({ inputs: pixels, outputs: dense({ units: 32 })(pixels) });
  const lines = formatSummary(graph).split('\n');
  expect(lines[4]).toBe('│ input_layer (InputLayer)        │ (None, 784)            │             0 │');
  expect(lines.join('\n')).not.toContain('Connected');
});
