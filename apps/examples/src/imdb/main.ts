/**
 * Learns whether a film review is favourable: word vectors on IMDB, about 84 % right at its best.
 *
 *     pnpm examples imdb
 *
 * Watch the curves: the training loss falls on and on, while the validation loss soon rises again. The model starts to
 * learn its reviews by heart ("overfitting"); the best epoch is an early one.
 */
import { imdb, padSequences } from '@capas/datasets';
import { type Logs, layers, Sequential } from '@capas/layers';
import type { Stage } from '../stage.ts';

export async function run({ epochs = 10, limit, watch, show }: Stage): Promise<Logs> {
  // 1. Load the data: 25,000 and 25,000 reviews as sequences of word numbers, label 1 for a favourable one and 0 for an
  //    unfavourable one. Only the 20,000 most frequent words keep their number; the others become a 2.
  const maxFeatures = 20000;
  const { train, test } = limit(await imdb.load({ numWords: maxFeatures }));
  const wordIndex = await imdb.getWordIndex();

  // 2. Prepare it: reviews have different lengths, so the last 80 words of each are kept, and short ones are filled up
  //    with zeros in front.
  const maxlen = 80;
  const xTrain = padSequences(train.x, { maxlen }); // int32 [25000, 80]
  const xTest = padSequences(test.x, { maxlen });

  // 3. Build the model: each word number becomes a vector of 128 numbers, which are learned; their average stands for the
  //    review; the last layer turns it into the probability that the review is favourable.
  const model = new Sequential();
  model.add(layers.embedding({ inputDim: maxFeatures, outputDim: 128 })); // [80, 128]
  model.add(layers.globalAveragePooling1d()); //                             [128]
  model.add(layers.dense({ units: 1, activation: 'sigmoid' })); //           [1]

  // 4. Compile it. There are two classes, so one probability is enough: binary crossentropy.
  model.compile({ loss: 'binaryCrossentropy', optimizer: 'adam', metrics: ['accuracy'] });

  // 5. Train it, with a look at the test reviews after each epoch.
  const batchSize = 32;
  const validationData = [xTest, test.y] as const;
  const history = await model.fit(xTrain, train.y, { batchSize, epochs, validationData, callbacks: watch });
  const best = history.best('val_accuracy');
  console.log(`Best validation accuracy: ${best.value}, in epoch ${best.epoch + 1}`);

  // 6. Test it.
  const score = await model.evaluate(xTest, test.y, { batchSize });
  console.log('Test loss:', score.loss);
  console.log('Test accuracy:', score.accuracy);

  // 7. Read some reviews with their predictions. The number of a word is its rank by frequency, plus 3.
  const wordOf = new Map(Array.from(wordIndex, ([word, rank]) => [rank + 3, word]));
  const probabilities = await model.predict(xTest.slice(0, 20)); // [20, 1]
  const favourable = await probabilities.data();
  const reviews = Array.from(favourable, (probability, i) => {
    const words = Array.from(test.x[i]!.slice(1), (word) => wordOf.get(word) ?? '…').join(' ');
    const isRight = probability >= 0.5 === (test.y.get(i) === 1);
    const label = test.y.get(i) === 1 ? 'favourable' : 'unfavourable';
    return `${isRight ? 'right' : 'WRONG'}: ${(100 * probability).toFixed(0)} % favourable, is ${label}\n${words}\n`;
  });
  await show.text('reviews.txt', reviews.join('\n'));
  return score;
}
