import { describe, expect, it } from 'vitest';
import { readOptions, usage } from './options.ts';

describe('readOptions', () => {
  it('has defaults', () => {
    expect(readOptions(['mnist'])).toEqual({
      program: 'mnist',
      epochs: undefined,
      backend: undefined,
      limit: undefined,
      seed: 1,
      json: undefined,
      out: 'out/mnist',
    });
  });

  it('reads every option, in any place and both spellings', () => {
    const args = [
      '--epochs',
      '3',
      'imdb',
      '--backend=js',
      '--limit',
      '200',
      '--seed',
      '0',
      '--json',
      'a.json',
      '--out',
      'b',
    ];
    expect(readOptions(args)).toEqual({
      program: 'imdb',
      epochs: 3,
      backend: 'js',
      limit: 200,
      seed: 0,
      json: 'a.json',
      out: 'b',
    });
  });

  it('gives help before it finds fault', () => {
    expect(readOptions(['--help'])).toBe('help');
    expect(readOptions(['-h'])).toBe('help');
    expect(readOptions(['mnist', '--help'])).toBe('help');
    for (const word of ['mnist', 'autoencoder', '--epochs', '--json', 'CAPAS_DATA_DIR']) expect(usage).toContain(word);
  });

  it.each([
    [['minst'], "Unknown program: 'minst'. Did you mean 'mnist'?"],
    [['toString'], "Unknown program: 'toString'. Known: mnist, cifar10, fashion-mnist, imdb, autoencoder."],
    [['fashion_mnist'], "Unknown program: 'fashion_mnist'. Did you mean 'fashion-mnist'?"],
    [['mnist', '--epoch', '3'], "Unknown option: '--epoch'. Did you mean '--epochs'?"],
    [['mnist', '-e'], "Unknown option: '-e'."],
    [['mnist', '--epochs', '0'], "examples: `--epochs` must be a whole number of at least 1. Received: '0'."],
    [['mnist', '--epochs', '1.5'], "examples: `--epochs` must be a whole number of at least 1. Received: '1.5'."],
    [['mnist', '--limit', 'all'], "examples: `--limit` must be a whole number of at least 1. Received: 'all'."],
    [['mnist', '--seed=-1'], "examples: `--seed` must be a whole number of at least 0. Received: '-1'."],
    [['mnist', '--out'], 'examples: `--out` must be followed by a value. Received: undefined.'],
    [['mnist', 'imdb'], "examples: `program` must be one name. Received: 'mnist imdb'."],
    [[], "examples: `program` must be one of mnist, cifar10, fashion-mnist, imdb, autoencoder. Received: ''."],
  ])('refuses %j', (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });
});
