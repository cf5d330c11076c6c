import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Envelope } from '../../domain/documents.ts';
import { newId } from '../../domain/ids.ts';
import { DEMO_CARDS } from '../../drivers/id-card/demo-cards.ts';
import { startHub } from '../../sync/server/hub.ts';
import { SqliteStore } from '../../sync/server/store/sqlite.ts';
import { HALL, hubConfig, openPage, STAFF, seedReference, temporaryDir } from '../support/hall-fixture.ts';
import { deviceSet, must, runStation, signIn, stationConfig, textOf } from '../support/station-fixture.ts';
import { until } from '../support/until.ts';

const requestId = () => newId();

async function runHub() {
  const dir = temporaryDir();
  await seedReference(dir);
  const hub = await startHub(hubConfig(dir));
  onTestFinished(() => hub.close());
  return { dir, url: `http://127.0.0.1:${hub.port}`, hub };
}

/** What the hub has of a collection, read from its file. */
async function atHub(dir: string, collection: 'tickets' | 'cases' | 'ratings' | 'events'): Promise<Envelope[]> {
  const store = new SqliteStore({ path: join(dir, 'hub.sqlite') });
  const docs = store.querySync(HALL, collection, {});
  await store.close();
  return docs;
}

const online = (page: Awaited<ReturnType<typeof openPage>>) =>
  until('hub online and leases here', () => page.last('status')?.hub === 'online' && (page.last('status')?.numbersLeft ?? 0) > 0);

test('the whole path: number, paper, call, card, case, receipt, finish, rating by keypad', async () => {
  const { dir, url } = await runHub();
  const atKiosk = await deviceSet();
  const atDesk = await deviceSet();
  const kiosk = await runStation(stationConfig('kiosk-1', url, { devices: atKiosk.config }));
  const desk = await runStation(stationConfig('desk-1', url, { devices: atDesk.config }));
  const kioskPage = await openPage(kiosk.port, 'kiosk');
  const page = await openPage(desk.port, 'desk');
  await online(kioskPage);
  await online(page);

  const issued = must(await kioskPage.call('ticket.issue', { requestId: requestId(), itemId: 'item-001', cardId: null }));
  expect(issued).toMatchObject({ print: 'printed', offline: false, ahead: 0 });
  expect(textOf(atKiosk.printer.papers()[0])).toContain(issued.number);

  expect(await page.call('queue.call', { requestId: requestId() })).toMatchObject({ ok: false, error: { code: 'NOT_SIGNED_IN' } });
  await signIn(page);
  await until('ticket waits at the desk', () => page.last('desk')?.waiting.length === 1);
  const called = must(await page.call('queue.call', { requestId: requestId() }));
  expect(called?.body.number).toBe(issued.number);
  await until('board shows the call', () => page.last('board')?.calls[0]?.ticketNumber === issued.number);
  must(await page.call('queue.start', { requestId: requestId() }));

  const reading = page.call('card.read', { purpose: 'CASE' });
  await until('told to place the card', () => page.last('card')?.phase === 'PLACE');
  atDesk.reader.placeCard(DEMO_CARDS[0]);
  const card = must(await reading);
  expect(card).toMatchObject({ nameMasked: '王**', idNumberMasked: '**************0024' });

  const saveId = requestId();
  const save = {
    requestId: saveId,
    caseId: null,
    ticketId: issued.ticketId,
    itemId: 'item-001',
    materials: [{ name: '居民身份证', required: true, checked: true, copies: 1 }],
    note: '家属代办，电话13800000000',
    applicant: { cardId: card.cardId },
  };
  const saved = must(await page.call('case.save', save));
  expect(saved.applicantMasked).toMatchObject({ name: '王**', source: 'CARD' });
  expect(must(await page.call('case.save', save)).caseId).toBe(saved.caseId);
  expect(must(await page.call('case.reveal', { caseId: saved.caseId })).idNumber).toBe(DEMO_CARDS[0].idNumber);
  const received = must(await page.call('case.receive', { requestId: requestId(), caseId: saved.caseId }));
  expect(received.state).toBe('received');
  expect(must(await page.call('case.printReceipt', { requestId: requestId(), caseId: saved.caseId }))).toEqual({ print: 'printed' });
  expect(textOf(atDesk.printer.papers()[0])).toContain(saved.caseNumber);

  must(await page.call('queue.finish', { requestId: requestId() }));
  await until('keypad asks', () => atDesk.keypad.prompting());
  expect(await atDesk.keypad.pressLevel('DISSATISFIED')).toBe(true);
  await until('rated', () => page.last('desk')?.lastRating?.outcome === 'RATED');
  expect(JSON.stringify(page.events.filter((event) => event.event === 'desk'))).not.toContain('DISSATISFIED');

  await until('all at the hub', () => page.last('status')?.outbox.count === 0 && kioskPage.last('status')?.outbox.count === 0);
  expect(await atHub(dir, 'tickets')).toMatchObject([{ state: 'done', body: { number: issued.number } }]);
  expect(await atHub(dir, 'cases')).toMatchObject([{ id: saved.caseId, state: 'received' }]);
  expect(await atHub(dir, 'ratings')).toMatchObject([{ body: { level: 'DISSATISFIED', channel: 'KEYPAD', caseId: saved.caseId } }]);
  const acts = (await atHub(dir, 'events')).map((event) => event.body.act);
  expect(acts).toEqual(
    expect.arrayContaining([
      'staff.signIn',
      'case.create',
      'case.reveal',
      'case.receive',
      'case.printReceipt',
      'rating.given',
      'ticket.finish',
    ]),
  );
  expect(STAFF.length).toBeGreaterThan(0);
});
