import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { newId } from '../../domain/ids.ts';
import { DEMO_CARDS } from '../../drivers/id-card/demo-cards.ts';
import { startHub } from '../../sync/server/hub.ts';
import { hubConfig, openPage, STAFF, seedReference, TOKEN, temporaryDir } from '../support/hall-fixture.ts';
import { LinkProxy } from '../support/link-proxy.ts';
import {
  deviceSet,
  isOnline,
  isQuiet,
  must,
  type Page,
  readyPage,
  runStation,
  signIn,
  spawnProcess,
  stationConfig,
  textOf,
} from '../support/station-fixture.ts';
import { until } from '../support/until.ts';

async function runHub() {
  const dir = temporaryDir();
  await seedReference(dir);
  const hub = await startHub(hubConfig(dir));
  onTestFinished(() => hub.close());
  return { dir, url: `http://127.0.0.1:${hub.port}` };
}

async function readCard(page: Page, place: () => void) {
  const reading = page.call('card.read', { purpose: 'CASE' });
  await until('told to place the card', () => page.last('card')?.phase === 'PLACE');
  place();
  return must(await reading);
}

test('nothing personal stands in the data folders, logs, papers, presence or board', async () => {
  const { dir, url } = await runHub();
  const { printer, reader, keypad, config } = await deviceSet();
  const deskDir = temporaryDir();
  const station = await spawnProcess(
    'electron/station/main.ts',
    stationConfig('desk-1', url, { devices: config, dataDir: deskDir, logLevel: 'debug' }),
  );
  const page = await readyPage(station.port, 'desk');
  const screen = await readyPage(station.port, 'screen', null);
  await isOnline(page);
  await signIn(page);
  const issued = must(await page.call('queue.issue', { requestId: newId(), itemId: 'item-001', priority: 'NORMAL' }));
  await until('it waits', () => page.last('desk')?.waiting.length === 1);
  must(await page.call('queue.call', { requestId: newId() }));
  must(await page.call('queue.start', { requestId: newId() }));
  const card = await readCard(page, () => reader.placeCard(DEMO_CARDS[0]));
  const fields = { caseId: null, ticketId: issued.ticketId, itemId: 'item-001', materials: [] };
  const byCard = must(
    await page.call('case.save', { requestId: newId(), ...fields, note: '儿子王小明代办', applicant: { cardId: card.cardId } }),
  );
  const typed = { name: '赵铁柱', idNumber: '11010519491231002X', phone: '13912345678' };
  must(await page.call('case.save', { requestId: newId(), ...fields, note: '', applicant: { typed } }));
  must(await page.call('case.reveal', { caseId: byCard.caseId }));
  must(await page.call('case.supplement', { requestId: newId(), caseId: byCard.caseId, missing: ['王小明的委托书'] }));
  must(await page.call('case.receive', { requestId: newId(), caseId: byCard.caseId }));
  must(await page.call('case.printReceipt', { requestId: newId(), caseId: byCard.caseId }));
  await page.call('case.save', {
    requestId: newId(),
    ...fields,
    applicant: { typed: { ...typed, idNumber: '110105194912310021' } },
    note: '',
  });
  must(await page.call('queue.finish', { requestId: newId() }));
  await until('keypad asks', () => keypad.prompting());
  await keypad.pressLevel('SATISFIED');
  await isQuiet(page);

  const secrets = [
    DEMO_CARDS[0].name,
    DEMO_CARDS[0].idNumber,
    DEMO_CARDS[0].address ?? '',
    '王小明',
    typed.name,
    typed.idNumber,
    typed.phone,
    '110105194912310021',
    '幸福街道',
  ];
  const places = {
    log: station.log(),
    papers: printer.papers().map(textOf).join('\n'),
    board: JSON.stringify(screen.events),
    status: JSON.stringify(page.events.filter(({ event }) => event === 'status')),
    ...filesIn(deskDir),
    ...filesIn(dir),
  };
  for (const [place, text] of Object.entries(places)) {
    for (const secret of secrets) expect(text.includes(secret), `${secret} in ${place}`).toBe(false);
  }
  expect(places.papers).toContain(byCard.caseNumber);
  expect(Object.keys(places)).toEqual(expect.arrayContaining([join(deskDir, 'ledger.sqlite')]));
  expect(statSync(join(deskDir, 'station-key.json')).mode & 0o777).toBe(0o600);
});

