import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Case, EventDoc, Ticket } from '../../domain/documents.ts';
import { itemIdSchema, newId } from '../../domain/ids.ts';
import { unwrap } from '../../domain/result.ts';
import { openBrowser, SIZES, type TestBrowser } from '../support/browser.ts';
import { type DeskDriver, openDesk } from '../support/desk-driver.ts';
import { DEADLINE_MS, openHall, paperText, type TestHall, waitForBoard } from '../support/hall.ts';
import { BY_TOPIC, ITEM_BY_TOPIC, KioskDriver } from '../support/kiosk-driver.ts';
import { documentsOf, expectSameRecords, hubLedger, type Ledger } from '../support/ledger-check.ts';
import { until } from '../support/until.ts';

// Every process of the hall is killed with SIGKILL while somebody is in the middle of something; the supervisor starts it again.

const APPLICANT = { name: '赵明远', idNumber: '11010519491231002X', phone: '13900000001' };
const HUB_AWAY = '主机连接中断，显示可能不全';
const RECONNECTING = '本机服务断开，正在重连';
const PRINTED_AT_ONCE = 12;

let hall: TestHall;
let browser: TestBrowser;
let kiosk: KioskDriver;
let desk: DeskDriver;
let hallScreen: Page;
let windowScreen: Page;

beforeAll(async () => {
  hall = await openHall();
  browser = await openBrowser();
  kiosk = new KioskDriver(await browser.open(hall.url('kiosk'), SIZES.kioskPortrait));
  desk = await openDesk(browser, hall, 1);
  hallScreen = await browser.open(hall.url('hall'), SIZES.hallScreen);
  windowScreen = await browser.open(hall.url('window-1'), SIZES.windowBar);
});

afterEach(() => expect(browser.problems).toEqual([]));

afterAll(async () => {
  await browser?.close();
  await hall?.close();
});

/** SIGKILL; the promise resolves when the supervisor has the process back. */
async function crash(name: string): Promise<void> {
  const { processes } = hall.hall;
  let back = false;
  const unsubscribe = processes.onEvent((event) => {
    back ||= event.name === name && event.type === 'ready';
  });
  processes.kill(name, 'SIGKILL');
  try {
    await until(`${name} is back`, () => back, DEADLINE_MS);
  } finally {
    unsubscribe();
  }
}

function ticketOf(ledger: Ledger, number: string): Ticket {
  const found = documentsOf<Ticket>(ledger, 'tickets').filter(({ body }) => body.number === number);
  expect(found.map(({ body }) => body.number)).toEqual([number]);
  return found[0] as Ticket;
}

function actsOf(ledger: Ledger, subjectId: string): readonly string[] {
  return documentsOf<EventDoc>(ledger, 'events')
    .filter(({ body }) => body.subject?.id === subjectId)
    .map(({ body }) => body.act);
}

/** The one case with this number: received once, whatever was repeated. */
function expectReceivedOnce(ledger: Ledger, caseNumber: string): void {
  const cases = documentsOf<Case>(ledger, 'cases').filter(({ body }) => body.caseNumber === caseNumber);
  expect(cases.map(({ state }) => state)).toEqual(['received']);
  const acts = actsOf(ledger, cases[0]?.id ?? '');
  for (const once of ['case.create', 'case.receive']) expect([once, acts.filter((act) => act === once).length]).toEqual([once, 1]);
}

const papersWith = (number: string) =>
  hall
    .printer('kiosk-1')
    .papers()
    .filter((paper) => paperText(paper).includes(number));

/** A number is called and its case begun: person typed, materials ticked, a note; all of it in the ledger. */
async function beginCase(note: string): Promise<string> {
  const number = await kiosk.quickNumber();
  expect(await desk.call()).toBe(number);
  await desk.start();
  await desk.typeApplicant(APPLICANT);
  await desk.tickMaterials();
  await desk.writeNote(note);
  await desk.waitSaved();
  return number;
}

async function expectDraft(note: string): Promise<void> {
  await desk.casePanel.getByTitle(ITEM_BY_TOPIC, { exact: true }).first().waitFor();
  await desk.casePanel.getByText('赵**').waitFor();
  expect(await desk.casePanel.getByLabel('备注').inputValue()).toBe(note);
  const required = desk.casePanel.getByRole('listitem').filter({ hasText: '必须' }).getByRole('checkbox');
  await required.first().waitFor();
  for (const box of await required.all()) expect(await box.isChecked()).toBe(true);
}

