import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Case, Rating, Ticket } from '../../domain/documents.ts';
import { DEMO_CARDS } from '../../drivers/id-card/demo-cards.ts';
import { openBrowser, SIZES, screenshot, type TestBrowser } from '../support/browser.ts';
import { type DeskDriver, openDesk } from '../support/desk-driver.ts';
import { DEADLINE_MS, openHall, type TestHall } from '../support/hall.ts';
import { KioskDriver } from '../support/kiosk-driver.ts';
import { districtLedger, documentsOf, expectSameRecords, hubLedger } from '../support/ledger-check.ts';
import { until } from '../support/until.ts';

let hall: TestHall;
let browser: TestBrowser;
let kiosk: KioskDriver;
let desk: DeskDriver;
let supervisor: Page;
let district: Page;

beforeAll(async () => {
  hall = await openHall();
  browser = await openBrowser();
  kiosk = new KioskDriver(await browser.open(hall.url('kiosk'), SIZES.kioskPortrait));
  desk = await openDesk(browser, hall, 1);
  supervisor = await browser.open(hall.url('supervisor'), SIZES.office);
  district = await browser.open(hall.url('district'), SIZES.office);
});

afterAll(async () => {
  await browser?.close();
  await hall?.close();
});

const HUB_UNSENT = /^大厅还有 \d+ 条没有传到区县，最早 /;
const unsent = (page: Page) => page.getByText(/^大厅未上传到区县 \d+ 条，最早 \d+ 分钟前$/);

test('with the extranet cut nothing changes in the hall, and what is unsent is shown with its age', async () => {
  await expectSameRecords(hall);
  hall.network('extranet').cut();
  await desk.statusLine.getByText('区县断开，先存在本地').waitFor();
  await district.getByText(/^已断开 \d+ 秒$/).waitFor();

  const number = await kiosk.quickNumber();
  expect(await desk.call()).toBe(number);
  await desk.start();
  await desk.readCard(hall.cardReader('desk-1'), DEMO_CARDS[1]);
  await desk.tickMaterials();
  await desk.waitSaved();
  await desk.receive();
  await desk.finish();
  await until('keypad asks', () => hall.keypad('desk-1').prompting(), DEADLINE_MS);
  await hall.keypad('desk-1').pressLevel('VERY_SATISFIED');
  await desk.ticketPanel.getByText('已评价').waitFor();

  await unsent(supervisor).waitFor();
  await screenshot(supervisor, 'supervisor-extranet-cut');
  await desk.statusLine.getByText('全部已上传').waitFor(); // the desk's own records are safe at the hub
  await desk.statusLine.getByText(HUB_UNSENT).waitFor(); // … and the desk sees what the hub still owes the district
  expect(documentsOf<Ticket>(hubLedger(hall), 'tickets')).toHaveLength(1);
  for (const collection of ['tickets', 'cases', 'ratings'] as const) expect(documentsOf(districtLedger(hall), collection)).toEqual([]);
});

test('when it is back all of it arrives, once and in order', async () => {
  hall.network('extranet').restore();
  await desk.statusLine.getByText('区县在线').waitFor();
  const ledger = await expectSameRecords(hall);
  await desk.statusLine.getByText(HUB_UNSENT).waitFor({ state: 'detached' });
  expect(documentsOf<Ticket>(ledger, 'tickets').map(({ state }) => state)).toEqual(['done']);
  expect(documentsOf<Case>(ledger, 'cases').map(({ state }) => state)).toEqual(['received']);
  expect(documentsOf<Rating>(ledger, 'ratings').map(({ body }) => body.level)).toEqual(['VERY_SATISFIED']);
  await supervisor.getByText('大厅未上传到区县 无').waitFor();
  await district
    .getByRole('row')
    .filter({ hasText: hall.hall.plan.hallName })
    .getByText(/^\d+ 秒前$/)
    .waitFor();
  expect(browser.problems).toEqual([]);
});
