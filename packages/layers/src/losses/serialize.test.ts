import { describe, expect, test } from 'vitest';
import { losses, metrics, registerKerasSerializable } from '../index.ts';

describe.each([
  [
    'losses',
    losses.huber({ delta: 2, name: 'h' }),
    losses.serialize as (thing: never) => object,
    losses.deserialize as (written: never, custom?: object) => object,
    { class_name: 'Huber', config: { delta: 2, name: 'h' } },
  ],
  [
    'metrics',
    metrics.recall({ topK: 3, name: 'r' }),
    metrics.serialize as (thing: never) => object,
    metrics.deserialize as (written: never, custom?: object) => object,
    { class_name: 'Recall', config: { top_k: 3, name: 'r' } },
  ],
])('%s', (kind, thing, serialize, deserialize, expected) => {
  test('as Keras writes them, and back', () => {
    const written = serialize(thing as never);
    expect(written).toMatchObject({ module: `keras.${kind}`, registered_name: null, ...expected });
    const back = deserialize(written as never) as typeof thing;
    expect(back).toBeInstanceOf(thing.constructor);
    expect(back.name).toBe(thing.name);
    expect(back.config).toMatchObject(thing.config);
  });

  test('a class of your own is found where it is given or registered', () => {
    class Mine extends (thing.constructor as typeof losses.Huber) {}
    const written = { class_name: 'Mine', config: { name: 'mine' } };
    expect(() => deserialize(written as never)).toThrow("'Mine'");
    expect(deserialize(written as never, { Mine })).toBeInstanceOf(Mine);
    registerKerasSerializable(Mine, { package: kind, name: 'Mine' });
    const again = deserialize({ ...written, registered_name: `${kind}>Mine` } as never) as { readonly name: string };
    expect(again).toBeInstanceOf(Mine);
    expect(again.name).toBe('mine');
  });
});

test('a function of your own', () => {
  const mine = (yTrue: unknown): never => yTrue as never;
  expect(losses.deserialize({ class_name: 'mine', config: {} }, { mine })).toBeInstanceOf(losses.LossFunctionWrapper);
});
