import { expect, test } from 'vitest';
import { parseJson } from './safe-json.ts';

test('an object comes back', () => {
  expect(parseJson('c', '{"a": [1, {"b": null}]}')).toEqual({ a: [1, { b: null }] });
});

test.each([
  ['{"a": ', /^c: this is no JSON/],
  ['[1]', 'c: this JSON is no object.'],
  ['{"x": {"__proto__": {"isAdmin": true}}}', "c: the key '__proto__' is not accepted."],
  ['{"constructor": 1}', "c: the key 'constructor' is not accepted."],
  ['{"units": 1e999}', 'c: a number is too large.'],
  [`{"a": [${'{},'.repeat(2_100_000)}0]}`, 'c: more than 4000000 items of JSON.'],
  [`{"a": ${'['.repeat(100_000)}`, 'c: nested more than 200 levels deep.'],
  [`${'{"a":'.repeat(500)}1${'}'.repeat(500)}`, 'c: nested more than 200 levels deep.'],
])('refuses %.40s', (text, message) => {
  expect(() => parseJson('c', text)).toThrow(message);
  expect(({} as Record<string, unknown>).isAdmin).toBeUndefined();
});

test('brackets in texts do not count', () => {
  const text = `${'[{,'.repeat(1000)}\\"[`;
  expect(parseJson('c', JSON.stringify({ text }))).toEqual({ text });
});
