import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Case, EventDoc, Rating, Ticket } from '../../domain/documents.ts';
import { itemIdSchema, newId } from '../../domain/ids.ts';
import { unwrap } from '../../domain/result.ts';
import { openBrowser, SIZES, screenshot, type TestBrowser } from '../support/browser.ts';
import { type DeskDriver, openDesk } from '../support/desk-driver.ts';
import { DEADLINE_MS, openHall, paperText, type TestHall } from '../support/hall.ts';
import { BY_TOPIC, KioskDriver } from '../support/kiosk-driver.ts';
import { documentsOf, expectSameRecords, hubLedger, type Ledger } from '../support/ledger-check.ts';
import { until } from '../support/until.ts';

// Stations that the LAN no longer reaches, one by one, and what comes of it when the cable is back in.

const APPLICANT = { name: '赵明远', idNumber: '11010519491231002X' };
/** Few, so that they can run out in a test. */
const LEASE_SIZE = 8;
/** Of the default policy; which station's block comes first is chance. */
const LEASE_FROM = 501;
const UNSENT = /^\d+ 条未上传，最早 (刚刚|\d+ 分钟前)$/;

let hall: TestHall;
let browser: TestBrowser;
let kiosk: KioskDriver;
let desks: readonly [DeskDriver, DeskDriver];

beforeAll(async () => {
  hall = await openHall({ policy: { leaseSize: LEASE_SIZE } });
  browser = await openBrowser();
  kiosk = new KioskDriver(await browser.open(hall.url('kiosk'), SIZES.kioskPortrait));
  desks = [await openDesk(browser, hall, 1), await openDesk(browser, hall, 2)];
});

afterEach(() => expect(browser.problems).toEqual([]));

afterAll(async () => {
  await browser?.close();
  await hall?.close();
});

const kioskStatus = () => kiosk.page.getByRole('list', { name: '运行状态' });

async function cutKiosk(): Promise<void> {
  hall.network('kiosk-1').cut();
  await kioskStatus().getByText('大厅主机断开，本机照常办理').waitFor();
}

async function healKiosk(): Promise<void> {
  hall.network('kiosk-1').restore();
  await kioskStatus().getByText('大厅主机断开').waitFor({ state: 'detached' });
}

async function cutDesk(number: 1 | 2): Promise<void> {
  hall.network(`desk-${number}`).cut();
  await desks[number - 1]?.page.getByRole('alert').filter({ hasText: '大厅主机连不上，可输入居民号票上的号码办理' }).waitFor();
}

async function healDesk(number: 1 | 2): Promise<void> {
  hall.network(`desk-${number}`).restore();
  await desks[number - 1]?.page.getByText('大厅主机连不上').first().waitFor({ state: 'detached' });
}

/** The person hands in everything; answers with the case's number. */
async function receiveCase(desk: DeskDriver, item?: string): Promise<string> {
  if (item !== undefined) await desk.chooseItem(item);
  await desk.typeApplicant(APPLICANT);
  await desk.tickMaterials();
  return desk.receive();
}

function ticketOf(ledger: Ledger, number: string): Ticket {
  const found = documentsOf<Ticket>(ledger, 'tickets').filter(({ body }) => body.number === number);
  expect(found.map(({ body }) => body.number)).toEqual([number]);
  return found[0] as Ticket;
}

const casesOf = (ledger: Ledger, ticketId: string): readonly Case[] =>
  documentsOf<Case>(ledger, 'cases').filter(({ body }) => body.ticketId === ticketId);

