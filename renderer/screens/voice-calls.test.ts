import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BoardCall } from '../../domain/board.ts';
import { windowIdSchema } from '../../domain/ids.ts';
import { latestMark, newCalls } from './voice-calls.ts';

const call = (callSeq: number, at = callSeq * 1000): BoardCall => ({
  callSeq,
  at,
  ticketNumber: `A${callSeq}`,
  windowNumber: 1,
  windowId: windowIdSchema.parse('w1'),
  recall: false,
});
const seqs = (calls: readonly BoardCall[]) => calls.map(({ callSeq }) => callSeq);

test('a screen that was just switched on repeats nothing', () => {
  expect(newCalls([call(3), call(2)], null, 3000)).toEqual([]);
});

test('new calls are spoken oldest first', () => {
  expect(seqs(newCalls([call(5), call(4), call(3)], { callSeq: 3, at: 3000 }, 5000))).toEqual([4, 5]);
});

test('a call that is a minute old is not news', () => {
  expect(seqs(newCalls([call(5, 100_000), call(4, 30_000)], { callSeq: 3, at: 3000 }, 101_000))).toEqual([5]);
});

test('after the counter fell back, time tells old from new', () => {
  expect(seqs(newCalls([call(2, 9_500), call(1, 8_000)], { callSeq: 40, at: 9_000 }, 9_600))).toEqual([2]);
});

test('however often the board is shown, each call is taken once and in order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 30 }), (growth) => {
      const taken: number[] = [];
      let all: BoardCall[] = [];
      let mark = latestMark(all);
      for (const more of growth) {
        for (let i = 0; i < more; i += 1) all = [call(all.length + 1), ...all];
        const shown = all.slice(0, 12);
        taken.push(...seqs(newCalls(shown, mark, shown[0]?.at ?? 0)));
        mark = latestMark(shown);
      }
      expect(taken).toEqual(all.map(({ callSeq }) => callSeq).toReversed());
    }),
  );
});
