import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Case, Rating, Ticket } from '../../domain/documents.ts';
import { DEMO_CARDS } from '../../drivers/id-card/demo-cards.ts';
import { openBrowser, SIZES, screenshot, type TestBrowser } from '../support/browser.ts';
import { type DeskDriver, openDesk } from '../support/desk-driver.ts';
import { DEADLINE_MS, openHall, paperText, type TestHall } from '../support/hall.ts';
import { BY_DEPARTMENT, BY_TOPIC, ITEM_BY_DEPARTMENT, ITEM_BY_TOPIC, KioskDriver } from '../support/kiosk-driver.ts';
import { documentsOf, expectSameRecords, type Ledger } from '../support/ledger-check.ts';
import { until } from '../support/until.ts';

// The path of issue 2, as each user walks it: resident, two clerks, waiting area, rating device, district office.

const RATING_TIMEOUT_S = 12;
const [CARD] = DEMO_CARDS;
const LEVELS = ['非常满意', '满意', '基本满意', '不满意', '非常不满意'];

let hall: TestHall;
let browser: TestBrowser;
let kiosk: KioskDriver;
let desks: readonly [DeskDriver, DeskDriver];
let hallScreen: Page;
let windowScreen: Page;
let ratingPage: Page;

beforeAll(async () => {
  hall = await openHall({ policy: { ratingTimeoutS: RATING_TIMEOUT_S, voiceRepeat: 1 } });
  browser = await openBrowser();
  kiosk = new KioskDriver(await browser.open(hall.url('kiosk'), SIZES.kioskPortrait));
  desks = [await openDesk(browser, hall, 1), await openDesk(browser, hall, 2)];
  hallScreen = await browser.open(hall.url('hall'), SIZES.hallScreen);
  windowScreen = await browser.open(hall.url('window-1'), SIZES.windowBar);
  ratingPage = await browser.open(hall.url('rating-1'), SIZES.rating);
  await hallScreen.evaluate(`
    globalThis.spoken = [];
    document.addEventListener('bianmin:spoken', (event) => spoken.push(event.detail.caption));
  `);
});

afterAll(async () => {
  await browser?.close();
  await hall?.close();
});

function ticketsOf(ledger: Ledger, number: string): readonly Ticket[] {
  return documentsOf<Ticket>(ledger, 'tickets').filter(({ body }) => body.number === number);
}

function ratingsOf(ledger: Ledger, number: string): readonly Rating[] {
  return documentsOf<Rating>(ledger, 'ratings').filter(({ body }) => body.ticketNumber === number);
}