test('kiosk and desk both cut off: leased numbers, service by the number on the paper, and all of it merges', async () => {
  const [desk] = desks;
  const before = await kiosk.quickNumber();
  await Promise.all([cutKiosk(), cutDesk(1)]);

  const numbers: string[] = [];
  for (let count = 0; count < 2; count += 1) {
    await kiosk.start();
    await kiosk.browse('按主题找', BY_TOPIC);
    await kiosk.takeNumber();
    await kiosk.withoutCard();
    numbers.push(await kiosk.issuedNumber());
    for (const said of ['前面人数暂时不知道', '请取走号票']) await kiosk.page.getByText(said).waitFor();
    expect(await kiosk.page.getByRole('alert').count()).toBe(0);
    expect(await kiosk.page.locator('main').textContent()).not.toMatch(/失败|错误|没有成功|连不上|断开/);
    if (count === 0) await screenshot(kiosk.page, 'kiosk-portrait-9-lan-cut');
    await kiosk.done();
  }
  const values = numbers.map((number) => Number(number.slice(1)));
  expect(values[0]).toBeGreaterThanOrEqual(LEASE_FROM);
  expect(values[1]).toBe((values[0] ?? 0) + 1);
  for (const number of numbers) {
    const papers = hall.printer('kiosk-1').papers().map(paperText);
    expect([number, papers.filter((text) => text.includes(number)).length]).toEqual([number, 1]);
  }
  await kiosk.page.getByText('等候人数暂时看不到').waitFor();
  await kioskStatus().getByText(UNSENT).waitFor();
  const [shown = '', other = ''] = numbers;

  await desk.page.getByRole('list', { name: '运行状态' }).getByText('大厅主机断开，本机照常办理').waitFor();
  await desk.takeByNumber(shown);
  expect(await desk.ticketAt('正在办理')).toBe(shown);
  const caseNumber = await receiveCase(desk, '立户和分户-普通家庭户立户');
  await screenshot(desk.page, 'desk-6-lan-cut');
  await desk.finish();
  await until('keypad asks', () => hall.keypad('desk-1').prompting(), DEADLINE_MS);
  expect(await hall.keypad('desk-1').pressLevel('VERY_SATISFIED')).toBe(true);
  await desk.ticketPanel.getByText('已评价').waitFor();
  await desk.statusLine.getByText(UNSENT).waitFor();
  const atHub = hubLedger(hall);
  expect(documentsOf<Ticket>(atHub, 'tickets').filter(({ body }) => numbers.includes(body.number))).toEqual([]);
  expect(documentsOf<Case>(atHub, 'cases')).toEqual([]);

  // The desk first: the hub hears of the service before it hears of the number.
  await healDesk(1);
  await desk.statusLine.getByText('全部已上传').waitFor();
  await healKiosk();
  await kioskStatus().getByText(UNSENT).waitFor({ state: 'detached' });
  await kiosk.page.getByText('现在有 2 人在等').waitFor();

  const ledger = await expectSameRecords(hall);
  const served = ticketOf(ledger, shown);
  expect(served).toMatchObject({ state: 'done', body: { itemName: '立户和分户-普通家庭户立户', windowId: 'w1', clashes: [] } });
  expect(casesOf(ledger, served.id).map(({ state, body }) => [state, body.caseNumber])).toEqual([['received', caseNumber]]);
  const ratings = documentsOf<Rating>(ledger, 'ratings').filter(({ body }) => body.ticketId === served.id);
  expect(ratings.map(({ body }) => [body.level, body.channel])).toEqual([['VERY_SATISFIED', 'KEYPAD']]);
  for (const number of [before, other]) {
    expect(await desk.call()).toBe(number);
    await desk.start();
    await desk.finish();
  }
  await expectSameRecords(hall);
});

