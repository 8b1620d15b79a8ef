/**
 * Learns to recognise clothes: a dense network on Fashion-MNIST, about 87 to 88 % right after 10 epochs.
 *
 *     pnpm examples fashion-mnist
 *
 * It differs from the MNIST program in its last layer, which gives raw scores ("logits") instead of probabilities.
 */
import { fashionMnist } from '@capas/datasets';
import { type Logs, layers, losses, Sequential } from '@capas/layers';
import type { Stage } from '../stage.ts';

export async function run({ epochs = 10, limit, watch, show }: Stage): Promise<Logs> {
  // 1. Load the data: 60,000 and 10,000 images of 28×28 grey pixels, labels 0 (T-shirt) … 9 (ankle boot).
  const { train, test } = limit(await fashionMnist.load());

  // 2. Prepare it: dividing makes numbers from 0 to 1 of the bytes.
  const trainImages = train.x.div(255);
  const testImages = test.x.div(255);

  // 3. Build the model.
  const model = new Sequential([
    layers.flatten({ inputShape: [28, 28] }), //          [784]
    layers.dense({ units: 128, activation: 'relu' }), //  [128]
    layers.dense({ units: 10 }), //                       [10], one score for each class, of any size
  ]);
  model.summary();

  // 4. Compile it. `fromLogits` tells the loss that it gets scores and has to apply the softmax itself: that is exact
  //    where a probability would be rounded to 0 or 1.
  model.compile({
    optimizer: 'adam',
    loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }),
    metrics: ['accuracy'],
  });

  // 5. Train it. Without a `batchSize` there are 32 images at each step.
  await model.fit(trainImages, train.y, { epochs, callbacks: watch });

  // 6. Test it. `verbose: 2` prints one line.
  const score = await model.evaluate(testImages, test.y, { verbose: 2 });
  console.log('Test accuracy:', score.accuracy);

  // 7. Look at some test images: the highest score wins, with or without a softmax.
  const scores = await model.predict(testImages.slice(0, 1000)); // [1000, 10]
  await show.predictions(test, scores, fashionMnist.classNames);
  return score;
}