test('a resident takes a number, is called, hands papers in and rates; every screen follows and the district has it, once', async () => {
  await screenshot(kiosk.page, 'kiosk-portrait-1-welcome');
  await kiosk.start();
  await screenshot(kiosk.page, 'kiosk-portrait-2-ways');
  await kiosk.browse('按主题找', BY_TOPIC.slice(0, 1));
  await screenshot(kiosk.page, 'kiosk-portrait-3-list');
  await kiosk.back();
  await kiosk.back();
  await kiosk.browse('按主题找', BY_TOPIC);
  await kiosk.heading(ITEM_BY_TOPIC).waitFor();
  await screenshot(kiosk.page, 'kiosk-portrait-4-item');
  await kiosk.takeNumber();
  await kiosk.page.getByText('请放身份证', { exact: true }).waitFor();
  await screenshot(kiosk.page, 'kiosk-portrait-5-card');
  await kiosk.withCard(hall.cardReader('kiosk-1'), CARD);
  const number = await kiosk.issuedNumber();
  await screenshot(kiosk.page, 'kiosk-portrait-7-ticket');

  const paper = hall.printer('kiosk-1').papers().at(-1);
  for (const said of [hall.hall.plan.hallName, number, ITEM_BY_TOPIC, '一楼等候区']) expect(paperText(paper)).toContain(said);
  expect(paper?.cut).toBe(true);
  expect(paper?.lines.filter((line) => 'qr' in line)).toHaveLength(1);
  for (const secret of [CARD.name, CARD.idNumber, CARD.idNumber.slice(6, 14)]) expect(JSON.stringify(paper)).not.toContain(secret);
  await kiosk.done();
  await kiosk.page.getByText('现在有 1 人在等').waitFor();
  const second = await kiosk.quickNumber();
  expect(second).not.toBe(number);

  await screenshot(hallScreen, 'hall-1-waiting');
  expect(await desks[0].call()).toBe(number);
  expect(await desks[1].call()).toBe(second);
  await windowScreen.getByText(number, { exact: true }).waitFor();
  await windowScreen.getByText('请到窗口').waitFor();
  await screenshot(windowScreen, 'window-1-called');
  await hallScreen.getByRole('row').filter({ hasText: number }).waitFor();
  const spoken = (): Promise<string[]> => hallScreen.evaluate('spoken');
  await until('both calls spoken', async () => (await spoken()).length === 2, DEADLINE_MS);
  expect(await spoken()).toEqual([captionOf(number, '一'), captionOf(second, '二')]);
  await screenshot(hallScreen, 'hall-2-called');

  const [desk] = desks;
  await screenshot(desk.page, 'desk-2-called');
  await desk.start();
  await windowScreen.getByText('正在办理').waitFor();
  await desk.readCard(hall.cardReader('desk-1'), CARD);
  const applicant = desk.casePanel.getByRole('group', { name: '申请人' });
  expect(await applicant.textContent()).not.toContain(CARD.name);
  expect(await applicant.textContent()).not.toContain(CARD.idNumber);
  await screenshot(desk.page, 'desk-3-masked');
  await applicant.getByRole('button', { name: /^查\s?看$/ }).click();
  await applicant.getByText(CARD.idNumber, { exact: true }).waitFor();
  for (const shown of [CARD.name, CARD.address ?? '', '汉', '女']) expect(await applicant.textContent()).toContain(shown);
  await screenshot(desk.page, 'desk-4-revealed');
  await applicant.getByRole('button', { name: /^遮住/ }).click();
  await applicant.getByText(CARD.idNumber, { exact: true }).waitFor({ state: 'detached' });

  await desk.tickMaterials();
  await desk.writeNote('材料齐全，原件已核对');
  await desk.waitSaved();
  const caseNumber = await desk.receive();
  await screenshot(desk.page, 'desk-5-received');
  const receipt = paperText(hall.printer('desk-1').papers().at(-1));
  for (const said of [caseNumber, number, ITEM_BY_TOPIC]) expect(receipt).toContain(said);
  for (const secret of [CARD.name, CARD.idNumber, '原件已核对']) expect(receipt).not.toContain(secret);

  await desk.finish();
  await expectFiveEqualButtons();
  await screenshot(ratingPage, 'rating-1-asking');
  await until('keypad asks', () => hall.keypad('desk-1').prompting(), DEADLINE_MS);
  expect(await hall.keypad('desk-1').pressLevel('SATISFIED')).toBe(true);
  await ratingPage.getByText('欢迎办事').waitFor();
  await desk.ticketPanel.getByText('已评价').waitFor();

  const district = await browser.open(hall.url('district'), SIZES.office);
  await district.getByRole('row').filter({ hasText: hall.hall.plan.hallName }).getByRole('button', { name: '看详情' }).click();
  const row = (table: string, text: string) => district.getByRole('region', { name: table }).getByRole('row').filter({ hasText: text });
  await row('今日评价', number).filter({ hasText: '满意' }).waitFor();
  await row('今日号票', number).filter({ hasText: '已办结' }).waitFor();
  await row('今日办件', caseNumber).filter({ hasText: '已收件' }).filter({ hasText: '王*' }).waitFor();
  for (const table of ['今日评价', '今日号票', '今日办件']) expect([table, await row(table, number).count()]).toEqual([table, 1]);
  expect(await district.locator('body').textContent()).not.toContain(CARD.name);
  await screenshot(district, 'district');
  const supervisor = await browser.open(hall.url('supervisor'), SIZES.office);
  await supervisor.getByText('一号窗口').waitFor();
  await screenshot(supervisor, 'supervisor');

  const ledger = await expectSameRecords(hall);
  expect(ticketsOf(ledger, number).map(({ state }) => state)).toEqual(['done']);
  const cases = documentsOf<Case>(ledger, 'cases').filter(({ body }) => body.caseNumber === caseNumber);
  expect(cases.map(({ state }) => state)).toEqual(['received']);
  expect(ratingsOf(ledger, number).map(({ body }) => [body.level, body.channel])).toEqual([['SATISFIED', 'KEYPAD']]);
});