test('a cut-off desk takes the number that another desk serves: both are told, both acts stay', async () => {
  const [cutOff, online] = desks;
  const number = await kiosk.quickNumber();
  await (await cutOff.rows('等候')).filter({ hasText: number }).waitFor();
  await cutDesk(1);
  await cutOff.takeByNumber(number);
  expect(await online.call()).toBe(number);
  await online.start();
  const theirs = [await receiveCase(cutOff), await receiveCase(online)];
  await online.finish();
  await cutOff.finish();
  await healDesk(1);
  await cutOff.statusLine.getByText('全部已上传').waitFor();
  for (const desk of desks) {
    const row = (await desk.rows('冲突')).filter({ hasText: number });
    await row.getByText('都办过这张号票，两边的记录都保留，请与对方核对。').waitFor();
    for (const window of ['本窗口', desk === cutOff ? '2 号窗口' : '1 号窗口']) expect(await row.textContent()).toContain(window);
  }
  await screenshot(cutOff.page, 'desk-7-clash');

  const ledger = await expectSameRecords(hall);
  const ticket = ticketOf(ledger, number);
  expect(ticket).toMatchObject({ state: 'done', body: { windowId: 'w2' } });
  expect(ticket.body.clashes.map(({ kind, stationId, windowId }) => [kind, stationId, windowId])).toEqual([
    ['take', 'desk-1', 'w1'],
    ['finish', 'desk-1', 'w1'],
  ]);
  expect(
    casesOf(ledger, ticket.id)
      .map(({ body }) => body.caseNumber)
      .sort(),
  ).toEqual(theirs.sort());
  const clashes = documentsOf<EventDoc>(ledger, 'events').filter(({ body }) => body.act === 'ticket.clash');
  expect(clashes.map(({ body }) => body.subject?.id)).toEqual([ticket.id, ticket.id]);
});

test('cut off in the middle of a case, another window takes the number: the case of the first is not lost', async () => {
  const [cutOff, online] = desks;
  const number = await kiosk.quickNumber();
  await (await cutOff.rows('等候')).filter({ hasText: number }).waitFor();
  await cutDesk(1);
  await cutOff.takeByNumber(number);
  await cutOff.typeApplicant(APPLICANT);
  await cutOff.writeNote('脱网时登记');
  await cutOff.waitSaved();
  expect(await online.call()).toBe(number);
  await online.start();
  await healDesk(1);
  for (const desk of desks) await (await desk.rows('冲突')).filter({ hasText: number }).waitFor();
  await cutOff.ticketPanel.getByText('窗口没有号票').waitFor();
  expect(await online.ticketAt('正在办理')).toBe(number);
  await receiveCase(online);
  await online.casePanel
    .getByRole('navigation')
    .getByRole('button', { name: /登记中$/ })
    .click();
  expect(await online.casePanel.getByLabel('备注').inputValue()).toBe('脱网时登记');
  await online.finishWithDraft();
  const ledger = await expectSameRecords(hall);
  const ticket = ticketOf(ledger, number);
  expect(
    casesOf(ledger, ticket.id)
      .map(({ state }) => state)
      .sort(),
  ).toEqual(['draft', 'received']);
});

test('cut off for so long that the leased numbers run out: a plain sentence and a way to a person', async () => {
  await cutKiosk();
  const { link } = await hall.link('kiosk-1', 'kiosk');
  const issue = () => link.call('ticket.issue', { requestId: newId(), itemId: itemIdSchema.parse('item-001'), cardId: null });
  const numbers: string[] = [];
  let answer = await issue();
  for (; answer.ok; answer = await issue()) numbers.push(unwrap(answer).number);
  expect(answer.error.code).toBe('NO_NUMBERS');
  expect(numbers.length).toBeGreaterThanOrEqual(LEASE_SIZE / 2);

  await kiosk.start();
  await kiosk.browse('按主题找', BY_TOPIC);
  await kiosk.takeNumber();
  await kiosk.withoutCard();
  await kiosk.heading('没有成功').waitFor();
  await kiosk.page.getByText('大厅主机连不上，备用号也用完了，请直接到窗口找工作人员。').waitFor();
  await screenshot(kiosk.page, 'kiosk-portrait-10-no-numbers');
  await kiosk.press('叫工作人员');
  await kiosk.page.getByText('没有通知到，请直接到服务台找工作人员。').waitFor();

  await healKiosk();
  await kiosk.press('再试一次');
  const number = await kiosk.issuedNumber();
  await kiosk.done();
  const ledger = await expectSameRecords(hall);
  for (const each of [...numbers, number]) expect([each, ticketOf(ledger, each).state]).toEqual([each, 'waiting']);
});
