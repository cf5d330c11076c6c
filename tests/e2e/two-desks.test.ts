import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EventDoc, Ticket } from '../../domain/documents.ts';
import { itemIdSchema, newId } from '../../domain/ids.ts';
import { unwrap } from '../../domain/result.ts';
import { openBrowser, type TestBrowser } from '../support/browser.ts';
import { type DeskDriver, openDesk } from '../support/desk-driver.ts';
import { openHall, type TestHall, type TestLink, waitForBoard } from '../support/hall.ts';
import { documentsOf, expectSameRecords } from '../support/ledger-check.ts';

const ROUNDS_BY_BUTTON = 5;
const ROUNDS_BY_LINK = 60;
const ITEM = itemIdSchema.parse('item-001');

let hall: TestHall;
let browser: TestBrowser;
let desks: readonly [DeskDriver, DeskDriver];
let kiosk: TestLink;

beforeAll(async () => {
  hall = await openHall();
  browser = await openBrowser();
  desks = [await openDesk(browser, hall, 1), await openDesk(browser, hall, 2)];
  kiosk = await hall.link('kiosk-1', 'kiosk');
});

afterAll(async () => {
  await browser?.close();
  await hall?.close();
});

/** Numbers whose paper the hub knows of. */
async function issue(count: number): Promise<string[]> {
  const numbers: string[] = [];
  for (let made = 0; made < count; made += 1) {
    const ticket = unwrap(await kiosk.link.call('ticket.issue', { requestId: newId(), itemId: ITEM, cardId: null }));
    expect(ticket.print).toBe('printed');
    numbers.push(ticket.number);
  }
  await waitForBoard(kiosk, 'all of them wait', (board) => numbers.every((number) => board.next.includes(number)));
  return numbers;
}

test('two desks that press 叫号 at once never get the same number', async () => {
  for (let round = 0; round < ROUNDS_BY_BUTTON; round += 1) {
    const numbers = await issue(2);
    await Promise.all(desks.map((desk) => desk.action('叫号').click()));
    const called = await Promise.all(desks.map((desk) => desk.ticketAt('已叫号，等居民来')));
    expect(called.sort()).toEqual(numbers.sort());
    for (const desk of desks) {
      await desk.start();
      await desk.finish();
    }
  }
  expect(browser.problems).toEqual([]);
});

test('nor do they in many rounds more, nor when only one person waits', async () => {
  const links = await Promise.all(['desk-1', 'desk-2'].map((desk) => hall.link(desk, 'desk')));
  for (let round = 0; round < ROUNDS_BY_LINK; round += 1) {
    const numbers = await issue(1 + (round % 2));
    const answers = await Promise.all(links.map(({ link }) => link.call('queue.call', { requestId: newId() })));
    const called = answers.map((answer) => unwrap(answer)?.body.number ?? null);
    expect(called.filter((number) => number !== null).sort()).toEqual(numbers.sort());
    for (const [index, { link }] of links.entries()) {
      if (called[index] === null) continue;
      unwrap(await link.call('queue.start', { requestId: newId() }));
      unwrap(await link.call('queue.finish', { requestId: newId() }));
    }
  }
});

test('every number was called once, finished once, and stands once at the district', async () => {
  const ledger = await expectSameRecords(hall);
  const tickets = documentsOf<Ticket>(ledger, 'tickets');
  expect(tickets).toHaveLength(2 * ROUNDS_BY_BUTTON + 1.5 * ROUNDS_BY_LINK);
  for (const { state, body } of tickets) expect([body.number, state, body.callCount, body.clashes]).toEqual([body.number, 'done', 1, []]);
  const calls = documentsOf<EventDoc>(ledger, 'events').filter(({ body }) => body.act === 'ticket.call');
  expect(calls.map(({ body }) => body.subject?.id).sort()).toEqual(tickets.map(({ id }) => id).sort());
});
