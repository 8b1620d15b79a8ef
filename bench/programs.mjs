/**
 * The models of the five course programs (`apps/examples`), and what they are trained with.
 *
 * `build` takes what Capas and tfjs-layers share: `sequential` of a list, and `layers`. The same models in Python are in
 * `python/`. `steps` is how many batches an epoch of a measurement has.
 */
export const programs = {
  mnist: {
    title: 'MNIST MLP',
    batch: 32,
    steps: 500,
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
    build: ({ sequential, layers }) =>
      sequential([
        layers.dense({ units: 128, activation: 'relu', inputShape: [784] }),
        layers.dense({ units: 64, activation: 'relu' }),
        layers.dense({ units: 10, activation: 'softmax' }),
      ]),
  },
  fashion: {
    title: 'Fashion MLP',
    batch: 32,
    steps: 500,
    loss: 'sparseCategoricalCrossentropy',
    fromLogits: true,
    metrics: ['accuracy'],
    build: ({ sequential, layers }) =>
      sequential([layers.dense({ units: 128, activation: 'relu', inputShape: [784] }), layers.dense({ units: 10 })]),
  },
  imdb: {
    title: 'IMDB embedding',
    batch: 32,
    steps: 50,
    loss: 'binaryCrossentropy',
    metrics: ['accuracy'],
    build: ({ sequential, layers }) =>
      sequential([
        layers.embedding({ inputDim: 20000, outputDim: 128, inputShape: [80] }),
        layers.globalAveragePooling1d(),
        layers.dense({ units: 1, activation: 'sigmoid' }),
      ]),
  },
  autoencoder: {
    title: 'autoencoder',
    batch: 256,
    steps: 60,
    loss: 'binaryCrossentropy',
    metrics: [],
    build: ({ sequential, layers }) =>
      sequential([
        layers.dense({ units: 32, activation: 'relu', inputShape: [784] }),
        layers.dense({ units: 784, activation: 'sigmoid' }),
      ]),
  },
  cifar: {
    title: 'CIFAR CNN',
    batch: 128,
    steps: 8,
    loss: 'categoricalCrossentropy',
    metrics: ['accuracy'],
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
  },
};