test('hub killed between call and finish: the desk goes on, the screens come back by themselves', async () => {
  const number = await kiosk.quickNumber();
  const later = await kiosk.quickNumber();
  expect(await desk.call()).toBe(number);
  const back = crash('hub');
  await Promise.all([hallScreen.getByText(HUB_AWAY).waitFor(), windowScreen.getByText(HUB_AWAY).waitFor(), desk.start()]);
  await desk.typeApplicant(APPLICANT);
  await desk.tickMaterials();
  const caseNumber = await desk.receive();
  await back;
  await desk.finish();

  await Promise.all([hallScreen, windowScreen].map((page) => page.getByText(HUB_AWAY).waitFor({ state: 'detached' })));
  await windowScreen.getByText('空闲').waitFor();
  await hallScreen.getByText('等候 1 人').first().waitFor();
  await kiosk.page.getByText('现在有 1 人在等').waitFor();
  expect(await desk.call()).toBe(later);
  await windowScreen.getByText(later, { exact: true }).waitFor();
  await desk.start();
  await desk.finish();

  const ledger = await expectSameRecords(hall);
  for (const done of [number, later]) expect(ticketOf(ledger, done)).toMatchObject({ state: 'done', body: { callCount: 1, clashes: [] } });
  expectReceivedOnce(ledger, caseNumber);
});

test('hub killed while the kiosk issues: everybody gets a number of his own, each on one paper', async () => {
  await kiosk.start();
  await kiosk.browse('按主题找', BY_TOPIC);
  await kiosk.takeNumber();
  const [number] = await Promise.all([kiosk.withoutCard().then(() => kiosk.issuedNumber()), crash('hub')]);
  await kiosk.done();

  const { link } = await hall.link('kiosk-1', 'kiosk');
  const before = hubLedger(hall).get('tickets')?.length ?? 0;
  const issue = () => link.call('ticket.issue', { requestId: newId(), itemId: itemIdSchema.parse('item-001'), cardId: null });
  const issuing = Promise.all(Array.from({ length: PRINTED_AT_ONCE }, issue));
  await until('the hub has taken some in', () => (hubLedger(hall).get('tickets')?.length ?? 0) > before, DEADLINE_MS);
  await crash('hub');
  const answers = (await issuing).map(unwrap);
  const numbers = [number, ...answers.map((answer) => answer.number)];
  expect(answers.map(({ print }) => print)).toEqual(answers.map(() => 'printed'));
  expect(new Set(numbers).size).toBe(numbers.length);
  for (const each of numbers) expect([each, papersWith(each).length]).toEqual([each, 1]);

  const screen = await hall.link('hall-1', 'screen');
  await waitForBoard(screen, 'all of them wait', (board) => board.waitingTotal === numbers.length && !board.hubAway);
  await hallScreen.getByText(`等候 ${numbers.length} 人`).first().waitFor();
  const ledger = await expectSameRecords(hall);
  for (const each of numbers) expect(ticketOf(ledger, each).state).toBe('waiting');
  // Attempts whose answer came too late took numbers that nobody holds.
  const others = documentsOf<Ticket>(ledger, 'tickets').filter(({ body }) => !numbers.includes(body.number));
  expect(others.filter(({ state }) => state !== 'void' && state !== 'done')).toEqual([]);
  const clerk = (await hall.link('desk-1', 'desk')).link;
  for (const each of numbers) {
    expect(unwrap(await clerk.call('queue.call', { requestId: newId() }))?.body.number).toBe(each);
    unwrap(await clerk.call('queue.start', { requestId: newId() }));
    unwrap(await clerk.call('queue.finish', { requestId: newId() }));
  }
});

test('station of the desk killed in an open case: the page reconnects, the draft is complete, receiving works once', async () => {
  const number = await beginCase('第一句');
  const back = crash('desk-1');
  await Promise.all([
    desk.statusLine.getByText(RECONNECTING).waitFor(),
    windowScreen.getByText(/正在重连/).waitFor(),
    desk.writeNote('第一句，断开时接着写'),
  ]);
  await back;
  await desk.statusLine.getByText(RECONNECTING).waitFor({ state: 'detached' });
  await windowScreen.getByText(/正在重连/).waitFor({ state: 'detached' });
  await windowScreen.getByText(number, { exact: true }).waitFor();
  await desk.waitSaved();
  await expectDraft('第一句，断开时接着写');
  expect(await desk.ticketAt('正在办理')).toBe(number);

  // Killed again at the worst moment: the receipt is out, and nobody has answered yet.
  const printer = hall.printer('desk-1');
  let restarted: Promise<void> | null = null;
  const unsubscribe = printer.onPaper(() => {
    restarted ??= crash('desk-1');
  });
  await desk.casePanel.getByRole('button', { name: '收件', exact: true }).click();
  await until('the receipt is out', () => restarted !== null, DEADLINE_MS);
  unsubscribe();
  await desk.casePanel.getByText(/^收件回执没有打出来/).waitFor();
  await restarted;
  await desk.statusLine.getByText(RECONNECTING).waitFor({ state: 'detached' });
  await desk.casePanel.getByRole('button', { name: '再打一次' }).click();
  await desk.casePanel.getByText('打印机没有回音，请看纸出来没有。').waitFor();
  await desk.casePanel.getByRole('button', { name: '先不打' }).click();
  const caseNumber = await desk.caseNumber();
  expect(paperText(printer.papers().at(-1))).toContain(caseNumber);
  await desk.finish();

  const ledger = await expectSameRecords(hall);
  expect(ticketOf(ledger, number)).toMatchObject({ state: 'done', body: { callCount: 1, clashes: [] } });
  expectReceivedOnce(ledger, caseNumber);
});

