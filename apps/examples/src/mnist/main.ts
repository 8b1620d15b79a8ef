/**
 * Learns to read handwritten digits: a small dense network on MNIST, about 97 to 98 % right after 5 epochs.
 *
 *     pnpm examples mnist
 *
 * The same program in Python is the first one of the Keras course; each step here is the step there.
 */
import { mnist } from '@capas/datasets';
import { type Logs, layers, Sequential } from '@capas/layers';
import type { Stage } from '../stage.ts';

export async function run({ epochs = 5, limit, watch, show }: Stage): Promise<Logs> {
  // 1. Load the data: 60,000 images to learn from and 10,000 to test with. `x` holds the images, bytes from 0 (paper) to
  //    255 (ink), in the shape [60000, 28, 28]; `y` holds the digits 0 … 9 that they show.
  //    Without a network the digits that come with Capas stand in: 10,000 and 2,000 of them.
  const { train, test, source } = limit(await mnist.load({ fallback: 'digits' }));
  console.log(`${source}: ${train.x.length} images to train on, ${test.x.length} to test with.`);

  // 2. Prepare it: networks learn best from small numbers, so the bytes become numbers from 0 to 1.
  const xTrain = train.x.astype('float32').div(255);
  const xTest = test.x.astype('float32').div(255);

  // 3. Build the model: each image becomes a row of 784 numbers, two hidden layers look for patterns in it, and the last
  //    layer gives ten probabilities, one for each digit.
  const model = new Sequential([
    layers.flatten({ inputShape: [28, 28] }), //            [784]
    layers.dense({ units: 128, activation: 'relu' }), //    [128]
    layers.dense({ units: 64, activation: 'relu' }), //     [64]
    layers.dense({ units: 10, activation: 'softmax' }), //  [10]
  ]);
  model.summary();

  // 4. Compile it: which optimizer moves the weights, which loss it makes smaller, and what to measure besides.
  //    "Sparse" means that the labels are numbers (7), not rows with a single one ([0, 0, 0, 0, 0, 0, 0, 1, 0, 0]).
  model.compile({
    optimizer: 'adam',
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  });

  // 5. Train it: five times over all images, 32 of them at each step.
  await model.fit(xTrain, train.y, { epochs, batchSize: 32, verbose: 1, callbacks: watch });

  // 6. Test it with images that it has never seen.
  const score = await model.evaluate(xTest, test.y);
  console.log('Test accuracy:', score.accuracy);

  // 7. Look at some of the test images and at what the model takes them for.
  const probabilities = await model.predict(xTest.slice(0, 1000)); // [1000, 10]
  await show.predictions(test, probabilities);
  return score;
}