/** B001 to window one is 请B零零一号到一号窗口, as it is written; it is spoken 幺. */
function captionOf(number: string, window: string): string {
  const digits = [...number.slice(1)].map((digit) => '零一二三四五六七八九'[Number(digit)]).join('');
  return `请${number[0]}${digits}号到${window}号窗口`;
}

async function expectFiveEqualButtons(): Promise<void> {
  await ratingPage.getByRole('heading', { name: '请您评价这次服务' }).waitFor();
  const boxes = [];
  for (const level of LEVELS) boxes.push(await ratingPage.getByRole('button', { name: level, exact: true }).boundingBox());
  expect(await ratingPage.getByRole('button').count()).toBe(LEVELS.length);
  const sizes = new Set(boxes.map((box) => `${box?.width} × ${box?.height}`));
  expect(sizes.size).toBe(1);
  expect(boxes[0]?.height).toBeGreaterThan(100);
}

test('on a landscape screen, by department and by pinyin, without a card', async () => {
  const page = await browser.open(hall.url('kiosk'), SIZES.kioskLandscape);
  const landscape = new KioskDriver(page);
  await landscape.heading('自助取号').waitFor();
  await screenshot(page, 'kiosk-landscape-1-welcome');
  await landscape.start();
  await screenshot(page, 'kiosk-landscape-2-ways');
  await landscape.browse('按部门找', BY_DEPARTMENT);
  await landscape.heading(ITEM_BY_DEPARTMENT).waitFor();
  await screenshot(page, 'kiosk-landscape-4-item');
  await landscape.takeNumber();
  await screenshot(page, 'kiosk-landscape-5-card');
  await landscape.withoutCard();
  await landscape.issuedNumber();
  await screenshot(page, 'kiosk-landscape-7-ticket');
  expect(paperText(hall.printer('kiosk-1').papers().at(-1))).toContain(ITEM_BY_DEPARTMENT);
  await landscape.done();

  await landscape.start();
  await landscape.search('lhhfh', ITEM_BY_TOPIC);
  await landscape.heading(ITEM_BY_TOPIC).waitFor();
  await landscape.back();
  await page.getByLabel('拼音或汉字').waitFor();
  await screenshot(page, 'kiosk-landscape-3-search');
  await landscape.press('首页');
  await page.close();
});

test('the screen that faces the resident takes a rating; a time-out records none', async () => {
  const [desk] = desks;
  const rated = await desk.call();
  await desk.start();
  await desk.casePanel.getByRole('button', { name: '读身份证' }).waitFor();
  expect(await desk.casePanel.getByText('收件编号').count()).toBe(0);
  await desk.finish();
  await ratingPage.getByRole('button', { name: '不满意', exact: true }).click();
  await ratingPage.getByText('谢谢您的评价').waitFor();
  await desk.ticketPanel.getByText('已评价').waitFor();

  const silent = await kiosk.quickNumber();
  expect(await desk.call()).toBe(silent);
  await desk.start();
  await desk.finish();
  await ratingPage.getByText(`${silent}`, { exact: true }).waitFor();
  expect(await hall.keypad('desk-1').prompting()).toBe(true);
  await desk.ticketPanel.getByText('未评价').waitFor();
  await ratingPage.getByText('欢迎办事').waitFor();
  await screenshot(ratingPage, 'rating-2-idle');

  const ledger = await expectSameRecords(hall);
  expect(ratingsOf(ledger, rated).map(({ body }) => [body.level, body.channel])).toEqual([['DISSATISFIED', 'SCREEN']]);
  expect(ratingsOf(ledger, silent)).toEqual([]);
  expect(browser.problems).toEqual([]);
});
