import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Envelope } from '../../domain/documents.ts';
import { newId } from '../../domain/ids.ts';
import { DEMO_CARDS } from '../../drivers/id-card/demo-cards.ts';
import { startHub } from '../../sync/server/hub.ts';
import { SqliteStore } from '../../sync/server/store/sqlite.ts';
import { HALL, hubConfig, seedReference, temporaryDir } from '../support/hall-fixture.ts';
import { LinkProxy } from '../support/link-proxy.ts';
import {
  deviceSet,
  isOffline,
  isOnline,
  isQuiet,
  must,
  readyPage,
  runStation,
  signIn,
  spawnProcess,
  stationConfig,
  textOf,
} from '../support/station-fixture.ts';
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

test('the whole path: number, paper, call, card, case, receipt, finish, rating by keypad', async () => {
  const { dir, url } = await runHub();
  const atKiosk = await deviceSet();
  const atDesk = await deviceSet();
  const kiosk = await runStation(stationConfig('kiosk-1', url, { devices: atKiosk.config }));
  const desk = await runStation(stationConfig('desk-1', url, { devices: atDesk.config }));
  const kioskPage = await readyPage(kiosk.port, 'kiosk');
  const page = await readyPage(desk.port, 'desk');
  await isOnline(kioskPage);
  await isOnline(page);

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

  await isQuiet(page, kioskPage);
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
});

test('paper out mid-ticket leaves the number unconfirmed; a reprint keeps it and says 补打', async () => {
  const { url } = await runHub();
  const { printer, config } = await deviceSet();
  const kiosk = await runStation(stationConfig('kiosk-1', url, { devices: config }));
  const desk = await runStation(stationConfig('desk-1', url));
  const kioskPage = await readyPage(kiosk.port, 'kiosk');
  const page = await readyPage(desk.port, 'desk');
  await isOnline(kioskPage);
  await isOnline(page);
  await signIn(page);

  printer.setFault({ kind: 'end-mid-ticket', afterLines: 3 });
  const issued = must(await kioskPage.call('ticket.issue', { requestId: newId(), itemId: 'item-001', cardId: null }));
  expect(issued).toMatchObject({ print: 'unknown', printError: { code: 'PRINTER_PAPER_END' } });
  await until('the desk is told', () => page.last('desk')?.unconfirmed[0]?.body.number === issued.number);
  expect(must(await page.call('queue.call', { requestId: newId() }))).toBeNull();

  printer.setState({ paper: 'ok' });
  await until('printer well', () => kioskPage.last('status')?.devices.find(({ device }) => device === 'ticketPrinter')?.ok === true);
  const reprinted = must(await kioskPage.call('ticket.reprint', { requestId: newId(), ticketId: issued.ticketId }));
  expect(reprinted).toMatchObject({ number: issued.number, print: 'printed' });
  expect(textOf(printer.papers().at(-1))).toContain('补打');
  await until('it waits now', () => page.last('desk')?.waiting[0]?.body.number === issued.number);
});

test('a clerk issues and confirms a number where there is no printer', async () => {
  const { url } = await runHub();
  const desk = await runStation(stationConfig('desk-1', url));
  const page = await readyPage(desk.port, 'desk');
  await isOnline(page);
  await signIn(page);
  const issued = must(await page.call('queue.issue', { requestId: newId(), itemId: 'item-001', priority: 'PRIORITY' }));
  expect(issued).toMatchObject({ print: 'failed', printError: { code: 'NO_PRINTER' } });
  await until('listed for the clerk', () => page.last('desk')?.unconfirmed.length === 1);
  must(await page.call('queue.confirmPaper', { requestId: newId(), ticketId: issued.ticketId }));
  expect(must(await page.call('queue.call', { requestId: newId() }))?.body.number).toBe(issued.number);
});

