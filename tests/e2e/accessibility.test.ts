import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEMO_CARDS } from '../../drivers/id-card/demo-cards.ts';
import { openBrowser, SIZES, type TestBrowser } from '../support/browser.ts';
import { DeskDriver } from '../support/desk-driver.ts';
import { openHall, type TestHall } from '../support/hall.ts';
import { BY_TOPIC, KioskDriver } from '../support/kiosk-driver.ts';
import { axeViolations, cutText, latinWords, tofu, touchProblems } from '../support/page-audit.ts';

// Every page and step is looked at as a machine can: axe, size and place of buttons, cut text, stray Latin, missing glyphs.

/** Long enough that nothing ends by itself while it is looked at. */
const PATIENT = { kioskIdleS: 900, kioskIdleWarnS: 900, kioskCardTimeoutS: 900, ratingTimeoutS: 900, voiceRepeat: 1 } as const;
const [CARD] = DEMO_CARDS;
/** Ticket numbers and their series, keys of the keyboard, the language switch. */
const LATIN = [/\b[A-Z]\d{3}\b/, /（[A-Z]）/, /^[A-Z] (?=\p{Script=Han})/mu, /\bF[2-9]\b/, /\bEnglish\b/];
/** The longest name on the published list, and one that the hall does not handle. */
const LONG_ITEM = {
  letters: 'qydjqwncfm',
  name: '迁移登记-（迁往农村）父母在本市城镇无合法稳定住所、无合法稳定就业，均已超过法定退休年龄投靠成年子女，且子女在农村地区有合法稳定住所的',
};
const ITEM_ELSEWHERE = { letters: 'hfyd', name: '核发异地居民身份证（各区部分派出所办）' };
/** What the square on the paper holds: hall, day and number. */
const QR_TEXT = /qh-town:\S+/;
const SCROLLED_BY_BUTTONS = '.k-scroll-box';

let hall: TestHall;
let browser: TestBrowser;

beforeAll(async () => {
  hall = await openHall({ policy: PATIENT });
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  await hall?.close();
});

async function expectChinese(page: Page, step: string, allowed: readonly RegExp[] = []): Promise<void> {
  const found = [...(await axeViolations(page)), ...(await latinWords(page, [...LATIN, ...allowed])), ...(await tofu(page))];
  expect.soft(found, step).toEqual([]);
}

/** A page that has a screen of its own size: nothing of it may be cut. */
async function expectWhole(page: Page, step: string, allowed: readonly RegExp[] = []): Promise<void> {
  await expectChinese(page, step, allowed);
  expect.soft(await cutText(page), step).toEqual([]);
}

async function expectTouchable(page: Page, step: string): Promise<void> {
  expect.soft([...(await cutText(page)), ...(await touchProblems(page, SCROLLED_BY_BUTTONS))], step).toEqual([]);
}

/** The step in both orientations, each with standard and 大字, 标准位 and 低位; ends as it began. */
async function expectKioskStep(kiosk: KioskDriver, step: string, allowed: readonly RegExp[] = []): Promise<void> {
  const { page } = kiosk;
  for (const [orientation, size] of [
    ['竖屏', SIZES.kioskPortrait],
    ['横屏', SIZES.kioskLandscape],
  ] as const) {
    await page.setViewportSize(size);
    const look = async (mode: string) => {
      await expectChinese(page, `${step} ${orientation} ${mode}`, allowed);
      await expectTouchable(page, `${step} ${orientation} ${mode}`);
    };
    await look('标准字');
    await kiosk.press('低位');
    await expectTouchable(page, `${step} ${orientation} 低位`);
    await kiosk.press('大字');
    await expectTouchable(page, `${step} ${orientation} 大字低位`);
    await kiosk.press('标准位');
    await look('大字');
    await kiosk.press('标准字');
  }
  await page.setViewportSize(SIZES.kioskPortrait);
}

/** As if nobody had touched the page for so long. */
async function passTime(page: Page, ms: number): Promise<void> {
  await page.evaluate((later) => {
    const now = performance.now.bind(performance);
    performance.now = () => now() + later;
  }, ms);
}

async function stopClock(page: Page): Promise<void> {
  await page.evaluate(() => {
    const now = Date.now();
    Date.now = () => now;
  });
}

test('what is looked for is found', async () => {
  const page = await browser.open('about:blank', SIZES.office);
  await page.setContent(`
    <p style="color: #bbb; width: 5em; overflow: hidden; white-space: nowrap">看不清也看不全的一行字 Submit \u{10FFFE}\u{2FFFD}</p>
    <button style="height: 40px; position: absolute; top: 700px">确定</button>
    <div style="height: 2em; overflow: auto" class="drag">一<br>二<br>三<br>四</div>`);
  expect(await axeViolations(page)).toContainEqual(expect.stringMatching(/^color-contrast/));
  expect(await cutText(page)).toEqual([expect.stringContaining('看不清也看不全')]);
  expect(await touchProblems(page, SCROLLED_BY_BUTTONS)).toEqual(['button “确定” is 40 px high', 'drag scrolls by dragging only']);
  expect(await latinWords(page, LATIN)).toEqual([expect.stringContaining('Submit')]);
  expect(await tofu(page)).toContain('no glyph for \u{2FFFD} U+2fffd');
  await page.close();
});

