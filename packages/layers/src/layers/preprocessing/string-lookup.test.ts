import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpu } from '@capas/backend-cpu';
import { HostArray, scope, toTensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkLayer } from '../../testing/check-layer.ts';
import { StringLookup, stringLookup } from './string-lookup.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

const vocabulary = ['a', 'b', 'c'];
const letters = (shape: readonly number[]) =>
  toTensor(
    new HostArray(
      Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => 'abcz'[i % 4]!),
      shape,
      'string',
    ),
  );
const strings = { inputDType: 'string', makeInput: letters, isTraced: false } as const;
const lookUp = (layer: StringLookup, ...x: string[]): unknown => scope(() => layer.apply(x).arraySync());

describe('StringLookup', () => {
  test.each([
    [{ vocabulary }, [2, 3], [2, 3]],
    [{ vocabulary, outputMode: 'oneHot' }, [2, 1], [2, 4]],
    [{ vocabulary, outputMode: 'multi_hot', maxTokens: 9, padToMaxTokens: true }, [2, 3], [2, 9]],
    [{ vocabulary, outputMode: 'count', maskToken: 'z', numOovIndices: 2 }, [2, 3], [2, 5]],
    [{ vocabulary, outputMode: 'tfIdf', idfWeights: [1, 2, 3] }, [2, 3], [2, 4]],
  ] as const)('keeps the layer contract: %j', (config, inputShape, outputShape) => {
    const outputDType = 'outputMode' in config ? 'float32' : 'int32';
    checkLayer(StringLookup, { config, inputShape, outputShape, outputDType, ...strings });
  });

  test('keeps the layer contract where it gives out strings', () => {
    const layer = stringLookup({ vocabulary, invert: true, maskToken: '' });
    expect([layer.outputDType(), layer.inputDType, layer.runsOnHost]).toEqual(['string', 'int32', true]);
    scope(() => {
      // 0 is the mask, 1 and what is too large are unknown
      expect(layer.apply(HostArray.from([0, 1, 2, 4, 5, -1], 'int32')).arraySync()).toEqual([
        '',
        '[UNK]',
        'a',
        'c',
        '[UNK]',
        '[UNK]',
      ]);
    });
  });

  test('learns the most frequent strings, and of those equally frequent the greater ones first', () => {
    const data = ['b', 'a', 'b', 'é', 'z', '\ufffd', '😀', '', '[UNK]'];
    const layer = stringLookup({ maskToken: '' });
    layer.adapt(data);
    // 😀 lies beyond U+FFFF, though its halves in UTF-16 do not
    expect(layer.getVocabulary()).toEqual(['', '[UNK]', 'b', '😀', '\ufffd', 'é', 'z', 'a']);
    expect(layer.getVocabulary({ includeSpecialTokens: false })).toHaveLength(6);
    expect(layer.vocabularySize()).toBe(8);
    expect(layer.config).toMatchObject({ vocabulary: null, vocabularySize: 8 });
    expect(lookUp(layer, '', 'b', 'nothing', 'a')).toEqual([0, 2, 1, 7]);
    layer.adapt(['x']); // forgets the others
    expect(layer.getVocabulary()).toEqual(['', '[UNK]', 'x']);
    const small = stringLookup({ maxTokens: 3 });
    small.adapt(data);
    expect(small.getVocabulary()).toEqual(['[UNK]', 'b', '😀']);
  });

  test('learns from batches, which may come by and by, and of tuples the first', async () => {
    const batches = [
      ['b', 'a'],
      ['b', 'c'],
    ].map((batch) => new HostArray(batch));
    async function* later() {
      yield* batches;
    }
    for (const data of [batches, batches.map((x) => [x, x]), new Set([['b', 'a'], [['b', 'c']]]), later()]) {
      const layer = stringLookup();
      await layer.adapt(data as Iterable<HostArray>);
      expect(layer.getVocabulary()).toEqual(['[UNK]', 'b', 'c', 'a']);
    }
    const first = stringLookup();
    first.adapt(batches, { steps: 1 });
    expect(first.getVocabulary()).toEqual(['[UNK]', 'b', 'a']);
  });

  test('weighs rare strings more: each row is a document', () => {
    const layer = stringLookup({ outputMode: 'tfIdf' });
    layer.adapt(
      HostArray.from([
        ['a', 'a'],
        ['a', 'b'],
        ['b', 'c'],
      ]),
    );
    // 3 documents, a and b in 2 of them, c in 1: log(1 + 3 / 3) and log(1 + 3 / 2); unknown ones have the mean
    const [a, c] = [Math.log(2), Math.log(2.5)];
    scope(() => {
      expect([...layer.apply([['b', 'a', 'a', 'c', 'x']]).dataSync()]).toEqual(
        [(2 * a + c) / 3, 2 * a, a, c].map((value) => expect.closeTo(value, 5)),
      );
    });
    layer.dispose();
  });

  test('hashes unknown strings to several indices', () => {
    const layer = stringLookup({ vocabulary, numOovIndices: 3, maskToken: '' });
    expect(layer.getVocabulary()).toEqual(['', '[UNK]', '[UNK]', '[UNK]', 'a', 'b', 'c']);
    // TensorFlow: tf.strings.to_hash_bucket_fast(['q', 'zz', 'y'], 3) is [2, 1, 2]
    expect(lookUp(layer, 'q', 'zz', 'y', 'a')).toEqual([3, 2, 3, 4]);
  });

  test('refuses unknown strings where there is no index for them', () => {
    const layer = stringLookup({ vocabulary, numOovIndices: 0, name: 'known' });
    expect(lookUp(layer, 'a', 'c')).toEqual([0, 2]);
    expect(() => lookUp(layer, 'a', 'x', 'y')).toThrow(
      "Layer 'known': with `numOovIndices: 0` every input must be in the vocabulary. Received: ['x', 'y'].",
    );
  });

  test('takes vocabularies with and without the special tokens', () => {
    const layer = stringLookup({ maskToken: '', numOovIndices: 2 });
    layer.setVocabulary(['', '[UNK]', '[UNK]', 'x', 'y']);
    expect(layer.getVocabulary({ includeSpecialTokens: false })).toEqual(['x', 'y']);
    layer.setVocabulary(['x', 'y', 'z']);
    expect(layer.getVocabulary()).toEqual(['', '[UNK]', '[UNK]', 'x', 'y', 'z']);
  });

  test('reads vocabularies from text files, and writes them as Keras does', () => {
    const folder = mkdtempSync(join(tmpdir(), 'capas-vocabulary-'));
    writeFileSync(join(folder, 'words.txt'), 'a\nb b\n\nc\n');
    const layer = stringLookup({ vocabulary: join(folder, 'words.txt') });
    rmSync(folder, { recursive: true });
    expect(layer.getVocabulary()).toEqual(['[UNK]', 'a', 'b b', '', 'c']);
    expect(layer.saveAssets()).toEqual({ 'vocabulary.txt': '[UNK]\na\nb b\n\nc' });
    expect(stringLookup({ vocabulary }).saveAssets()).toEqual({}); // it stands in the config
    expect(() => stringLookup({ vocabulary: '/nowhere/words.txt', name: 'file' })).toThrow(
      "Layer 'file': `vocabulary` must be a list of terms or a text file. Received: '/nowhere/words.txt'.",
    );
  });

  test('is the same after its state was written and read', () => {
    const layer = stringLookup({ outputMode: 'tfIdf', maxTokens: 6, padToMaxTokens: true });
    layer.adapt(
      HostArray.from([
        ['a', 'b'],
        ['a', 'c'],
      ]),
    );
    const copy = new StringLookup(JSON.parse(JSON.stringify(layer.config)));
    copy.loadOwnVariables(layer.saveOwnVariables());
    copy.loadAssets(layer.saveAssets());
    expect(lookUp(copy, 'a', 'c', 'x')).toEqual(lookUp(layer, 'a', 'c', 'x'));
    layer.dispose();
    copy.dispose();
  });

  test('refuses what does not fit', () => {
    const refused = (config: object, text: string): void => void expect(() => stringLookup(config)).toThrow(text);
    refused({ maxTokens: 1 }, 'StringLookup: `maxTokens` must be an integer of at least 2. Received: 1.');
    refused({ numOovIndices: -1 }, 'StringLookup: `numOovIndices` must be an integer of at least 0. Received: -1.');
    refused({ padToMaxTokens: true }, 'StringLookup: `maxTokens` must be given where `padToMaxTokens` is true.');
    refused({ invert: true, outputMode: 'count' }, "StringLookup: `outputMode` must be 'int' where `invert` is true.");
    refused(
      { outputMode: 'hot' },
      "StringLookup: `outputMode` must be one of 'int', 'oneHot', 'multiHot', 'count', 'tfIdf'.",
    );
    refused({ vocabulary, outputMode: 'tfIdf' }, 'StringLookup: `idfWeights` must be given with the vocabulary');
    refused({ vocabulary, idfWeights: [1] }, "StringLookup: `idfWeights` must be left out, outputMode is 'int'.");
    refused(
      { vocabulary, encoding: 'latin-1' },
      "StringLookup: `encoding` must be one of 'utf-8'. Received: 'latin-1'.",
    );
    refused({ vocabulary, sparse: true }, 'StringLookup: `sparse` must be false, there are no sparse tensors.');
    refused(
      { name: 'l', vocabulary: [] },
      "Layer 'l': `vocabulary` must be a list with at least one term. Received: [].",
    );
    refused(
      { name: 'l', vocabulary: ['a', 'b', 'a'] },
      "Layer 'l': `vocabulary` must be a list without repeated terms.",
    );
    refused(
      { name: 'l', vocabulary: ['a', ''], maskToken: '' },
      "Layer 'l': `vocabulary` must be without the mask token ''",
    );
    refused(
      { name: 'l', vocabulary, maxTokens: 3 },
      "Layer 'l': `vocabulary` must be of at most 2 terms: `maxTokens` is 3.",
    );
    expect(() => stringLookup({ name: 'l', vocabulary }).adapt(['x'])).toThrow(
      "Layer 'l': `vocabulary` was given, it cannot be adapted.",
    );
    expect(() => stringLookup({ name: 'l' }).adapt([1, 2] as never)).toThrow("Layer 'l': `data` must be strings.");
    expect(() => lookUp(stringLookup({ name: 'l', outputMode: 'count' }), 'a')).toThrow(
      "Layer 'l' has no vocabulary yet",
    );
    const layer = stringLookup({ name: 'l', outputMode: 'count' });
    layer.adapt(['a']);
    expect(() => layer.adapt(['a', 'b'])).toThrow(
      "Layer 'l': the size of the vocabulary is that of the output, and cannot change from 2 to 3.",
    );
  });
});