test('hub killed: the kiosk issues from its lease, the desk takes by number; afterwards each record stands once at the hub', async () => {
  const dir = temporaryDir();
  await seedReference(dir);
  const first = await spawnProcess('sync/server/hub.ts', hubConfig(dir));
  const proxy = await LinkProxy.start(first.port);
  onTestFinished(() => proxy.close());
  const { printer, config } = await deviceSet();
  const kiosk = await runStation(stationConfig('kiosk-1', proxy.url, { devices: config }));
  const desk = await runStation(stationConfig('desk-1', proxy.url));
  const kioskPage = await readyPage(kiosk.port, 'kiosk');
  const page = await readyPage(desk.port, 'desk');
  await isOnline(kioskPage);
  await isOnline(page);
  await signIn(page);
  const before = must(await kioskPage.call('ticket.issue', { requestId: newId(), itemId: 'item-001', cardId: null }));
  await until('it waits', () => page.last('desk')?.waiting.length === 1);
  must(await page.call('queue.call', { requestId: newId() }));

  await first.end('SIGKILL');
  const numbers: string[] = [];
  for (let count = 0; count < 3; count += 1) {
    const issued = must(await kioskPage.call('ticket.issue', { requestId: newId(), itemId: 'item-001', cardId: null }));
    expect(issued).toMatchObject({ offline: true, print: 'printed', ahead: null });
    numbers.push(issued.number);
  }
  expect(new Set([before.number, ...numbers]).size).toBe(4);
  expect(textOf(printer.papers().at(-1))).toContain(numbers[2]);

  await isOffline(page);
  expect(page.last('board')).toMatchObject({ hubAway: true });
  expect(await page.call('queue.call', { requestId: newId() })).toMatchObject({ ok: false, error: { code: 'HUB_AWAY' } });
  must(await page.call('queue.start', { requestId: newId() }));
  must(await page.call('queue.finish', { requestId: newId() }));
  const taken = must(await page.call('queue.take', { requestId: newId(), number: numbers[0]?.toLowerCase() }));
  expect(taken).toMatchObject({ state: 'serving', body: { number: numbers[0] } });
  const saved = must(
    await page.call('case.save', {
      requestId: newId(),
      caseId: null,
      ticketId: taken.id,
      itemId: 'item-001',
      materials: [],
      note: '',
      applicant: { typed: { name: '王桂芳', idNumber: '990101195203140024' } },
    }),
  );
  must(await page.call('case.receive', { requestId: newId(), caseId: saved.caseId }));
  must(await page.call('queue.finish', { requestId: newId() }));
  expect(page.last('status')?.outbox.count).toBeGreaterThan(0);

  const second = await spawnProcess('sync/server/hub.ts', hubConfig(dir));
  proxy.retarget(second.port);
  await isQuiet(page, kioskPage);
  const tickets = await atHub(dir, 'tickets');
  expect(tickets.map(({ state, body }) => [body.number, state])).toEqual(
    expect.arrayContaining([
      [before.number, 'done'],
      [numbers[0], 'done'],
      [numbers[1], 'waiting'],
      [numbers[2], 'waiting'],
    ]),
  );
  // Attempts that the dying hub may have taken in are voided there, never left to wait.
  expect(tickets.filter(({ state }) => state !== 'void')).toHaveLength(4);
  expect(tickets.every(({ body }) => (body.clashes as unknown[]).length === 0)).toBe(true);
  expect(tickets.find(({ body }) => body.number === numbers[0])?.body.itemName).not.toBe('');
  expect(await atHub(dir, 'cases')).toMatchObject([{ id: saved.caseId, state: 'received' }]);
  await until('the desk sees the others wait', () => page.last('desk')?.waiting.length === 2);
});

test('an answer that comes too late: a leased number is printed and the lost one is voided', async () => {
  const { dir, hub } = await runHub();
  const proxy = await LinkProxy.start(hub.port);
  onTestFinished(() => proxy.close());
  const { config } = await deviceSet();
  const kiosk = await runStation(stationConfig('kiosk-1', proxy.url, { devices: config }));
  const page = await readyPage(kiosk.port, 'kiosk');
  await isOnline(page);
  proxy.loseAnswerTo('/sync/v1/commands');
  const issued = must(await page.call('ticket.issue', { requestId: newId(), itemId: 'item-001', cardId: null }));
  expect(issued).toMatchObject({ offline: true, print: 'printed' });
  await isQuiet(page);
  const tickets = await atHub(dir, 'tickets');
  expect(tickets.filter(({ state }) => state === 'waiting')).toMatchObject([{ body: { number: issued.number } }]);
  expect(tickets.filter(({ state }) => state !== 'waiting')).toMatchObject([{ state: 'void' }]);
});

test('station killed while it prints: the repeat gets the same number, and the paper counts as unknown', async () => {
  const { dir, url } = await runHub();
  const { printer, config } = await deviceSet();
  const stationDir = temporaryDir();
  const kioskConfig = stationConfig('kiosk-1', url, { devices: config, dataDir: stationDir, logLevel: 'info' });
  const first = await spawnProcess('electron/station/main.ts', kioskConfig);
  const page = await readyPage(first.port, 'kiosk');
  await isOnline(page);
  const request = { requestId: newId(), itemId: 'item-001', cardId: null };
  printer.setFault({ kind: 'end-mid-ticket', afterLines: 2 });
  void page.call('ticket.issue', request).catch(() => {});
  await until('the ticket is being printed', () => printer.state().paper === 'end');
  await first.end('SIGKILL');
  printer.setState({ paper: 'ok' });

  const second = await spawnProcess('electron/station/main.ts', kioskConfig);
  const again = await readyPage(second.port, 'kiosk');
  await isOnline(again);
  const issued = must(await again.call('ticket.issue', request));
  expect(issued.print).not.toBe('printed');
  await isQuiet(again);
  expect(await atHub(dir, 'tickets')).toMatchObject([{ state: 'unconfirmed', body: { number: issued.number } }]);
});

