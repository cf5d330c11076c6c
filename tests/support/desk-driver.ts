import type { Locator, Page } from 'playwright-core';
import type { IdCardFields } from '../../drivers/id-card/card.ts';
import type { IdCardEmulator } from '../../drivers/id-card/emulator.ts';
import type { DemoStaff } from '../../electron/demo/hall-plan.ts';
import { SIZES, type TestBrowser } from './browser.ts';
import type { TestHall } from './hall.ts';

/** A clerk of the demo hall has signed in and opened the window. */
export async function openDesk(browser: TestBrowser, hall: TestHall, number: 1 | 2): Promise<DeskDriver> {
  const desk = new DeskDriver(await browser.open(hall.url(`desk-${number}`), SIZES.office));
  const staff = hall.hall.plan.staff[number - 1];
  if (staff === undefined) throw new Error('the demo hall has staff');
  await desk.signIn(staff);
  await desk.openWindow();
  return desk;
}

export type QueueTab = '等候' | '挂起' | '过号' | '未确认出票' | '冲突';
type Action = '叫号' | '重呼' | '开始办理' | '过号' | '挂起' | '转移' | '办结';

/** A clerk at the window's PC. */
export class DeskDriver {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async signIn({ staffNumber, pin }: Pick<DemoStaff, 'staffNumber' | 'pin'>): Promise<void> {
    await this.page.getByLabel('工号').fill(staffNumber);
    await this.page.getByLabel('口令').fill(pin);
    await this.page.getByRole('button', { name: /^登\s?录$/ }).click();
    await this.ticketPanel.waitFor();
  }

  async openWindow(): Promise<void> {
    await this.page.getByRole('button', { name: '开窗' }).click();
    await this.page.getByRole('status').filter({ hasText: '正在服务' }).waitFor();
  }

  get ticketPanel(): Locator {
    return this.page.getByRole('region', { name: '当前号票' });
  }

  get casePanel(): Locator {
    return this.page.getByRole('region', { name: '办件' });
  }

  get queuePanel(): Locator {
    return this.page.getByRole('region', { name: '排队情况' });
  }

  /** A button of the current ticket; its name carries its key (叫号 F2). */
  action(name: Action): Locator {
    return this.ticketPanel.getByRole('button', { name: new RegExp(`^${name}\\s*F\\d`) });
  }

  async act(name: Action): Promise<void> {
    await this.action(name).click();
  }

  /** Waits until a ticket stands at the window in this state; answers with its number. */
  async ticketAt(state: '已叫号，等居民来' | '正在办理'): Promise<string> {
    await this.ticketPanel.getByRole('status').filter({ hasText: state }).waitFor();
    return (await this.ticketPanel.getByText(/^[A-Z]\d{3}$/).textContent()) ?? '';
  }

  async call(): Promise<string> {
    await this.act('叫号');
    return this.ticketAt('已叫号，等居民来');
  }

  async start(): Promise<void> {
    await this.act('开始办理');
    await this.ticketAt('正在办理');
  }

  async finish(): Promise<void> {
    await this.act('办结');
    await this.ticketPanel.getByText('窗口没有号票').waitFor();
  }

  /** A case of the visit was only begun: the desk asks first. */
  async finishWithDraft(): Promise<void> {
    await this.act('办结');
    const dialog = this.page.getByRole('dialog', { name: '还有没收的办件' });
    await dialog.getByRole('button', { name: /^办\s?结$/ }).click();
    await this.ticketPanel.getByText('窗口没有号票').waitFor();
  }

  /** With the hub away: the number on the paper that the person shows. */
  async takeByNumber(number: string): Promise<void> {
    await this.page.getByLabel('号票上的号码').fill(number);
    await this.page.getByRole('button', { name: /^办\s?理$/ }).click();
    await this.ticketPanel.getByText(number, { exact: true }).waitFor();
  }

  async readCard(reader: IdCardEmulator, card: IdCardFields): Promise<void> {
    await this.casePanel.getByRole('button', { name: '读身份证' }).click();
    await this.casePanel.getByRole('button', { name: '不读了' }).waitFor();
    reader.placeCard(card);
    await this.casePanel.getByRole('button', { name: '重新读证' }).waitFor();
    reader.removeCard();
  }

  async typeApplicant(person: { readonly name: string; readonly idNumber: string; readonly phone?: string }): Promise<void> {
    await this.casePanel.getByRole('button', { name: '手工录入' }).click();
    await this.casePanel.getByLabel('姓名').fill(person.name);
    await this.casePanel.getByLabel('身份证号').fill(person.idNumber);
    if (person.phone !== undefined) await this.casePanel.getByLabel('电话（可不填）').fill(person.phone);
    await this.casePanel.getByRole('button', { name: /^完\s?成$/ }).click();
    await this.casePanel.getByRole('button', { name: '改为手工录入' }).waitFor();
  }

  async chooseItem(name: string): Promise<void> {
    const picker = this.casePanel.getByRole('combobox', { name: '事项' });
    await picker.click();
    await picker.fill(name);
    await this.page.getByTitle(name, { exact: true }).first().click();
  }

  /** Ticks all required material that is not ticked yet. */
  async tickMaterials(): Promise<void> {
    const required = this.casePanel.getByRole('listitem').filter({ hasText: '必须' }).getByRole('checkbox');
    await required.first().waitFor();
    for (const box of await required.all()) await box.check();
  }

  async writeNote(text: string): Promise<void> {
    await this.casePanel.getByLabel('备注').fill(text);
  }

  /** The words of the ledger: everything typed is in it. */
  async waitSaved(): Promise<void> {
    await this.casePanel
      .getByRole('status')
      .filter({ hasText: /^已保存/ })
      .waitFor();
  }

  /** Receives the case and waits for its receipt; answers with the case's number. */
  async receive(): Promise<string> {
    await this.casePanel.getByRole('button', { name: '收件', exact: true }).click();
    await this.casePanel.getByText(/^收件回执已打印/).waitFor();
    return this.caseNumber();
  }

  async caseNumber(): Promise<string> {
    const text = (await this.casePanel.getByText(/^收件编号 /).textContent()) ?? '';
    return text.replace('收件编号 ', '');
  }

  /** The rows of one list of the queue. */
  async rows(tab: QueueTab): Promise<Locator> {
    await this.queuePanel.getByRole('tab', { name: new RegExp(`^${tab}`) }).click();
    return this.queuePanel.getByRole('tabpanel').getByRole('listitem');
  }

  /** The line at the bottom: hub, district, what is unsent, devices. */
  get statusLine(): Locator {
    return this.page.getByRole('list', { name: '运行状态' });
  }
}
