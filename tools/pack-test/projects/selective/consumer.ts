// The types of the packed packages, as a user's compiler reads them.
import { ready, type Tensor } from '@capas/core';
import { layers, Sequential } from '@capas/layers';

export async function train(x: Tensor, y: Tensor): Promise<number> {
  await ready();
  const model = new Sequential([layers.dense({ units: 2, activation: 'softmax', inputShape: [4] })]);
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  await model.fit(x, y, { epochs: 1 });

  // @ts-expect-error: a misspelt option is found by the compiler
  layers.dense({ unitz: 2 });
  // @ts-expect-error: and so is a loss that does not exist
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropie' });

  const { loss } = await model.evaluate(x, y);
  return loss;
}
