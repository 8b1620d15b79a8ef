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
  [`${'{"a":'.repeat(500)}1${'}'.repeat(500)}`, 'c: nested more than 200 levels deep.'],
])('refuses %s', (text, message) => {
  expect(() => parseJson('c', text)).toThrow(message);
  expect(({} as Record<string, unknown>).isAdmin).toBeUndefined();
});
