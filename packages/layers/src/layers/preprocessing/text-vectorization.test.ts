import { cpu } from '@capas/backend-cpu';
import { HostArray, scope, toTensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkLayer } from '../../testing/check-layer.ts';
import { TextVectorization, textVectorization } from './text-vectorization.ts';
import type { TextVectorizationConfig } from './text-vectorization-config.ts';
import { ngramsOf, splitters, standardizers } from './tokenize.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

const vocabulary = ['the', 'cat', 'sat'];
const sentences = (shape: readonly number[]) =>
  toTensor(
    new HostArray(
      Array.from({ length: shape[0]! }, (_, i) => ['The cat!', '', 'a cat sat'][i % 3]!),
      shape,
      'string',
    ),
  );
const run = (config: TextVectorizationConfig, ...texts: string[]): unknown =>
  scope(() =>
    textVectorization({ vocabulary, ...config })
      .apply(texts)
      .arraySync(),
  );

describe('tokens', () => {
  test('only ASCII is lowered and stripped, as in TensorFlow', () => {
    expect(standardizers.lower(['ÀÉ ABC', 'İ'])).toEqual(['ÀÉ abc', 'İ']);
    const punctuation = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\'';
    expect(standardizers.stripPunctuation([`A${punctuation}’¿é1 b`])).toEqual(['A’¿é1 b']);
    expect(standardizers.lowerAndStripPunctuation(["Don't!"])).toEqual(['dont']);
  });

  test('white space is that of ASCII; the rest holds words together', () => {
    expect(splitters.whitespace(['a\u00a0b c\td\ve\ff\rg\nh\u2003i\u001cj  ', '', '   '])).toEqual([
      ['a\u00a0b', 'c', 'd', 'e', 'f', 'g', 'h\u2003i\u001cj'],
      [],
      [],
    ]);
  });

  test('characters are whole, also beyond U+FFFF', () => {
    expect(splitters.character(['a😀é', ''])).toEqual([['a', '😀', 'é'], []]);
  });

  test('n-grams come by their lengths, in the order that is given', () => {
    expect(ngramsOf(['a', 'b', 'c'], [1, 2])).toEqual(['a', 'b', 'c', 'a b', 'b c']);
    expect(ngramsOf(['a', 'b', 'c'], [3, 1])).toEqual(['a b c', 'a', 'b', 'c']);
    expect(ngramsOf(['a'], [2])).toEqual([]);
  });
});

