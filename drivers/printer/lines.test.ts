import fc from 'fast-check';
import { expect, test } from 'vitest';
import { columnsOf, wrap } from './lines.ts';

test('Latin takes one column, everything else two', () => {
  expect(columnsOf('A012')).toBe(4);
  expect(columnsOf('综合受理𠮷')).toBe(10);
  expect(columnsOf('（1）')).toBe(5);
});

test('a long item name goes on in the next line, numbers stay whole', () => {
  expect(wrap('查询电话 0000-12345 转三号', 16)).toEqual(['查询电话', '0000-12345 转三', '号']);
  expect(wrap('', 10)).toEqual(['']);
});

test('no line is wider than the paper and no character is lost', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('便', '民', '𠮷', 'A', '7', ' ', '-', '（') }),
      fc.integer({ min: 2, max: 48 }),
      (text, columns) => {
        const lines = wrap(text, columns);
        for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(columns);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      },
    ),
  );
});
