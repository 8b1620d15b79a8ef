/**
 * The models of the five programs of the Keras course (`apps/examples`), each with random data of its shape.
 *
 * `build(library)` takes the names that Capas and tfjs-layers share: `sequential`, `layers`, `input`, `model`. `keras` is
 * the same model in Python, for `programs.mjs --python`.
 */
const random = (size, scale = 1) => Float32Array.from({ length: size }, (_, i) => (scale * ((i * 7919) % 1009)) / 1009);
const integers = (size, below) => Int32Array.from({ length: size }, (_, i) => (i * 7919) % below);
const oneHot = (rows, classes) =>
  Float32Array.from({ length: rows * classes }, (_, i) => Number((i % classes === (i / classes) % classes) | 0));

/** A batch: values and shape of `x` and `y`. */
const images = (batch) => ({ values: random(batch * 784), shape: [batch, 784] });

export const courseModels = {
  mnist: {
    batch: 32,
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
    x: images(32),
    y: { values: integers(32, 10), shape: [32] },
    build: ({ sequential, layers }) =>
      sequential([
        layers.dense({ units: 128, activation: 'relu', inputShape: [784] }),
        layers.dense({ units: 64, activation: 'relu' }),
        layers.dense({ units: 10, activation: 'softmax' }),
      ]),
    keras: `[L.Input((784,)), L.Dense(128, activation='relu'), L.Dense(64, activation='relu'), L.Dense(10, activation='softmax')]`,
  },
  'fashion-mnist': {
    batch: 32,
    loss: 'sparseCategoricalCrossentropy',
    fromLogits: true,
    metrics: ['accuracy'],
    x: images(32),
    y: { values: integers(32, 10), shape: [32] },
    build: ({ sequential, layers }) =>
      sequential([layers.dense({ units: 128, activation: 'relu', inputShape: [784] }), layers.dense({ units: 10 })]),
    keras: `[L.Input((784,)), L.Dense(128, activation='relu'), L.Dense(10)]`,
  },
  autoencoder: {
    batch: 256,
    loss: 'binaryCrossentropy',
    metrics: [],
    x: images(256),
    y: images(256),
    build: ({ sequential, layers }) =>
      sequential([
        layers.dense({ units: 32, activation: 'relu', inputShape: [784] }),
        layers.dense({ units: 784, activation: 'sigmoid' }),
      ]),
    keras: `[L.Input((784,)), L.Dense(32, activation='relu'), L.Dense(784, activation='sigmoid')]`,
  },
  imdb: {
    batch: 32,
    loss: 'binaryCrossentropy',
    metrics: ['accuracy'],
    x: { values: integers(32 * 80, 20000), shape: [32, 80] },
    y: { values: Float32Array.from(integers(32, 2)), shape: [32, 1] },
    build: ({ sequential, layers }) =>
      sequential([
        layers.embedding({ inputDim: 20000, outputDim: 128, inputShape: [80] }),
        layers.globalAveragePooling1d(),
        layers.dense({ units: 1, activation: 'sigmoid' }),
      ]),
    keras: `[L.Input((80,)), L.Embedding(20000, 128), L.GlobalAveragePooling1D(), L.Dense(1, activation='sigmoid')]`,
  },
  cifar10: {
    batch: 128,
    loss: 'categoricalCrossentropy',
    metrics: ['accuracy'],
    x: { values: random(128 * 32 * 32 * 3), shape: [128, 32, 32, 3] },
    y: { values: oneHot(128, 10), shape: [128, 10] },
    build: ({ sequential, layers }) =>
      sequential([
        layers.conv2d({
          filters: 32,
          kernelSize: 3,
          activation: 'relu',
          padding: 'same',
          inputShape: [32, 32, 3],
        }),
        layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu' }),
        layers.maxPooling2d({ poolSize: 2 }),
        layers.dropout({ rate: 0.25 }),
        layers.conv2d({ filters: 64, kernelSize: 3, activation: 'relu', padding: 'same' }),
        layers.conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
        layers.maxPooling2d({ poolSize: 2 }),
        layers.dropout({ rate: 0.25 }),
        layers.flatten(),
        layers.dense({ units: 512, activation: 'relu' }),
        layers.dropout({ rate: 0.5 }),
        layers.dense({ units: 10, activation: 'softmax' }),
      ]),
    keras: `[L.Input((32, 32, 3)),
      L.Conv2D(32, 3, activation='relu', padding='same'), L.Conv2D(32, 3, activation='relu'), L.MaxPooling2D(2), L.Dropout(0.25),
      L.Conv2D(64, 3, activation='relu', padding='same'), L.Conv2D(64, 3, activation='relu'), L.MaxPooling2D(2), L.Dropout(0.25),
      L.Flatten(), L.Dense(512, activation='relu'), L.Dropout(0.5), L.Dense(10, activation='softmax')]`,
  },
};