describe('TextVectorization', () => {
  test.each([
    [{ outputSequenceLength: 4 }, [3], [3, 4]],
    [{ outputSequenceLength: 2 }, [3, 1], [3, 2]],
    [{ outputMode: 'multiHot' }, [3], [3, 4]],
    [{ outputMode: 'count', ngrams: 2, maxTokens: 9, padToMaxTokens: true }, [3, 1], [3, 9]],
    [{ outputMode: 'tf_idf', idfWeights: [1, 2, 3], split: 'character' }, [3], [3, 4]],
  ] as const)('keeps the layer contract: %j', (config, inputShape, outputShape) => {
    checkLayer(TextVectorization, {
      config: { vocabulary, ...config },
      inputShape,
      inputDType: 'string',
      makeInput: sentences,
      outputShape,
      outputDType: 'outputMode' in config ? 'float32' : 'int32',
      isTraced: false,
    });
  });

  test('fills texts up to the longest one, or to a length', () => {
    expect(run({}, 'The CAT, sat?', 'dog', '')).toEqual([
      [2, 3, 4],
      [1, 0, 0],
      [0, 0, 0],
    ]);
    expect(run({ outputSequenceLength: 2 }, 'the cat sat', 'sat')).toEqual([
      [2, 3],
      [4, 0],
    ]);
    scope(() => void expect(textVectorization({ vocabulary }).apply(['', '']).shape).toEqual([2, 0]));
  });

  test('counts the tokens of texts without any', () => {
    expect(run({ outputMode: 'count' }, 'the the dog', '')).toEqual([
      [1, 2, 0, 0],
      [0, 0, 0, 0],
    ]);
    expect(run({ outputMode: 'multiHot' }, '')).toEqual([[0, 0, 0, 0]]);
  });

  test('learns tokens, and is the same after its state was written and read', () => {
    const layer = textVectorization({ outputSequenceLength: 4 });
    layer.adapt(['foo bar', 'bar baz', 'baz bada boom']);
    expect(layer.getVocabulary()).toEqual(['', '[UNK]', 'baz', 'bar', 'foo', 'boom', 'bada']);
    expect(layer.config).toMatchObject({ vocabulary: null, vocabularySize: 7 });
    const copy = new TextVectorization(JSON.parse(JSON.stringify(layer.config)));
    copy.loadOwnVariables(layer.saveOwnVariables());
    copy.loadAssets(layer.saveAssets());
    for (const one of [layer, copy])
      scope(
        () =>
          void expect(one.apply([['foo qux bar'], ['qux baz']]).arraySync()).toEqual([
            [4, 1, 3, 0],
            [1, 2, 0, 0],
          ]),
      );
    layer.setVocabulary(['x']);
    expect(layer.vocabularySize()).toBe(3);
  });

  test('learns from batches, which may come by and by', async () => {
    async function* later() {
      yield ['a b', 'b'];
      yield [['c b']];
    }
    for (const data of [new Set([['a b', 'b'], [['c b']]]), later()]) {
      const layer = textVectorization({ maxTokens: 4 });
      await layer.adapt(data as Iterable<string[]>);
      expect(layer.getVocabulary()).toEqual(['', '[UNK]', 'b', 'c']);
    }
  });

  test('takes functions', () => {
    const config: TextVectorizationConfig = {
      standardize: (texts) => texts.map((text) => text.replaceAll('-', '|').toLowerCase()),
      split: (texts) => texts.map((text) => text.split('|')),
    };
    expect(run(config, 'The-cat-x', 'SAT')).toEqual([
      [2, 3, 1],
      [4, 0, 0],
    ]);
  });

  test('takes texts as they are', () => {
    expect(run({ standardize: null, split: null, vocabulary: ['The cat', 'x'] }, 'The cat', 'the cat')).toEqual([2, 1]);
    expect(run({ standardize: null, split: null, outputSequenceLength: 3 }, 'the', 'cat')).toEqual([2, 3, 0]);
    scope(() => {
      const one = new HostArray(['the'], []);
      expect(textVectorization({ vocabulary, split: null }).apply(one).arraySync()).toBe(2);
      expect(textVectorization({ vocabulary }).apply(one).arraySync()).toEqual([2]);
    });
  });

  test('refuses what does not fit', () => {
    const refused = (config: object, text: string): void => void expect(() => textVectorization(config)).toThrow(text);
    refused(
      { standardize: 'upper' },
      "TextVectorization: `standardize` must be one of 'lower', 'stripPunctuation', 'lowerAndStripPunctuation'.",
    );
    refused(
      { split: 'lines' },
      "TextVectorization: `split` must be one of 'whitespace', 'character'. Received: 'lines'.",
    );
    refused(
      { ngrams: 0 },
      'TextVectorization: `ngrams` must be a positive integer, a list of them, or null. Received: 0.',
    );
    refused(
      { ragged: true },
      'TextVectorization: `ragged` must be false, there are no ragged tensors. Received: true.',
    );
    refused({ sparse: true }, 'TextVectorization: `sparse` must be false, there are no sparse tensors.');
    refused(
      { outputMode: 'one_hot' },
      "TextVectorization: `outputMode` must be one of 'int', 'multiHot', 'count', 'tfIdf'.",
    );
    refused({ maxTokens: 1 }, 'TextVectorization: `maxTokens` must be an integer of at least 2.');
    refused(
      { outputMode: 'count', outputSequenceLength: 3 },
      "`outputSequenceLength` must be left out, outputMode is 'count'.",
    );
    refused({ outputSequenceLength: 0 }, '`outputSequenceLength` must be a positive integer. Received: 0.');
    const layer = textVectorization({ name: 't', vocabulary });
    expect(() => layer.apply([['a', 'b']])).toThrow(
      "Layer 't': texts that are split must have the shape [batch] or [batch, 1]. Received: [1, 2].",
    );
    expect(() => layer.apply([1])).toThrow("Layer 't': `data` must be strings.");
    expect(() => layer.adapt(['a'])).toThrow("Layer 't': `vocabulary` was given, it cannot be adapted.");
  });
});