test('station killed among saves: every repeated request finds its one case', async () => {
  const { dir, url } = await runHub();
  const deskConfig = stationConfig('desk-1', url, { dataDir: temporaryDir() });
  const first = await spawnProcess('electron/station/main.ts', deskConfig);
  const page = await readyPage(first.port, 'desk');
  await isOnline(page);
  await signIn(page);
  const saves = Array.from({ length: 60 }, (_, index) => ({
    requestId: newId(),
    caseId: null,
    ticketId: null,
    itemId: 'item-001',
    materials: [],
    note: `第${index}件`,
  }));
  const answered = new Map<string, string>();
  for (const save of saves) {
    void page.call('case.save', save).then(
      (answer) => answered.set(save.requestId, must(answer).caseId),
      () => {},
    );
  }
  await until('some are saved', () => answered.size >= 10);
  await first.end('SIGKILL');
  expect(answered.size).toBeLessThan(saves.length);

  const second = await spawnProcess('electron/station/main.ts', deskConfig);
  const again = await readyPage(second.port, 'desk');
  const cases = await Promise.all(saves.map((save) => again.call('case.save', save).then(must)));
  for (const [index, save] of saves.entries()) {
    const known = answered.get(save.requestId);
    if (known !== undefined) expect(cases[index]?.caseId).toBe(known);
    expect(cases[index]?.note).toBe(save.note);
  }
  expect(new Set(cases.map(({ caseNumber }) => caseNumber)).size).toBe(saves.length);
  await isQuiet(again);
  expect(await atHub(dir, 'cases')).toHaveLength(saves.length);
});

test('two desks calling at once never get the same ticket', async () => {
  const { url } = await runHub();
  const { config } = await deviceSet();
  const kiosk = await readyPage((await runStation(stationConfig('kiosk-1', url, { devices: config }))).port, 'kiosk');
  const desks = await Promise.all(
    ['desk-1', 'desk-2'].map(async (id) => readyPage((await runStation(stationConfig(id, url))).port, 'desk')),
  );
  await isOnline(kiosk);
  for (const [index, page] of desks.entries()) {
    await isOnline(page);
    await signIn(page, index);
  }
  const seen: string[] = [];
  for (let round = 0; round < 8; round += 1) {
    for (let count = 0; count < 2; count += 1)
      must(await kiosk.call('ticket.issue', { requestId: newId(), itemId: 'item-001', cardId: null }));
    await isQuiet(kiosk);
    const called = await Promise.all(desks.map((page) => page.call('queue.call', { requestId: newId() }).then(must)));
    seen.push(...called.map((ticket) => ticket?.body.number ?? 'nobody'));
    await Promise.all(desks.map((page) => page.call('queue.finish', { requestId: newId() }).then(must)));
  }
  expect(new Set(seen).size).toBe(16);
  expect(seen).not.toContain('nobody');
});

test('two desks that could not see each other took the same number: both are told', async () => {
  const { hub } = await runHub();
  const { config } = await deviceSet();
  const proxies = [await LinkProxy.start(hub.port), await LinkProxy.start(hub.port)];
  onTestFinished(async () => void (await Promise.all(proxies.map((proxy) => proxy.close()))));
  const kiosk = await readyPage(
    (await runStation(stationConfig('kiosk-1', `http://127.0.0.1:${hub.port}`, { devices: config }))).port,
    'kiosk',
  );
  const desks = await Promise.all(
    proxies.map(async (proxy, index) => readyPage((await runStation(stationConfig(`desk-${index + 1}`, proxy.url))).port, 'desk')),
  );
  await isOnline(kiosk);
  for (const [index, page] of desks.entries()) {
    await isOnline(page);
    await signIn(page, index);
  }
  const { number } = must(await kiosk.call('ticket.issue', { requestId: newId(), itemId: 'item-001', cardId: null }));
  await until('both know it', () => desks.every((page) => page.last('desk')?.waiting[0]?.body.number === number));
  for (const proxy of proxies) proxy.cut();
  await Promise.all(desks.map(isOffline));
  await Promise.all(desks.map((page) => page.call('queue.take', { requestId: newId(), number }).then(must)));
  for (const proxy of proxies) proxy.heal();
  await isQuiet(...desks);
  await until('both are told', () => desks.every((page) => page.last('desk')?.clashes[0]?.body.number === number));
});

test('nobody is told that staff were called while the hub is away; the call is shown when it is back', async () => {
  const { hub } = await runHub();
  const proxy = await LinkProxy.start(hub.port);
  onTestFinished(() => proxy.close());
  const kiosk = await readyPage((await runStation(stationConfig('kiosk-1', proxy.url))).port, 'kiosk');
  const supervisor = await readyPage(hub.port, 'supervisor');
  const helpSince = () => supervisor.last('overview')?.stations.find(({ stationId }) => stationId === 'kiosk-1')?.helpSince ?? null;
  await isOnline(kiosk);
  proxy.cut();
  await isOffline(kiosk);
  expect(await kiosk.call('help.call', {})).toMatchObject({ ok: false, error: { code: 'HUB_AWAY' } });
  expect(helpSince()).toBeNull();
  proxy.heal();
  await until('the duty manager sees the call', () => helpSince() !== null);
  expect(await kiosk.call('help.call', {})).toMatchObject({ ok: true });
});
