import fc from 'fast-check';
import { expect, test } from 'vitest';
import { callPhrase, VOICE_CLIPS } from './voice.ts';

const KNOWN = new Set(VOICE_CLIPS.map((clip) => clip.id));

test('a call is spelled out digit by digit and the window is a number', () => {
  expect(callPhrase({ ticketNumber: 'A012', windowNumber: 3, oneAsYao: false })).toEqual({
    clips: ['please', 'letter-A', 'digit-0', 'digit-1', 'digit-2', 'to', 'digit-3', 'window'],
    caption: '请A零一二号到三号窗口',
  });
});

test('one is spoken 幺 in the ticket only, and still written 一', () => {
  const phrase = callPhrase({ ticketNumber: 'B101', windowNumber: 1, oneAsYao: true });
  expect(phrase.clips).toEqual(['please', 'letter-B', 'digit-yao', 'digit-0', 'digit-yao', 'to', 'digit-1', 'window']);
  expect(phrase.caption).toBe('请B一零一号到一号窗口');
});

test.each([
  [1, '一'],
  [10, '十'],
  [12, '十二'],
  [20, '二十'],
  [35, '三十五'],
  [99, '九十九'],
  [101, '一零一'],
])('window %i is spoken %s', (windowNumber, spoken) => {
  expect(callPhrase({ ticketNumber: 'A1', windowNumber, oneAsYao: false }).caption).toBe(`请A一号到${spoken}号窗口`);
});

test('a character without a clip is written and not spoken', () => {
  const phrase = callPhrase({ ticketNumber: 'c-7', windowNumber: 2, oneAsYao: true });
  expect(phrase.clips).toEqual(['please', 'letter-C', 'digit-7', 'to', 'digit-2', 'window']);
  expect(phrase.caption).toBe('请C-七号到二号窗口');
});

test('whatever is called, every clip of the phrase is in the set', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 0, max: 9999 }), fc.boolean(), (ticketNumber, windowNumber, oneAsYao) => {
      for (const clip of callPhrase({ ticketNumber, windowNumber, oneAsYao }).clips) expect(KNOWN).toContain(clip);
    }),
  );
});
