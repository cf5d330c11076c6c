import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../domain/ids.ts';
import type { IdCardFields } from '../../drivers/id-card/card.ts';
import { openBrowserIn, SIZES, type TestBrowser } from '../support/browser.ts';
import { type DeskDriver, openDesk } from '../support/desk-driver.ts';
import { DEADLINE_MS, logsOf, openHall, type TestHall } from '../support/hall.ts';
import { BY_TOPIC, KioskDriver } from '../support/kiosk-driver.ts';
import { expectSameRecords } from '../support/ledger-check.ts';
import { everShown, filesWith, formsOf, keptByPage, recordPage, secretsIn } from '../support/personal-data.ts';
import { until } from '../support/until.ts';

// One invented person walks the whole path; afterwards nothing of that person may stand anywhere in the clear (design §1, "Never" 7).

/** The name has a character outside the basic plane; the number is the example of GB 11643. */
const PERSON: IdCardFields = {
  kind: 'RESIDENT',
  name: '欧阳𠮷霖',
  sexCode: '2',
  ethnicCode: '01',
  birthDate: '1949-12-31',
  address: '样例省示范市演示区青松路77号院4号楼602室',
  idNumber: '11010519491231002X',
  issuer: '示范市公安局演示分局',
  validFrom: '2012-06-01',
  validTo: '长期',
};
const PHONE = '13900007788';
const NOTE = '自述腿脚不便，盼上门核验';
const REFUSED_NAME = '司徒骉骉';
const SECRETS = {
  name: PERSON.name,
  'given name': PERSON.name.slice(2),
  'ID number': PERSON.idNumber,
  birthday: '19491231',
  'birthday with hyphens': PERSON.birthDate,
  address: '青松路77号院',
  phone: PHONE,
  note: NOTE,
  'name in a refused request': REFUSED_NAME,
};
/** The search itself is proven by finding what does stand there. */
const PUBLIC = { item: '普通家庭户立户' };
const PUBLIC_PAGES = ['kiosk', 'window-1', 'hall', 'staff', 'rating-1', 'supervisor', 'district'] as const;

let hall: TestHall;
let browser: TestBrowser;
let desk: DeskDriver;
let pages: Readonly<Record<(typeof PUBLIC_PAGES)[number], Page>>;
let profileDir: string;

beforeAll(async () => {
  hall = await openHall({ policy: { kioskCardTimeoutS: 10 } });
  profileDir = join(hall.folder, 'browser');
  browser = await openBrowserIn(profileDir);
  desk = await openDesk(browser, hall, 1);
  const opened = [];
  for (const name of PUBLIC_PAGES) opened.push([name, await browser.open(hall.url(name), SIZES.office)] as const);
  pages = Object.fromEntries(opened) as typeof pages;
  for (const page of Object.values(pages)) await recordPage(page);
});

afterAll(async () => {
  await browser?.close();
  await hall?.close();
});

async function expectNothingOnScreens(): Promise<void> {
  for (const [name, page] of Object.entries(pages)) {
    expect([name, secretsIn(Buffer.from(await everShown(page)), SECRETS)]).toEqual([name, []]);
  }
}

test('the search finds a secret in every form in which it may lie', () => {
  const folder = join(hall.folder, 'control');
  mkdirSync(folder);
  for (const [index, form] of formsOf(PERSON.name).entries())
    writeFileSync(join(folder, String(index)), Buffer.concat([Buffer.from('甲'), form, form]));
  writeFileSync(join(folder, 'base64'), Buffer.from(`申请人${PERSON.name}，电话`).toString('base64'));
  const found = filesWith(folder, { name: PERSON.name });
  expect(found).toHaveLength(formsOf(PERSON.name).length + 1);
});