test('every step of the kiosk, from the welcome to the number', async () => {
  const kiosk = new KioskDriver(await browser.open(hall.url('kiosk'), SIZES.kioskPortrait));
  await kiosk.heading('自助取号').waitFor();
  await expectKioskStep(kiosk, '欢迎');
  await kiosk.start();
  await expectKioskStep(kiosk, '找法');
  await kiosk.browse('按部门找', []);
  await kiosk.heading('请选部门').waitFor();
  await expectKioskStep(kiosk, '部门');
  await kiosk.back();
  await kiosk.browse('按主题找', BY_TOPIC.slice(0, 1));
  await kiosk.heading('请选要办的事项').waitFor();
  await expectKioskStep(kiosk, '事项清单');
  await kiosk.press('首页');
  await kiosk.start();
  await kiosk.search(LONG_ITEM.letters, LONG_ITEM.name);
  await kiosk.heading(LONG_ITEM.name).waitFor();
  await expectKioskStep(kiosk, '事项');
  await kiosk.back();
  await expectKioskStep(kiosk, '拼音查找', [/\b[a-z]\b/, new RegExp(`^${LONG_ITEM.letters}$`, 'm')]);
  await kiosk.press('首页');
  await kiosk.start();
  await kiosk.search(ITEM_ELSEWHERE.letters, ITEM_ELSEWHERE.name);
  await kiosk.page.getByText('取了号也办不了').waitFor();
  await expectKioskStep(kiosk, '本大厅不办');
  await kiosk.press('首页');

  await toTheReader(kiosk);
  await expectKioskStep(kiosk, '读身份证');
  hall.cardReader('kiosk-1').placeCard(CARD);
  await kiosk.heading('请核对是不是您本人').waitFor();
  await expectKioskStep(kiosk, '核对本人');
  hall.cardReader('kiosk-1').removeCard();
  await kiosk.press('是我，取号');
  await kiosk.issuedNumber();
  await expectKioskStep(kiosk, '号票');
  await kiosk.done();
  await toTheReader(kiosk);
  await kiosk.withCard(hall.cardReader('kiosk-1'), CARD);
  await kiosk.heading('您今天已经取过号').waitFor();
  await expectKioskStep(kiosk, '已取过号');
  await passTime(kiosk.page, (PATIENT.kioskIdleS + 10) * 1_000);
  await kiosk.page.getByText('还在办理吗？').waitFor();
  await expectWhole(kiosk.page, '还在吗');
  await expectTouchable(kiosk.page, '还在吗');
  await kiosk.page.close();
});

test('the kiosk without paper, with a pulled card reader, and in English', async () => {
  const kiosk = new KioskDriver(await browser.open(hall.url('kiosk'), SIZES.kioskPortrait));
  const [printer, reader] = [hall.printer('kiosk-1'), hall.cardReader('kiosk-1')];
  printer.setState({ paper: 'end' });
  await kiosk.page.getByText('打印机有问题').waitFor();
  await kiosk.press('叫工作人员');
  await kiosk.page.getByText('已经通知工作人员').waitFor();
  await expectKioskStep(kiosk, '打印机缺纸，已叫工作人员');
  await toTheReader(kiosk);
  await kiosk.withoutCard();
  await kiosk.unprintedNumber('号票没有打出来');
  await expectKioskStep(kiosk, '没有打出来');
  printer.setState({ paper: 'ok' });
  await kiosk.press('补打号票');
  await kiosk.issuedNumber();
  await kiosk.done();
  await reader.unplug();
  await kiosk.start();
  await kiosk.browse('按主题找', BY_TOPIC);
  await kiosk.press('取号');
  await kiosk.page.getByText('读卡器现在不能用').waitFor();
  await expectKioskStep(kiosk, '读卡器不能用');
  await reader.plug();
  await kiosk.press('首页');
  await kiosk.press('English');
  for (const size of [SIZES.kioskPortrait, SIZES.kioskLandscape]) {
    await kiosk.page.setViewportSize(size);
    for (const textSize of ['Large text', 'Normal text']) {
      expect.soft(await axeViolations(kiosk.page), `English ${size.width}`).toEqual([]);
      await expectTouchable(kiosk.page, `English ${size.width}, before ${textSize}`);
      await kiosk.press(textSize);
    }
  }
  await kiosk.page.close();
});

async function toTheReader(kiosk: KioskDriver): Promise<void> {
  await kiosk.start();
  await kiosk.browse('按主题找', BY_TOPIC);
  await kiosk.takeNumber();
}

