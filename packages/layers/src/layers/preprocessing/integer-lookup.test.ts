import { cpu } from '@capas/backend-cpu';
import { HostArray, scope, type Tensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { Sequential } from '../../models/sequential.ts';
import { checkLayer } from '../../testing/check-layer.ts';
import { IntegerLookup, integerLookup } from './integer-lookup.ts';

const native = (await cpu({ prefer: ['native'] })[0]!.probe()).ok;
beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

const vocabulary = [12, -36, 0, 1138, 42];
const lookUp = (layer: IntegerLookup, ...x: number[]): unknown =>
  scope(() => layer.apply(HostArray.from(x, 'int32')).arraySync());

describe('IntegerLookup', () => {
  test.each([
    [{ vocabulary }, [2, 3], [2, 3]],
    [{ vocabulary, invert: true }, [2, 3], [2, 3]],
    [{ vocabulary, numOovIndices: 3, maskToken: 7 }, [2, 3], [2, 3]],
    [{ vocabulary, outputMode: 'oneHot' }, [2, 1], [2, 6]],
    [{ vocabulary, outputMode: 'multiHot' }, [2, 3], [2, 6]],
    [{ vocabulary, outputMode: 'tf_idf', idfWeights: [1, 2, 3, 4, 5] }, [2, 3], [2, 6]],
  ] as const)('keeps the layer contract, as a part of programs: %j', (config, inputShape, outputShape) => {
    const outputDType = 'outputMode' in config ? 'float32' : 'int32';
    checkLayer(IntegerLookup, { config, inputShape, inputDType: 'int32', outputShape, outputDType });
  });

  test('keeps the layer contract on the host, where it hashes', () => {
    const config = { vocabulary, numOovIndices: 2, oovMethod: 'farmhash', salt: 3 } as const;
    const shape = [2, 3];
    checkLayer(IntegerLookup, {
      config,
      inputShape: shape,
      inputDType: 'int32',
      outputShape: shape,
      outputDType: 'int32',
      isTraced: false,
    });
  });

  test('finds every term of vocabularies of any size, and no other', () => {
    for (const size of [1, 2, 3, 4, 7, 8, 9, 100]) {
      // large neighbours, which are one number in float32
      const terms = Array.from({ length: size }, (_, i) => 2 ** 30 - 2 * ((i * 37) % size));
      const layer = integerLookup({ vocabulary: terms });
      expect(lookUp(layer, ...terms)).toEqual(terms.map((_, i) => i + 1));
      expect(lookUp(layer, ...terms.map((term) => term + 1))).toEqual(terms.map(() => 0));
      expect(lookUp(layer, -(2 ** 31), 2 ** 31 - 1)).toEqual([0, 0]);
      layer.dispose();
    }
  });

  test('learns the most frequent integers, and of those equally frequent the greater ones first', () => {
    const layer = integerLookup();
    layer.adapt(
      HostArray.from(
        [
          [12, 1138, 42],
          [42, 1000, 36],
        ],
        'int32',
      ),
    );
    expect(layer.getVocabulary()).toEqual([-1, 42, 1138, 1000, 36, 12]);
    expect(lookUp(layer, 12, 42, 5)).toEqual([5, 1, 0]);
    layer.dispose();
  });

  test('unknown integers have the index of their remainder, which is not negative', () => {
    const layer = integerLookup({ vocabulary: [12, 36], numOovIndices: 3, maskToken: 0 });
    expect(lookUp(layer, 37, 1000, -1, 0, 12, 2 ** 31 - 1, -(2 ** 31))).toEqual([2, 2, 3, 0, 4, 2, 2]);
    layer.dispose();
  });

  test('or that of a hash', () => {
    // the example of Keras
    const layer = integerLookup({ vocabulary: [10, 20, 30], numOovIndices: 4, oovMethod: 'farmhash' });
    expect(lookUp(layer, 100, 300, 700, 1100, 1700, 2000)).toEqual([3, 3, 2, 2, 0, 1]);
    layer.dispose();
  });

  test('gives back integers, the mask and the token of unknown ones', () => {
    const layer = integerLookup({ vocabulary: [12, 36], invert: true, maskToken: 0, oovToken: -7 });
    expect(lookUp(layer, 0, 1, 2, 3, 4, -1)).toEqual([0, -7, 12, 36, -7, -7]);
    layer.dispose();
  });

  test.each(['wasm', ...(native ? ['native' as const] : [])] as const)(
    'is compiled on %s, and compiled anew for another vocabulary',
    async (backend) => {
      await useBackend(cpu({ prefer: [backend] }));
      const layer = integerLookup();
      layer.setVocabulary([5, 6]);
      const model = new Sequential([layer]);
      model.compile({ jitCompile: true });
      const indices = async (): Promise<number[]> => {
        const found = (await model.predict(HostArray.from([[5, 6, 7]], 'int32'))) as Tensor;
        const values = [...found.dataSync()];
        found.dispose();
        return values;
      };
      expect(await indices()).toEqual([1, 2, 0]);
      layer.setVocabulary([7, 6]);
      expect(await indices()).toEqual([0, 2, 1]);
      model.dispose();
      await useBackend(cpu({ prefer: ['js'] }));
    },
  );

  test('refuses what does not fit', () => {
    expect(() => integerLookup({ vocabulary: [1], salt: 2 })).toThrow(
      "IntegerLookup: `salt` must be left out, unless oovMethod is 'farmhash'.",
    );
    expect(() => integerLookup({ name: 'i', vocabulary: [1.5] })).toThrow(
      "Layer 'i': `vocabulary` must be of 32-bit integers. Received: 1.5.",
    );
    expect(() => integerLookup({ vocabularyDtype: 'int32' as never })).toThrow(
      "`vocabularyDtype` must be one of 'int64'",
    );
    expect(() => integerLookup({ oovMethod: 'mod' as never })).toThrow(
      "`oovMethod` must be one of 'floormod', 'farmhash'",
    );
    const strict = integerLookup({ name: 'i', vocabulary: [1, 2], numOovIndices: 0, maskToken: 9 });
    expect(lookUp(strict, 1, 9, 2)).toEqual([1, 0, 2]);
    expect(() => lookUp(strict, 1, 3)).toThrow(
      "Layer 'i': with `numOovIndices: 0` every input must be in the vocabulary. Received: [3].",
    );
    strict.dispose();
  });
});
