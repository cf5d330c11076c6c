import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hallIdSchema, itemIdSchema, ticketIdOf } from '../../domain/ids.ts';
import { err, ok } from '../../domain/result.ts';
import type { IssuedTicket, ReadCard } from '../../sync/protocol/link.ts';
import { type Action, cardOf, type Flow, FRESH, kioskFlow, type Step } from './kiosk-flow.ts';

const ITEM = itemIdSchema.parse('item-001');
const TICKET_ID = ticketIdOf(hallIdSchema.parse('h'), '2026-11-21', 'A012');
const CARD: ReadCard = {
  cardId: 'c1',
  nameMasked: '赵*',
  idNumberMasked: '**************002X',
  sex: '女',
  ethnic: '汉',
  birthDateMasked: '1949-**-**',
  addressMasked: null,
  validTo: '20300101',
  expired: false,
  kind: 'RESIDENT',
};
const TICKET: IssuedTicket = {
  ticketId: TICKET_ID,
  number: 'A012',
  itemName: '立户',
  ahead: 3,
  waitRange: null,
  waitingPlace: '一楼',
  print: 'printed',
  offline: false,
};

const run = (actions: readonly Action[], from: Flow = FRESH): Flow => actions.reduce(kioskFlow, from);
const TO_ITEM: readonly Action[] = [
  { type: 'start' },
  { type: 'chooseWay', way: 'department' },
  { type: 'chooseGroup', group: '公安局' },
  { type: 'chooseItem', itemId: ITEM },
];
const TO_IDENTIFY: readonly Action[] = [...TO_ITEM, { type: 'takeNumber', reader: true, requestId: 'r0' }];
const TO_CONFIRM: readonly Action[] = [...TO_IDENTIFY, { type: 'cardAnswer', attempt: 1, result: ok(CARD) }];
const TO_ISSUING: readonly Action[] = [...TO_CONFIRM, { type: 'confirmCard', requestId: 'r1' }];
const answer = (requestId: string, result: Extract<Action, { type: 'workAnswer' }>['result']): Action => ({
  type: 'workAnswer',
  requestId,
  result,
});

describe('the way to a number', () => {
  test('with a card: the number, and the reminder to take the card', () => {
    expect(run([...TO_ISSUING, answer('r1', ok(TICKET))]).step).toEqual({ at: 'ticket', ticket: TICKET, cardUsed: true });
  });

  test('a kiosk without a reader goes straight to the number', () => {
    const flow = run([...TO_ITEM, { type: 'takeNumber', reader: false, requestId: 'r1' }]);
    expect(flow.step).toEqual({ at: 'issuing', itemId: ITEM, cardId: null, requestId: 'r1' });
  });

  test('a second tap does not begin a second request', () => {
    const once = run(TO_ISSUING);
    expect(kioskFlow(once, { type: 'confirmCard', requestId: 'r2' })).toBe(once);
    expect(kioskFlow(once, { type: 'withoutCard', requestId: 'r2' })).toBe(once);
  });

  test('there is no way back behind a number that is being issued', () => {
    expect(run(TO_ISSUING).back).toEqual([]);
  });

  test('back goes through every screen to the first', () => {
    const steps: Step['at'][] = [];
    let flow = run(TO_CONFIRM);
    while (flow.step.at !== 'welcome') {
      steps.push(flow.step.at);
      flow = kioskFlow(flow, { type: 'back' });
    }
    expect(steps).toEqual(['confirm', 'item', 'list', 'groups', 'ways']);
  });
});

describe('the card', () => {
  test('a late answer of an earlier reading is not taken', () => {
    const timeout = err('CARD_TIMEOUT', '没有读到');
    const again = run([...TO_IDENTIFY, { type: 'cardAnswer', attempt: 1, result: timeout }, { type: 'readAgain' }]);
    expect(kioskFlow(again, { type: 'cardAnswer', attempt: 1, result: ok(CARD) })).toBe(again);
    expect(kioskFlow(again, { type: 'cardAnswer', attempt: 2, result: ok(CARD) }).step.at).toBe('confirm');
  });

  test('after a failed reading both ways stand open', () => {
    const failed = run([...TO_IDENTIFY, { type: 'cardAnswer', attempt: 1, result: err('READER_SILENT', '没有应答') }]);
    expect(failed.step).toMatchObject({ at: 'identify', problem: { code: 'READER_SILENT' } });
    expect(kioskFlow(failed, { type: 'withoutCard', requestId: 'r9' }).step).toMatchObject({ at: 'issuing', cardId: null });
  });

  test('it is kept only while a step needs it', () => {
    expect(cardOf(run(TO_CONFIRM).step)).toBe('c1');
    expect(cardOf(run(TO_ISSUING).step)).toBe('c1');
    expect(cardOf(run([...TO_ISSUING, answer('r1', err('PRINTER', '坏了'))]).step)).toBe('c1');
    expect(cardOf(run([...TO_ISSUING, answer('r1', ok(TICKET))]).step)).toBeNull();
    expect(cardOf(run([...TO_CONFIRM, { type: 'back' }]).step)).toBeNull();
    expect(cardOf(run([...TO_CONFIRM, { type: 'readAgain' }]).step)).toBeNull();
  });
});

