/**
 * Learns to squeeze an image of 784 pixels into 32 numbers and to draw it again from them: an autoencoder on MNIST.
 *
 *     pnpm examples autoencoder
 *
 * Nobody tells it which digit an image shows: it learns from the images alone.
 */
import { mnist } from '@capas/datasets';
import { input, type Logs, layers, model } from '@capas/layers';
import type { Stage } from '../stage.ts';

export async function run({ epochs = 10, limit, watch, show }: Stage): Promise<Logs> {
  // 1. Load the images; the labels are not needed. Without a network the digits that come with Capas stand in.
  const { train, test } = limit(await mnist.load({ fallback: 'digits' }));

  // 2. Prepare them: numbers from 0 to 1, each image as a row of 784.
  const xTrain = train.x.astype('float32').div(255).reshape([-1, 784]);
  const xTest = test.x.astype('float32').div(255).reshape([-1, 784]);

  // 3. Build the model by its inputs and outputs (a "functional" model): calling a layer connects it.
  const encodingDim = 32;
  const image = input({ shape: [784] });
  const encoded = layers.dense({ units: encodingDim, activation: 'relu' })(image);
  const decoded = layers.dense({ units: 784, activation: 'sigmoid' })(encoded);
  const autoencoder = model({ inputs: image, outputs: decoded });
  autoencoder.summary();

  // 4. Compile it: each pixel is a probability of ink, so the loss is a binary crossentropy.
  autoencoder.compile({ optimizer: 'adam', loss: 'binaryCrossentropy' });

  // 5. Train it: what goes in is also what should come out.
  await autoencoder.fit(xTrain, xTrain, {
    epochs,
    batchSize: 256,
    shuffle: true,
    validationData: [xTest, xTest],
    callbacks: watch,
  });

  // 6. Test it.
  const score = await autoencoder.evaluate(xTest, xTest, { batchSize: 256, verbose: 0 });
  console.log('Test loss:', score.loss);

  // 7. Draw the test images from their 32 numbers: ten originals above their ten reconstructions.
  const decodedImages = await autoencoder.predict(xTest); // [10000, 784]
  await show.reconstructions(xTest, decodedImages);
  return score;
}
