import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Ticket } from '../../domain/documents.ts';
import type { PrinterEmulator } from '../../drivers/printer/emulator.ts';
import { openBrowser, SIZES, screenshot, type TestBrowser } from '../support/browser.ts';
import { type DeskDriver, openDesk } from '../support/desk-driver.ts';
import { openHall, paperText, type TestHall, type TestLink, waitForBoard } from '../support/hall.ts';
import { BY_TOPIC, KioskDriver } from '../support/kiosk-driver.ts';
import { documentsOf, expectSameRecords } from '../support/ledger-check.ts';

// A number joins the queue only when its paper is known of (design §5).

let hall: TestHall;
let browser: TestBrowser;
let kiosk: KioskDriver;
let desk: DeskDriver;
let screen: TestLink;
let printer: PrinterEmulator;

beforeAll(async () => {
  hall = await openHall();
  browser = await openBrowser();
  kiosk = new KioskDriver(await browser.open(hall.url('kiosk'), SIZES.kioskPortrait));
  desk = await openDesk(browser, hall, 1);
  screen = await hall.link('hall-1', 'screen');
  printer = hall.printer('kiosk-1');
});

beforeEach(async () => {
  printer.setState({ paper: 'ok', cover: 'closed', silent: false });
  await kiosk.page.getByText('打印机有问题').waitFor({ state: 'detached' });
});

afterAll(async () => {
  await browser?.close();
  await hall?.close();
});

async function askForNumber(): Promise<void> {
  await kiosk.start();
  await kiosk.browse('按主题找', BY_TOPIC);
  await kiosk.takeNumber();
  await kiosk.withoutCard();
}

async function expectNotWaiting(number: string): Promise<void> {
  const row = (await desk.rows('未确认出票')).filter({ hasText: number });
  await row.waitFor();
  await desk.queuePanel.getByRole('tab', { name: /^等候/ }).click();
  expect(screen.last('board')?.waitingTotal).toBe(0);
  expect(screen.last('board')?.next).toEqual([]);
}

/** Serves the one person who waits, so that the next test begins with nobody. */
async function serve(number: string): Promise<void> {
  expect(await desk.call()).toBe(number);
  await desk.start();
  await desk.finish();
}

test('paper ends in the middle of a ticket: the kiosk says so, nobody waits, and the reprint keeps the number', async () => {
  printer.setFault({ kind: 'end-mid-ticket', afterLines: 3 });
  await askForNumber();
  const number = await kiosk.unprintedNumber('不知道号票打出来没有');
  await kiosk.page.getByText(`您的号是 ${number}，还没有排队。`).waitFor();
  await kiosk.page.getByText(/缺纸/).first().waitFor();
  await screenshot(kiosk.page, 'kiosk-portrait-8-paper-out');
  expect(printer.papers().at(-1)?.cut).toBe(false);
  await expectNotWaiting(number);

  printer.setState({ paper: 'ok' });
  await kiosk.press('补打号票');
  expect(await kiosk.issuedNumber()).toBe(number);
  await waitForBoard(screen, 'the number waits', (board) => board.next.includes(number));
  expect(screen.last('board')?.waitingTotal).toBe(1);
  const paper = printer.papers().at(-1);
  expect(paper?.cut).toBe(true);
  for (const said of [number, '补打']) expect(paperText(paper)).toContain(said);
  await kiosk.done();
  await serve(number);
});

test('the cover is open: the clerk voids the number, and the next person is told before choosing', async () => {
  printer.setState({ cover: 'open' });
  await askForNumber();
  const number = await kiosk.unprintedNumber('号票没有打出来');
  await expectNotWaiting(number);
  await kiosk.press('首页');
  await kiosk.page.getByText('打印机有问题，可能打不出号票。请先叫工作人员。').waitFor();

  const row = (await desk.rows('未确认出票')).filter({ hasText: number });
  await row.getByRole('button', { name: /^作\s?废$/ }).click();
  const dialog = desk.page.getByRole('dialog', { name: `作废 ${number} 号` });
  await dialog.getByRole('button', { name: '没有出纸，已重新取号' }).click();
  await dialog.getByRole('button', { name: `作废 ${number} 号` }).click();
  await row.waitFor({ state: 'detached' });
  const before = printer.papers().length;
  printer.setState({ cover: 'closed' });
  await kiosk.page.getByText('打印机有问题').waitFor({ state: 'detached' });
  for (const paper of printer.papers().slice(before)) expect(paperText(paper)).not.toContain(number);
});

test('the line to the printer breaks in the middle: the clerk who sees the paper confirms the number', async () => {
  printer.setFault({ kind: 'drop-connection-mid-ticket', afterLines: 10 });
  await askForNumber();
  const number = await kiosk.unprintedNumber('不知道号票打出来没有');
  expect(paperText(printer.papers().at(-1))).toContain(number);
  await expectNotWaiting(number);
  const row = (await desk.rows('未确认出票')).filter({ hasText: number });
  await row.getByRole('button', { name: '确认有票' }).click();
  await kiosk.press('首页');
  await waitForBoard(screen, 'the number waits', (board) => board.next.includes(number));
  await serve(number);
});

test('a printer that does not answer gets no ticket; when it answers again the reprint brings the same number', async () => {
  printer.setState({ silent: true });
  const before = printer.papers().length;
  await askForNumber();
  const number = await kiosk.unprintedNumber('号票没有打出来');
  await kiosk.page.getByText('打印机没有应答，请检查电源和连接线。', { exact: true }).waitFor();
  await expectNotWaiting(number);
  expect(printer.papers().length).toBe(before);
  printer.setState({ silent: false });
  await kiosk.press('补打号票');
  expect(await kiosk.issuedNumber()).toBe(number);
  expect(
    printer
      .papers()
      .slice(before)
      .map((paper) => paperText(paper).includes(number)),
  ).toEqual([true]);
  await waitForBoard(screen, 'the number waits', (board) => board.next.includes(number));
  await kiosk.done();
  await serve(number);
});

test('afterwards hall and district hold the same', async () => {
  const tickets = documentsOf<Ticket>(await expectSameRecords(hall), 'tickets');
  expect(tickets.map(({ state }) => state).sort()).toEqual(['done', 'done', 'done', 'void']);
  expect(browser.problems).toEqual([]);
});
