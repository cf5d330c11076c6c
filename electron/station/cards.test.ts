import { expect, test } from 'vitest';
import { DEMO_CARDS } from '../../drivers/id-card/demo-cards.ts';
import { applicantOfCard, maskedCard } from './cards.ts';

test.each(DEMO_CARDS.map((card) => [card.kind, card] as const))(
  'what a page is told of a %s card holds nothing in full',
  (_kind, fields) => {
    const card = { ...fields, sex: '女' };
    const told = JSON.stringify(maskedCard('card-1', card, '2026-03-02'));
    for (const secret of [card.name, card.idNumber, card.birthDate, card.address].filter((value) => value !== undefined)) {
      expect(told).not.toContain(secret);
    }
    expect(applicantOfCard(card)).toMatchObject({ name: card.name, idNumber: card.idNumber, source: 'CARD' });
  },
);

test('a card is expired the day after its last day, and never when it has none', () => {
  const until = (validTo: string) => maskedCard('card-1', { ...DEMO_CARDS[1], sex: '男', validTo }, '2026-03-02').expired;
  expect([until('2026-03-01'), until('2026-03-02'), until('长期')]).toEqual([true, false, false]);
});