test('desk, rating device and screens, from sign-in to thanks', async () => {
  const rating = await browser.open(hall.url('rating-1'), SIZES.rating);
  const windowScreen = await browser.open(hall.url('window-1'), SIZES.windowBar);
  const hallScreen = await browser.open(hall.url('hall'), SIZES.hallScreen);
  const desk = new DeskDriver(await browser.open(hall.url('desk-1'), SIZES.office));
  await desk.page.getByLabel('工号').waitFor();
  await expectWhole(desk.page, '窗口电脑 登录');
  await rating.getByText('欢迎办事').waitFor();
  await expectWhole(rating, '评价屏 无人');
  await expectWhole(windowScreen, '窗口屏 未开');
  const [clerk] = hall.hall.plan.staff;
  if (clerk === undefined) throw new Error('the demo hall has staff');
  await desk.page.getByLabel('工号').fill(clerk.staffNumber);
  await desk.page.getByLabel('口令').fill('no');
  await desk.page.getByRole('button', { name: /^登\s?录$/ }).click();
  await desk.page.getByRole('alert').filter({ hasText: '不对，请再试一次' }).waitFor();
  await expectWhole(desk.page, '窗口电脑 口令不对');
  await desk.signIn(clerk);
  await expectWhole(desk.page, '窗口电脑 已登录');
  await desk.openWindow();
  await rating.getByText(clerk.name).waitFor();
  await expectWhole(rating, '评价屏 等候');
  await desk.call();
  await expectWhole(desk.page, '窗口电脑 已叫号');
  await windowScreen.getByText('请到窗口').waitFor();
  await expectWhole(windowScreen, '窗口屏 已叫号');
  await hallScreen.getByRole('row').filter({ hasText: 'B001' }).waitFor();
  await expectWhole(hallScreen, '大厅屏');

  await desk.start();
  await expectWhole(desk.page, '窗口电脑 新办件');
  await desk.readCard(hall.cardReader('desk-1'), CARD);
  await desk.casePanel.getByRole('button', { name: /^查\s?看$/ }).click();
  await desk.casePanel.getByText(CARD.idNumber, { exact: true }).waitFor();
  await desk.casePanel.getByRole('button', { name: '改为手工录入' }).click();
  await desk.casePanel.getByLabel('身份证号').fill('1');
  await desk.casePanel.getByLabel('姓名').focus();
  await expectWhole(desk.page, '窗口电脑 手工录入');
  await desk.casePanel.getByRole('button', { name: /^取\s?消$/ }).click();
  await desk.tickMaterials();
  await desk.waitSaved();
  await expectWhole(desk.page, '窗口电脑 办件');
  await desk.receive();
  await expectWhole(desk.page, '窗口电脑 已收件');
  for (const name of ['挂起', '转移'] as const) {
    await desk.act(name);
    await desk.page.getByRole('dialog').waitFor();
    await expectWhole(desk.page, `窗口电脑 ${name}`);
    await desk.page.keyboard.press('Escape');
    await desk.page.getByRole('dialog').waitFor({ state: 'hidden' });
  }
  await desk.page.getByRole('button', { name: /^锁\s?屏$/ }).click();
  await expectWhole(desk.page, '窗口电脑 锁屏');
  await desk.page.getByLabel('口令').fill(clerk.pin);
  await desk.page.getByRole('button', { name: /^解\s?锁$/ }).click();

  await desk.finish();
  await rating.getByRole('heading', { name: '请您评价这次服务' }).waitFor();
  await expectWhole(rating, '评价屏 请评价');
  await stopClock(rating);
  await rating.getByRole('button', { name: '满意', exact: true }).click();
  await rating.getByText('谢谢您的评价').waitFor();
  await expectWhole(rating, '评价屏 谢谢');
  await desk.ticketPanel.getByText('已评价').waitFor();
  await expectWhole(desk.page, '窗口电脑 已评价');
});

test('staff screen, supervisor, district and dock', async () => {
  const stationNames = [/\b(?:kiosk|desk|hall)-\d\b/, /\bhub\b/];
  const staffScreen = await browser.open(hall.url('staff'), SIZES.hallScreen);
  await staffScreen.getByText('林晓岚').waitFor();
  await expectWhole(staffScreen, '人员去向屏');
  const supervisor = await browser.open(hall.url('supervisor'), SIZES.office);
  await supervisor.getByText('一号窗口').waitFor();
  await expectWhole(supervisor, '值班长', stationNames);
  const district = await browser.open(hall.url('district'), SIZES.office);
  const row = district.getByRole('row').filter({ hasText: hall.hall.plan.hallName });
  await row.waitFor();
  await expectWhole(district, '区县 大厅');
  await row.getByRole('button', { name: '看详情' }).click();
  await district.getByRole('region', { name: '今日评价' }).getByRole('row').filter({ hasText: '满意' }).waitFor();
  await expectWhole(district, '区县 详情');
  const dock = await browser.open(hall.url('dock'), SIZES.office);
  await dock.getByText('出来的纸').waitFor();
  await expectChinese(dock, '演示台', [...stationNames, QR_TEXT]);
  expect(browser.problems).toEqual([]);
});
