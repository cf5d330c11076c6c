import { expect, test } from 'vitest';
import { encode } from './escpos.ts';
import { parseTemplate, type ReceiptPaper, renderReceipt, renderTicket, type TicketPaper } from './layout.ts';
import { columnsOf, type PrintLine } from './lines.ts';

const TICKET: TicketPaper = {
  hallName: '样例县样例街道党群服务中心便民服务大厅（综合受理区）',
  number: 'A012',
  itemName: '城乡居民基本养老保险参保登记暨灵活就业人员社会保险补贴申领（𠮷）',
  issuedAt: '2026-11-20T16:05:59Z',
  aheadCount: 3,
  waitRange: { fromMin: 10, toMin: 20 },
  waitingPlace: '一楼 A 区',
  windowHint: '1—4 号',
  qrText: 'https://hall.example/t/A012',
  materialsHint: '请备好身份证、户口簿。',
  reprint: false,
  validDay: '2026-11-21',
};
const RECEIPT: ReceiptPaper = {
  hallName: '样例街道便民服务中心',
  caseNumber: 'YL-20261121-0001',
  ticketNumber: 'A012',
  itemName: '低保申请',
  receivedAt: '2026-11-21T01:30:00Z',
  applicantMaskedName: '张*',
  materials: [
    { name: '身份证复印件', copies: 1 },
    { name: '家庭成员收入情况声明及授权查询委托书（每位成年成员各一份）', copies: 3 },
  ],
  staffNumber: '007',
  phone: '0000-12345',
  qrText: 'https://hall.example/c/1',
};

const texts = (lines: readonly PrintLine[]) => lines.flatMap((line) => ('text' in line ? [line.text] : []));

test.each([48, 32] as const)('a ticket of %i columns says all that domain.md §3 asks for', (columns) => {
  const lines = renderTicket(TICKET, { columns });
  const text = texts(lines).join('');
  for (const part of [
    '样例县样例街道',
    'A012',
    '养老保险',
    '前面等候：3 人',
    '约 10 至 20 分钟',
    '一楼 A 区',
    '1—4 号',
    '2026-11-21 00:05',
    '身份证',
    '当日有效',
  ]) {
    expect(text).toContain(part);
  }
  expect(text).not.toContain('补打');
  expect(lines).toContainEqual(expect.objectContaining({ qr: TICKET.qrText }));
});

test.each([48, 32] as const)('no line of %i-column papers is wider than the paper', (columns) => {
  for (const line of [...renderTicket({ ...TICKET, reprint: true }, { columns }), ...renderReceipt(RECEIPT, { columns })]) {
    if ('text' in line) expect(columnsOf(line.text) * line.width).toBeLessThanOrEqual(columns);
  }
});

test('a reprint says so once', () => {
  expect(texts(renderTicket({ ...TICKET, reprint: true }, { columns: 48 })).filter((text) => text.includes('补打'))).toEqual(['补打']);
});

test('an unknown wait is said to be unknown, and what is missing leaves no empty label', () => {
  const { windowHint, materialsHint, ...rest } = TICKET;
  expect([windowHint, materialsHint]).not.toContain(undefined);
  const text = texts(renderTicket({ ...rest, waitRange: null, qrText: '' }, { columns: 48 })).join('');
  expect(text).toContain('预计等候：暂时无法估计');
  expect(text).not.toContain('办理窗口');
  expect(text).not.toContain('扫码');
});

test('people ahead who cannot be counted are not printed as nobody', () => {
  expect(texts(renderTicket({ ...TICKET, aheadCount: null }, { columns: 48 })).join('')).not.toContain('前面等候');
  expect(texts(renderTicket({ ...TICKET, aheadCount: 0 }, { columns: 48 })).join('')).toContain('前面等候：0 人');
});

test('a receipt lists every material with its copies', () => {
  const text = texts(renderReceipt(RECEIPT, { columns: 48 })).join('');
  for (const part of ['YL-20261121-0001', '张*', '2026-11-21 09:30', '1. 身份证复印件  1 份', '各一份）  3 份', '工号 007', '0000-12345'])
    expect(text).toContain(part);
});

test('no ID number and no full name reaches the paper, whatever was passed', () => {
  const id = '11010519491231002X';
  const receipt = renderReceipt(
    { ...RECEIPT, applicantMaskedName: '欧阳样例', itemName: `代办 ${id}`, materials: [{ name: `证件${id.toLowerCase()}`, copies: 1 }] },
    { columns: 48 },
  );
  const ticket = renderTicket({ ...TICKET, itemName: `事项${id}`, windowHint: '990105491231002' }, { columns: 48 });
  const bytes = [receipt, ticket].map((lines) => Buffer.from(encode(lines, { columns: 48 })).toString('latin1')).join('');
  expect(bytes).not.toMatch(/\d{14}/);
  expect(texts(receipt).join('')).toContain('欧***');
});

test('a hall may edit a template; a mistake is named', () => {
  const edited = { kind: 'ticket', lines: [{ text: '{hallName} {number}', width: 2 }, { rule: '＝' }, { feed: 3 }] };
  const parsed = parseTemplate(edited);
  if (!parsed.ok || parsed.value.kind !== 'ticket') throw new Error('expected a ticket template');
  const lines = renderTicket({ ...TICKET, hallName: '样例' }, { columns: 32, template: parsed.value });
  expect(lines).toEqual([{ text: '样例 A012', align: 'left', width: 2, height: 1, bold: false }, { rule: '＝' }, { feed: 3 }]);
  expect(parseTemplate({ kind: 'ticket', lines: [{ text: '{idNumber}' }] })).toMatchObject({
    ok: false,
    error: { code: 'TEMPLATE_INVALID' },
  });
  expect(parseTemplate({ kind: 'ticket', lines: [{ text: '{hallName}', each: 'materials' }] }).ok).toBe(false);
  expect(parseTemplate({ kind: 'receipt', lines: [{ text: '{materialName}' }] }).ok).toBe(false);
});