function filesIn(dir: string): Record<string, string> {
  return Object.fromEntries(readdirSync(dir).map((name) => [join(dir, name), readFileSync(join(dir, name), 'utf8')]));
}

test('one number per person: the second time names the first, with the hub and without', async () => {
  const { url } = await runHub();
  const proxy = await LinkProxy.start(Number(new URL(url).port));
  onTestFinished(() => proxy.close());
  const { reader, config } = await deviceSet();
  const page = await readyPage((await runStation(stationConfig('kiosk-1', proxy.url, { devices: config }))).port, 'kiosk');
  await isOnline(page);
  const issue = async () => {
    const card = await readCard(page, () => reader.placeCard(DEMO_CARDS[1]));
    reader.removeCard();
    const answer = await page.call('ticket.issue', { requestId: newId(), itemId: 'item-001', cardId: card.cardId });
    must(await page.call('card.forget', { cardId: card.cardId }));
    expect(await page.call('ticket.issue', { requestId: newId(), itemId: 'item-001', cardId: card.cardId })).toMatchObject({
      ok: false,
      error: { code: 'CARD_GONE' },
    });
    return answer;
  };
  const first = must(await issue());
  await isQuiet(page);
  expect(await issue()).toMatchObject({ ok: false, error: { code: 'HAS_TICKET', detail: { number: first.number } } });
  proxy.cut();
  await until('away', () => page.last('status')?.hub === 'offline');
  expect(await issue()).toMatchObject({ ok: false, error: { code: 'HAS_TICKET', detail: { number: first.number } } });
});

test('a PIN that is wrong too often locks, also over a restart', async () => {
  const { url } = await runHub();
  const config = stationConfig('desk-1', url, { dataDir: temporaryDir() });
  const first = await runStation(config);
  const page = await readyPage(first.port, 'desk');
  await isOnline(page);
  const attempt = (at: Page, pin: string | undefined) => at.call('staff.signIn', { staffNumber: STAFF[0]?.staffNumber, pin });
  const codes: (string | undefined)[] = [];
  for (let count = 0; count < 10 && !codes.includes('PIN_LOCKED'); count += 1) codes.push((await attempt(page, '0000')).error?.code);
  expect(codes[0]).toBe('PIN_WRONG');
  expect(codes.at(-1)).toBe('PIN_LOCKED');
  await first.close();
  const again = await readyPage((await runStation(config)).port, 'desk');
  expect(await attempt(again, STAFF[0]?.demoPin)).toMatchObject({ ok: false, error: { code: 'PIN_LOCKED' } });
});

test('enrols when the hub comes; after that it works from a cold start without it', async () => {
  const { url } = await runHub();
  const proxy = await LinkProxy.start(Number(new URL(url).port));
  onTestFinished(() => proxy.close());
  proxy.cut();
  const { config: devices } = await deviceSet();
  const config = stationConfig('kiosk-1', proxy.url, { devices, dataDir: temporaryDir() });
  const first = await runStation(config);
  const early = await openPage(first.port, 'kiosk');
  expect(await early.call('ticket.issue', { requestId: newId(), itemId: 'item-001', cardId: null })).toMatchObject({
    ok: false,
    error: { code: 'NOT_READY' },
  });
  proxy.heal();
  // What it was told at hello has changed.
  await early.closed;
  await isOnline(await readyPage(first.port, 'kiosk'));
  proxy.cut();
  await first.close();
  const again = await readyPage((await runStation(config)).port, 'kiosk');
  expect(again.hello).toMatchObject({ ok: true, result: { hallName: '青禾镇为民服务中心' } });
  expect(must(await again.call('ticket.issue', { requestId: newId(), itemId: 'item-001', cardId: null }))).toMatchObject({
    offline: true,
    print: 'printed',
  });
});