describe('when it does not work', () => {
  test.each(['LINK_DOWN', 'LINK_TIMEOUT'])('%s: the repeat carries the same request id', (code) => {
    const flow = run([...TO_ISSUING, answer('r1', err(code, '断开')), { type: 'retry', requestId: 'r2' }]);
    expect(flow.step).toMatchObject({ at: 'issuing', requestId: 'r1', cardId: 'c1' });
  });

  test('a refusal is over: the repeat is a new request', () => {
    const flow = run([...TO_ISSUING, answer('r1', err('NOT_READY', '还没有资料')), { type: 'retry', requestId: 'r2' }]);
    expect(flow.step).toMatchObject({ at: 'issuing', requestId: 'r2' });
  });

  test('no paper: the number is told as not waiting, and can be printed again', () => {
    const flow = run([...TO_ISSUING, answer('r1', ok({ ...TICKET, print: 'failed' }))]);
    expect(flow.step).toMatchObject({ at: 'unprinted', ticket: { number: 'A012' } });
    const again = kioskFlow(flow, { type: 'reprint', requestId: 'r2' });
    expect(again.step).toEqual({ at: 'reprinting', ticketId: TICKET_ID, number: 'A012', requestId: 'r2' });
    expect(kioskFlow(again, answer('r2', ok(TICKET))).step).toMatchObject({ at: 'ticket', cardUsed: false });
  });

  test('one per person: the first number is shown and can be printed again', () => {
    const flow = run([...TO_ISSUING, answer('r1', err('HAS_TICKET', '已取', { ticketId: TICKET_ID, number: 'A012' }))]);
    expect(flow.step).toEqual({ at: 'already', ticketId: TICKET_ID, number: 'A012' });
    expect(kioskFlow(flow, { type: 'reprint', requestId: 'r2' }).step).toMatchObject({ at: 'reprinting', ticketId: TICKET_ID });
  });

  test('an answer to another request is not shown', () => {
    const issuing = run(TO_ISSUING);
    expect(kioskFlow(issuing, answer('r0', ok(TICKET)))).toBe(issuing);
  });
});

const anyAction: fc.Arbitrary<Action> = fc.oneof(
  fc.constantFrom<Action>(
    { type: 'start' },
    { type: 'chooseWay', way: 'topic' },
    { type: 'chooseWay', way: 'search' },
    { type: 'chooseGroup', group: '公安局' },
    { type: 'openPath', part: '迁移登记' },
    { type: 'query', query: 'sfz' },
    { type: 'turnPage', page: 1 },
    { type: 'chooseItem', itemId: ITEM },
    { type: 'cardAnswer', attempt: 1, result: ok(CARD) },
    { type: 'readAgain' },
    { type: 'back' },
    { type: 'home' },
    { type: 'toggle', setting: 'large' },
    { type: 'toggle', setting: 'language' },
  ),
  fc
    .constantFrom('takeNumber', 'withoutCard', 'confirmCard', 'reprint', 'retry')
    .map((type) => ({ type, reader: true, requestId: 'r' }) as Action),
  fc.constantFrom(ok(TICKET), ok({ ...TICKET, print: 'unknown' as const }), err('LINK_DOWN', '断开')).map((result) => answer('r', result)),
);

test('whatever is pressed: 首页 shows the first screen, and a wipe leaves nothing of the person', () => {
  fc.assert(
    fc.property(fc.array(anyAction, { maxLength: 40 }), (actions) => {
      const flow = run(actions);
      const home = kioskFlow(flow, { type: 'home' });
      expect([home.step.at, home.back.length, cardOf(home.step)]).toEqual(['welcome', 0, null]);
      expect(kioskFlow(flow, { type: 'wipe' })).toEqual(FRESH);
    }),
  );
});