test('station of the kiosk killed between paper and answer: one number, one paper, and the number is not lost', async () => {
  await kiosk.start();
  await kiosk.browse('按主题找', BY_TOPIC);
  await kiosk.takeNumber();
  const printer = hall.printer('kiosk-1');
  const before = printer.papers().length;
  let restarted: Promise<void> | null = null;
  const unsubscribe = printer.onPaper(() => {
    restarted ??= crash('kiosk-1');
  });
  await kiosk.withoutCard();
  await kiosk.heading('没有成功').waitFor();
  unsubscribe();
  await kiosk.page.getByText('取号机没有及时得到回答。请再试一次，不会重复取号；还不行请叫工作人员。').waitFor();
  await restarted;
  await kiosk.page.getByText(RECONNECTING).waitFor({ state: 'detached' });
  await kiosk.press('再试一次');
  const number = await kiosk.unprintedNumber('不知道号票打出来没有');
  await kiosk.page.getByText('出票口有号票，请拿着它找工作人员确认；没有就补打一次。').waitFor();
  expect(printer.papers().length).toBe(before + 1);
  expect(papersWith(number)).toHaveLength(1);

  const row = (await desk.rows('未确认出票')).filter({ hasText: number });
  await row.getByRole('button', { name: '确认有票' }).click();
  await row.waitFor({ state: 'detached' });
  await kiosk.press('首页');
  expect(await desk.call()).toBe(number);
  await desk.start();
  await desk.finish();
  expect(ticketOf(await expectSameRecords(hall), number).state).toBe('done');
});

test('desk page reloaded, then its databases deleted: everything typed is back, the queue and the items too', async () => {
  const number = await beginCase('来过一次，材料齐');
  const waiting = await kiosk.quickNumber();
  await desk.page.reload();
  expect(await desk.ticketAt('正在办理')).toBe(number);
  await expectDraft('来过一次，材料齐');

  for (const page of [desk.page, kiosk.page]) {
    expect(await deleteDatabases(page)).toBeGreaterThan(0);
    await page.reload();
  }
  expect(await desk.ticketAt('正在办理')).toBe(number);
  await expectDraft('来过一次，材料齐');
  await (await desk.rows('等候')).filter({ hasText: waiting }).waitFor();
  await desk.casePanel.getByRole('button', { name: '再办一项' }).click();
  await desk.chooseItem('立户和分户-学生集体户立户');
  await desk.casePanel.getByRole('navigation').getByText(ITEM_BY_TOPIC).click();
  const caseNumber = await desk.receive();
  const after = await kiosk.quickNumber();
  await desk.finishWithDraft();

  const ledger = await expectSameRecords(hall);
  expectReceivedOnce(ledger, caseNumber);
  expect([number, waiting, after].map((each) => ticketOf(ledger, each).state)).toEqual(['done', 'waiting', 'waiting']);
});

/** Answers how many there were. */
function deleteDatabases(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const databases = await indexedDB.databases();
    const deleted = databases.map(
      ({ name }) =>
        new Promise<void>((resolve, reject) => {
          const request = indexedDB.deleteDatabase(name ?? '');
          request.onsuccess = () => resolve();
          request.onerror = () => reject(request.error);
        }),
    );
    await Promise.all(deleted);
    return databases.length;
  });
}

test('district killed in the middle of the day: the hall does not notice, and it has everything afterwards', async () => {
  const districtPage = await browser.open(hall.url('district'), SIZES.office);
  await districtPage.getByRole('row').filter({ hasText: hall.hall.plan.hallName }).waitFor();
  const number = await desk.call();
  const back = crash('district');
  await desk.start();
  await desk.typeApplicant(APPLICANT);
  await desk.tickMaterials();
  const caseNumber = await desk.receive();
  await back;
  await desk.finish();

  const ledger = await expectSameRecords(hall);
  expect(ticketOf(ledger, number).state).toBe('done');
  expectReceivedOnce(ledger, caseNumber);
  await districtPage.getByRole('row').filter({ hasText: hall.hall.plan.hallName }).getByRole('button', { name: '看详情' }).click();
  const cases = districtPage.getByRole('region', { name: '今日办件' });
  await cases.getByRole('row').filter({ hasText: caseNumber }).waitFor();
  expect(await cases.getByRole('row').filter({ hasText: caseNumber }).count()).toBe(1);
});