test('garbage and strangers are refused, and change nothing', async () => {
  const { url } = await runHub();
  const station = await runStation(stationConfig('desk-1', url));
  const origin = `http://127.0.0.1:${station.port}`;
  const page = await readyPage(station.port, 'desk');
  await isOnline(page);
  await expect(openPage(station.port, 'desk', 'a wrong token of some length')).rejects.toThrow('closed 4401');
  expect(await page.call('queue.fly' as 'queue.call', {})).toMatchObject({ ok: false, error: { code: 'BAD_MESSAGE' } });
  expect(await page.call('queue.take', { requestId: 7 })).toMatchObject({ ok: false, error: { code: 'BAD_INPUT' } });
  for (const noise of ['', '{', '\u0000\u0001', '[]']) page.socket.send(noise);
  await page.closed;

  const rating = await readyPage(station.port, 'rating');
  expect(await rating.call('queue.call', { requestId: newId() })).toMatchObject({ ok: false, error: { code: 'WRONG_ROLE' } });
  expect(await rating.call('rating.submit', { sessionId: 'x', level: 'SATISFIED' })).toMatchObject({
    ok: false,
    error: { code: 'RATING_CLOSED' },
  });
  const pull = (token: string | null, collection: string, method = 'pull') =>
    fetch(`${origin}/sync/v1/${collection}/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token !== null && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(method === 'pull' ? { limit: 10 } : []),
    });
  expect((await pull(null, 'tickets')).status).toBe(401);
  expect((await pull('x'.repeat(TOKEN.length), 'tickets')).status).toBe(401);
  expect((await pull(TOKEN, 'tickets')).status).toBe(200);
  expect((await pull(TOKEN, 'events')).status).toBe(403);
  expect((await pull(TOKEN, 'cases', 'push')).status).toBe(403);
  const again = await readyPage(station.port, 'desk');
  expect(again.last('desk')?.cases ?? []).toEqual([]);
});

test('no key, no rating; the screen answers the same question once', async () => {
  const { url } = await runHub();
  const station = await runStation(stationConfig('desk-1', url));
  const page = await readyPage(station.port, 'desk');
  const citizen = await readyPage(station.port, 'rating');
  await isOnline(page);
  await signIn(page);
  const serve = async () => {
    const { ticketId } = must(await page.call('queue.issue', { requestId: newId(), itemId: 'item-001', priority: 'NORMAL' }));
    must(await page.call('queue.confirmPaper', { requestId: newId(), ticketId }));
    must(await page.call('queue.call', { requestId: newId() }));
    must(await page.call('queue.start', { requestId: newId() }));
    must(await page.call('queue.finish', { requestId: newId() }));
    await until('asked', () => typeof citizen.last('rating')?.sessionId === 'string');
    return citizen.last('rating')?.sessionId;
  };
  const first = await serve();
  must(await citizen.call('rating.submit', { sessionId: first, level: 'VERY_SATISFIED' }));
  expect(await citizen.call('rating.submit', { sessionId: first, level: 'SATISFIED' })).toMatchObject({
    ok: false,
    error: { code: 'RATING_CLOSED' },
  });
  expect(await page.call('rating.submit', { sessionId: first, level: 'SATISFIED' })).toMatchObject({
    ok: false,
    error: { code: 'WRONG_ROLE' },
  });
  await until('told', () => page.last('desk')?.lastRating?.outcome === 'RATED');

  const second = await serve();
  expect(second).not.toBe(first);
  const { ticketId } = must(await page.call('queue.issue', { requestId: newId(), itemId: 'item-001', priority: 'NORMAL' }));
  must(await page.call('queue.confirmPaper', { requestId: newId(), ticketId }));
  must(await page.call('queue.call', { requestId: newId() }));
  must(await page.call('queue.start', { requestId: newId() }));
  await until('the next person is here', () => page.last('desk')?.lastRating?.outcome === 'CANCELLED');
  await until('taken from the screen', () => citizen.last('rating') === null);
});
