import { expect, test } from 'vitest';
import { Message } from './message.ts';

/** Bytes as they stand in the documentation of the encoding. */
const hex = (message: Message): string =>
  [...message.toBytes()].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');

test('numbers are written in groups of seven bits, the lowest first, negative ones with 64', () => {
  // 150 = 1·128 + 22; field 1 of wire type 0
  expect(hex(new Message().int(1, 150))).toBe('08 96 01');
  expect(hex(new Message().int(1, 0))).toBe('08 00');
  expect(hex(new Message().int(2, -2))).toBe('10 fe ff ff ff ff ff ff ff ff 01');
  // field 20 takes two bytes: 20 · 8 = 160
  expect(hex(new Message().int(20, 1))).toBe('a0 01 01');
  expect(hex(new Message().float(2, 1.5))).toBe('15 00 00 c0 3f');
});

test('texts, bytes and messages have their length in front', () => {
  expect(hex(new Message().text(2, 'testing'))).toBe('12 07 74 65 73 74 69 6e 67');
  expect(hex(new Message().bytes(9, Uint8Array.of(1, 2)))).toBe('4a 02 01 02');
  const inner = new Message().int(1, 150);
  expect(hex(new Message().message(3, inner))).toBe('1a 03 08 96 01');
  expect(new Message().message(3, inner).size).toBe(5);
});
