/**
 * Learns to tell airplanes from cats: a convolutional network on CIFAR-10, about 77 % right after 20 epochs.
 *
 *     pnpm examples cifar10                            # all of it: a quarter of an hour on two cores
 *     pnpm examples cifar10 --limit 2000 --epochs 3    # half a minute, to see the loss fall
 */
import { cifar10, toCategorical } from '@capas/datasets';
import { type Logs, layers, Sequential } from '@capas/layers';
import type { Stage } from '../stage.ts';

export async function run({ epochs = 20, limit, watch, show }: Stage): Promise<Logs> {
  // 1. Load the data: images of 32×32 pixels in red, green and blue, [50000, 32, 32, 3], and the numbers of ten classes.
  //    Where CAPAS_DATA_DIR holds only some of the five files of training images, those are used.
  const { train, test } = limit(await cifar10.load());
  console.log(`${train.x.length} images to train on, ${test.x.length} to test with.`);

  // 2. Prepare it: numbers from 0 to 1, and labels as rows with a single one: 3 becomes [0, 0, 0, 1, 0, 0, 0, 0, 0, 0].
  const xTrain = train.x.astype('float32').div(255);
  const xTest = test.x.astype('float32').div(255);
  const numClasses = 10;
  const yTrain = toCategorical(train.y, numClasses);
  const yTest = toCategorical(test.y, numClasses);

  // 3. Build the model, layer by layer. Convolutions look for small patterns everywhere in the image; pooling halves its
  //    sides, so that the next ones see more of it at once; dropout keeps the network from learning images by heart.
  const model = new Sequential();
  model.add(
    layers.conv2d({
      filters: 32,
      kernelSize: 3,
      activation: 'relu',
      padding: 'same',
      inputShape: xTrain.shape.slice(1),
    }),
  ); //                                                                              [32, 32, 32]
  model.add(layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu' })); //   [30, 30, 32]
  model.add(layers.maxPooling2d({ poolSize: 2 })); //                                [15, 15, 32]
  model.add(layers.dropout({ rate: 0.25 }));

  model.add(layers.conv2d({ filters: 64, kernelSize: 3, activation: 'relu', padding: 'same' })); // [15, 15, 64]
  model.add(layers.conv2d({ filters: 64, kernelSize: 3, activation: 'relu' })); //   [13, 13, 64]
  model.add(layers.maxPooling2d({ poolSize: 2 })); //                                [6, 6, 64]
  model.add(layers.dropout({ rate: 0.25 }));

  model.add(layers.flatten()); //                                                    [2304]
  model.add(layers.dense({ units: 512, activation: 'relu' })); //                    [512]
  model.add(layers.dropout({ rate: 0.5 }));
  model.add(layers.dense({ units: numClasses, activation: 'softmax' })); //          [10]
  model.summary();

  // 4. Compile it. The loss for labels as rows is the one without "sparse".
  model.compile({ loss: 'categoricalCrossentropy', optimizer: 'adam', metrics: ['accuracy'] });

  // 5. Train it, and look after each epoch how it does on images that it does not learn from.
  const batchSize = 128;
  await model.fit(xTrain, yTrain, { batchSize, epochs, validationData: [xTest, yTest], callbacks: watch });

  // 6. Test it.
  const score = await model.evaluate(xTest, yTest, { verbose: 0 });
  console.log('Test loss:', score.loss);
  console.log('Test accuracy:', score.accuracy);

  // 7. Look at some of the test images and at what the model takes them for.
  const probabilities = await model.predict(xTest.slice(0, 500)); // [500, 10]
  await show.predictions(test, probabilities, cifar10.classNames);
  return score;
}
