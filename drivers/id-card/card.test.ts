import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isIdNumber } from '../../domain/id-number.ts';
import { CARD_TEXT_SIZE, decodeCardText, encodeCardText, type IdCardFields } from './card.ts';
import { ethnicName, sexName } from './codes.ts';
import { DEMO_CARDS } from './demo-cards.ts';

const [RESIDENT, RARE_NAME, PERMIT, FOREIGNER] = DEMO_CARDS;
const FOREIGNER_2017: IdCardFields = {
  kind: 'FOREIGNER_2017',
  name: 'SAMPLE, ERIK',
  englishName: 'SAMPLE, ERIK',
  sexCode: '1',
  nationality: 'UTO',
  birthDate: '1979-07-01',
  idNumber: 'UTO990179070101',
  issuer: '9901',
  validFrom: '2016-02-01',
  validTo: '2026-02-01',
};

/** What fits a field of so many bytes, has no padding of its own at the ends and no lone surrogate (no chip holds one). */
function chipText(bytes: number, minLength = 1) {
  return fc
    .string({ unit: 'binary', minLength, maxLength: bytes / 2 })
    .map((text) => text.replace(/^[\0 ]+|[\0 ]+$/g, ''))
    .filter((text) => text.length >= minLength && text.length * 2 <= bytes);
}
const day = fc
  .date({ min: new Date('1900-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const common = {
  name: chipText(30),
  sexCode: fc.constantFrom('0', '1', '2', '9', '7'),
  birthDate: day,
  idNumber: chipText(36),
  validFrom: day,
  validTo: fc.oneof(day, fc.constant('长期')),
};
const residentCard = fc.record({
  ...common,
  kind: fc.constant('RESIDENT' as const),
  ethnicCode: chipText(4),
  address: chipText(70),
  issuer: chipText(30),
});
const permitCard = fc.record({ ...common, kind: fc.constant('HK_MO_TW' as const), travelPermitNumber: chipText(18) });
const foreigner2023 = fc.record({
  ...common,
  kind: fc.constant('FOREIGNER_2023' as const),
  englishName: chipText(92),
  nationality: chipText(6),
});
const foreigner2017 = fc.record({
  ...common,
  kind: fc.constant('FOREIGNER_2017' as const),
  idNumber: chipText(30),
  englishName: chipText(120),
  issuer: chipText(8),
});

function decoded(card: IdCardFields) {
  const { ethnicCode } = card;
  return {
    ok: true,
    value: { ...card, sex: sexName(card.sexCode), ...(ethnicCode === undefined ? {} : { ethnicCode, ethnic: ethnicName(ethnicCode) }) },
  };
}

test('decode undoes encode for all four kinds', () => {
  fc.assert(
    fc.property(fc.oneof(residentCard, permitCard, foreigner2023, foreigner2017), (card) => {
      expect(decodeCardText(encodeCardText(card))).toEqual(decoded(card));
    }),
  );
});

test.each([...DEMO_CARDS, FOREIGNER_2017])('the invented $kind card $name reads back', (card) => {
  expect(decodeCardText(encodeCardText(card))).toEqual(decoded(card));
});

test('the 18-character numbers of the demo cards have right check digits', () => {
  expect(DEMO_CARDS.map((card) => isIdNumber(card.idNumber))).toEqual([true, true, true, true]);
});

describe('the resident layout, offset by offset', () => {
  const text = Buffer.from(encodeCardText(RESIDENT));
  test.each([
    [0, 6, '王桂芳'],
    [30, 2, '2'],
    [32, 4, '01'],
    [36, 16, '19520314'],
    [122, 36, '990101195203140024'],
    [188, 16, '20120601'],
    [204, 16, '长期      '],
    [220, 36, ' '.repeat(18)],
  ])('at %i, %i bytes', (offset, size, expected) => {
    expect(text.toString('utf16le', offset, offset + size)).toBe(expected);
  });
});

test.each([
  ['RESIDENT', RESIDENT, ' '],
  ['HK_MO_TW', PERMIT, 'J'],
  ['FOREIGNER_2023', FOREIGNER, 'Y'],
  ['FOREIGNER_2017', FOREIGNER_2017, 'I'],
])('%s has its flag at byte 248', (_, card, flag) => {
  expect(Buffer.from(encodeCardText(card)).toString('utf16le', 248, 250)).toBe(flag);
});

test('padding by U+0000 reads like padding by spaces', () => {
  const text = encodeCardText(RARE_NAME);
  for (let at = 0; at < text.length; at += 2) if (text[at] === 0x20 && text[at + 1] === 0) text[at] = 0;
  expect(decodeCardText(text)).toEqual(decoded(RARE_NAME));
});

test('an unknown sex or ethnic code is shown as the code', () => {
  const card = decodeCardText(encodeCardText({ ...RESIDENT, sexCode: '5', ethnicCode: '77' }));
  expect(card).toMatchObject({ ok: true, value: { sex: '5', ethnicCode: '77', ethnic: '77' } });
});

test('the tables hold their first, last and special codes', () => {
  expect(['01', '15', '46', '56', '97', '98', '57', 'XX'].map(ethnicName)).toEqual([
    '汉',
    '土家',
    '德昂',
    '基诺',
    '其他',
    '外国血统',
    '57',
    'XX',
  ]);
  expect(['0', '1', '2', '9', ''].map(sexName)).toEqual(['未知', '男', '女', '未说明', '']);
});

test('a card kind of the future is refused with a way out', () => {
  const text = encodeCardText(RESIDENT);
  text[248] = 'Z'.charCodeAt(0);
  expect(decodeCardText(text)).toMatchObject({
    ok: false,
    error: { code: 'CARD_KIND_UNKNOWN', message: expect.stringContaining('手工录入') },
  });
});

test('a day that does not exist, a blank name and a wrong size are refused', () => {
  const broken = [
    encodeCardText({ ...RESIDENT, birthDate: '2021-02-29' }),
    encodeCardText({ ...RESIDENT, name: '' }),
    encodeCardText(RESIDENT).subarray(0, CARD_TEXT_SIZE - 2),
  ];
  for (const text of broken) expect(decodeCardText(text)).toMatchObject({ ok: false, error: { code: 'CARD_DATA_BAD' } });
});

test('a failure never carries what the card holds', () => {
  const failure = decodeCardText(encodeCardText({ ...RESIDENT, validFrom: '长期' }));
  expect(JSON.stringify(failure)).not.toMatch(/王桂芳|9901011952/);
});

test('any 256 bytes decode or fail, and never throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 256, maxLength: 256 }), (text) => {
      expect(typeof decodeCardText(text).ok).toBe('boolean');
    }),
  );
});

test('a value that does not fit its field is a mistake of the test or demo', () => {
  expect(() => encodeCardText({ ...RESIDENT, name: '长'.repeat(16) })).toThrow(RangeError);
});
