import type { Locator, Page } from 'playwright-core';
import type { IdCardFields } from '../../drivers/id-card/card.ts';
import type { IdCardEmulator } from '../../drivers/id-card/emulator.ts';

/** The first hyphen group of the published list, by both ways. */
export const BY_TOPIC = ['户口户籍', '立户和分户', '普通家庭户立户'] as const;
export const BY_DEPARTMENT = ['公安局', '立户和分户', '学生集体户立户'] as const;
export const ITEM_BY_TOPIC = '立户和分户-普通家庭户立户';
export const ITEM_BY_DEPARTMENT = '立户和分户-学生集体户立户';

/** A resident in front of the kiosk: sees names, touches buttons. */
export class KioskDriver {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** The heading of the present screen. */
  heading(text: string | RegExp): Locator {
    return this.page.getByRole('heading', { level: 1, name: text });
  }

  async press(name: string | RegExp): Promise<void> {
    await this.page.getByRole('button', typeof name === 'string' ? { name, exact: true } : { name }).click();
  }

  async back(): Promise<void> {
    await this.press('返回');
  }

  /** From the welcome screen to the ways of finding an item. */
  async start(): Promise<void> {
    await this.heading('自助取号').waitFor();
    await this.press('取号');
    await this.heading('您要办什么事？').waitFor();
  }

  /** Chooses down the groups to the item, turning pages as needed. */
  async browse(way: '按主题找' | '按部门找', path: readonly string[]): Promise<void> {
    await this.press(new RegExp(`^${way}`));
    for (const label of path) await this.#choose(label);
  }

  async search(letters: string, itemName: string): Promise<void> {
    await this.press(/^按拼音找/);
    for (const letter of letters) await this.press(letter);
    await this.#choose(itemName);
  }

  /** From the item's page to the card reader's. */
  async takeNumber(): Promise<void> {
    await this.press('取号');
    await this.heading('请把身份证放在读卡区').waitFor();
  }

  async withoutCard(): Promise<void> {
    await this.press('不用身份证取号');
  }

  /** Puts the card down, confirms the person, and takes the card back. */
  async withCard(reader: IdCardEmulator, card: IdCardFields): Promise<void> {
    await this.page.getByText('请放身份证', { exact: true }).waitFor();
    reader.placeCard(card);
    await this.heading('请核对是不是您本人').waitFor();
    reader.removeCard();
    await this.press('是我，取号');
  }

  /** The number on the success screen. */
  async issuedNumber(): Promise<string> {
    await this.heading('取号成功，您的号是').waitFor();
    return this.#number();
  }

  /** The number on a screen that says that the paper is in doubt. */
  async unprintedNumber(title: '号票没有打出来' | '不知道号票打出来没有'): Promise<string> {
    await this.heading(title).waitFor();
    return this.#number();
  }

  async done(): Promise<void> {
    await this.press('完成');
    await this.heading('自助取号').waitFor();
  }

  /** A whole visit without a card; answers with the number. */
  async quickNumber(): Promise<string> {
    await this.start();
    await this.browse('按主题找', BY_TOPIC);
    await this.takeNumber();
    await this.withoutCard();
    const number = await this.issuedNumber();
    await this.done();
    return number;
  }

  async #number(): Promise<string> {
    const number = await this.page
      .getByText(/^[A-Z]\d{3}$/)
      .first()
      .textContent();
    if (number === null) throw new Error('no number on the screen');
    return number;
  }

  async #choose(label: string): Promise<void> {
    const choice = this.page.getByRole('button').filter({ has: this.page.getByText(label, { exact: true }) });
    const next = this.page.getByRole('button', { name: '下一页' });
    await choice.or(next).first().waitFor();
    while ((await choice.count()) === 0) {
      const shown = await this.page.getByText(/^第 \d+ 页/).textContent();
      await next.click();
      await this.page.getByText(shown ?? '', { exact: true }).waitFor({ state: 'detached' });
    }
    await choice.click();
  }
}