test('while the person is served, no public screen and no paper names them', async () => {
  const kiosk = new KioskDriver(pages.kiosk);
  await kiosk.start();
  await kiosk.browse('按主题找', BY_TOPIC);
  await kiosk.takeNumber();
  hall.cardReader('kiosk-1').setFault('pulled-mid-read');
  await kiosk.page.getByText('请放身份证', { exact: true }).waitFor();
  hall.cardReader('kiosk-1').placeCard(PERSON);
  await kiosk.press('再读一次');
  hall.cardReader('kiosk-1').placeCard(PERSON);
  await kiosk.heading('请核对是不是您本人').waitFor();
  await expectNothingOnScreens();
  hall.cardReader('kiosk-1').removeCard();
  await kiosk.press('是我，取号');
  const number = await kiosk.issuedNumber();
  await kiosk.done();

  expect(await desk.call()).toBe(number);
  await pages['window-1'].getByText(number, { exact: true }).waitFor();
  await expectNothingOnScreens();
  await desk.start();
  await desk.readCard(hall.cardReader('desk-1'), PERSON);
  await desk.casePanel.getByRole('button', { name: /^查\s?看$/ }).click();
  await desk.casePanel.getByText(PERSON.idNumber, { exact: true }).waitFor();
  await desk.tickMaterials();
  await desk.writeNote(NOTE);
  await desk.waitSaved();
  await desk.receive();
  await expectNothingOnScreens();
  // A page without a memory has the person from the sealed case alone.
  await desk.page.reload();
  await desk.casePanel.getByRole('button', { name: /^查\s?看$/ }).click();
  for (const shown of [PERSON.name, PERSON.idNumber]) await desk.casePanel.getByText(shown, { exact: true }).waitFor();

  await desk.casePanel.getByRole('button', { name: '再办一项' }).click();
  await desk.chooseItem('立户和分户-学生集体户立户');
  await desk.typeApplicant({ name: PERSON.name, idNumber: PERSON.idNumber, phone: PHONE });
  await desk.writeNote(NOTE);
  await desk.waitSaved();
  await desk.act('办结');
  await desk.page
    .getByRole('dialog')
    .getByRole('button', { name: /^办\s?结$/ })
    .click();
  await until('keypad asks', () => hall.keypad('desk-1').prompting(), DEADLINE_MS);
  await pages['rating-1'].getByRole('heading', { name: '请您评价这次服务' }).waitFor();
  await expectNothingOnScreens();
  await hall.keypad('desk-1').pressLevel('SATISFIED');
  await desk.ticketPanel.getByText('已评价').waitFor();
  await pages['rating-1'].getByText('欢迎办事').waitFor();
  await expectNothingOnScreens();
  expect(await everShown(pages['rating-1'])).toContain('请您评价这次服务');
  const papers = ['kiosk-1', 'desk-1'].flatMap((station) => hall.printer(station).papers());
  expect(papers).toHaveLength(2);
  expect(secretsIn(Buffer.from(JSON.stringify(papers)), SECRETS)).toEqual([]);
});

test('requests that are refused leave nothing of what they carried', async () => {
  const { link } = await hall.link('desk-1', 'desk');
  const saved = await link.call('case.save', {
    requestId: newId(),
    caseId: null,
    ticketId: null,
    itemId: null,
    materials: [],
    note: NOTE.repeat(1_000),
    applicant: { typed: { name: REFUSED_NAME, idNumber: PERSON.idNumber, phone: PHONE } },
  });
  expect(saved.ok).toBe(false);
  for (const [server, token] of [
    ['desk-1', hall.hall.tokens['desk-1']],
    ['supervisor', 'guess'],
    ['district', 'guess'],
  ] as const) {
    const response = await fetch(new URL('/sync/v1/cases/push', hall.url(server)), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify([{ newDocumentState: { id: REFUSED_NAME, applicant: PERSON, phone: PHONE, note: NOTE } }]),
    });
    expect([server, response.ok]).toEqual([server, false]);
  }
});

test('afterwards nothing of the person lies in the clear: databases, logs, configurations, browser', async () => {
  await expectSameRecords(hall);
  const { page } = desk;
  const kept = Buffer.from(await keptByPage(page));
  expect(secretsIn(kept, PUBLIC)).toEqual(['item']);
  expect(secretsIn(kept, SECRETS)).toEqual([]);
  expect(filesWith(hall.hall.dataDir, SECRETS)).toEqual([]);
  for (const [process, log] of Object.entries(logsOf(hall))) expect([process, log]).not.toEqual([process, '']);
  await browser.close();
  await hall.hall.close();
  expect(filesWith(hall.hall.dataDir, PUBLIC).map((line) => line.split(':')[0])).toEqual(
    expect.arrayContaining(['hub/hub.sqlite', 'district/bianmin.db', 'desk-1/ledger.sqlite']),
  );
  expect(filesWith(hall.hall.dataDir, SECRETS)).toEqual([]);
  expect(filesWith(profileDir, SECRETS)).toEqual([]);
  expect(browser.problems).toEqual([]);
});
