import { z } from 'zod';
import { err, ok, type Result } from '../../domain/result.ts';
import receipt58 from '../profiles/receipt-58mm.json' with { type: 'json' };
import receipt80 from '../profiles/receipt-80mm.json' with { type: 'json' };
import ticket58 from '../profiles/ticket-58mm.json' with { type: 'json' };
import ticket80 from '../profiles/ticket-80mm.json' with { type: 'json' };
import { type PrintLine, wrap } from './lines.ts';
import { maskApplicant, withoutIdNumbers } from './personal-data.ts';

/** What a ticket says. It carries no personal data: whoever finds it on the floor learns nothing about a person. */
export interface TicketPaper {
  readonly hallName: string;
  /** As called, such as `A012`. */
  readonly number: string;
  readonly itemName: string;
  /** ISO 8601; printed in China's time. */
  readonly issuedAt: string;
  /** null: not known; the line is left out. */
  readonly aheadCount: number | null;
  /** Minutes; null prints that it can't be estimated. */
  readonly waitRange: { readonly fromMin: number; readonly toMin: number } | null;
  readonly waitingPlace: string;
  readonly windowHint?: string;
  readonly qrText: string;
  readonly materialsHint?: string;
  /** Prints 补打, so that two papers of one number can be told apart. */
  readonly reprint: boolean;
  /** YYYY-MM-DD. */
  readonly validDay: string;
}

/** 回执: what the hall took from an applicant. */
export interface ReceiptPaper {
  readonly hallName: string;
  readonly caseNumber: string;
  readonly ticketNumber: string;
  readonly itemName: string;
  /** ISO 8601; printed in China's time. */
  readonly receivedAt: string;
  /** Such as 张*; an unmasked name is masked here. */
  readonly applicantMaskedName: string;
  readonly materials: readonly { readonly name: string; readonly copies: number }[];
  readonly staffNumber: string;
  /** Where to ask, a number of the hall. */
  readonly phone: string;
  readonly qrText: string;
}

/** The two widths of thermal paper: 80 mm and 58 mm. */
export type Columns = 48 | 32;

const magnification = z.int().min(1).max(4).default(1);
const templateLineSchema = z.union([
  z.strictObject({
    text: z.string().min(1),
    align: z.enum(['left', 'center', 'right']).default('left'),
    width: magnification,
    height: magnification,
    bold: z.boolean().default(false),
    /** Prints the line once per material; only then `{index}`, `{materialName}` and `{copies}` may stand in it. */
    each: z.literal('materials').optional(),
  }),
  /** The caption stands under the code and is left out with it. */
  z.strictObject({ qr: z.string().min(1), moduleDots: z.int().min(2).max(16), caption: z.string().optional() }),
  z.strictObject({ rule: z.string().regex(/^[^\p{Cc}]$/u) }),
  z.strictObject({ feed: z.int().min(1).max(20) }),
]);
type TemplateLine = z.infer<typeof templateLineSchema>;

const TICKET_FIELDS = [
  'hallName',
  'number',
  'itemName',
  'issuedAt',
  'aheadCount',
  'wait',
  'waitingPlace',
  'windowHint',
  'qrText',
  'materialsHint',
  'reprintMark',
  'validDay',
] as const;
const RECEIPT_FIELDS = [
  'hallName',
  'caseNumber',
  'ticketNumber',
  'itemName',
  'receivedAt',
  'applicant',
  'staffNumber',
  'phone',
  'qrText',
] as const;
const MATERIAL_FIELDS = ['index', 'materialName', 'copies'] as const;

const PLACEHOLDER = /\{(\w+)\}/g;
type Fields<Name extends string> = Readonly<Record<Name, string>>;

function linesWith(fields: readonly string[], listFields: readonly string[]) {
  return z.array(templateLineSchema).superRefine((lines, context) => {
    lines.forEach((line, index) => {
      const isList = 'text' in line && line.each !== undefined;
      const unknown = placeholdersOf(line).filter((name) => !fields.includes(name) && !(isList && listFields.includes(name)));
      if (unknown.length > 0) context.addIssue({ code: 'custom', path: [index], message: `unknown field: ${unknown.join(', ')}` });
      if (isList && listFields.length === 0) context.addIssue({ code: 'custom', path: [index, 'each'], message: 'a ticket has no list' });
    });
  });
}

/** A template a hall may edit (drivers/profiles). A line whose field is empty on a paper is left out. */
const printTemplateSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ticket'), lines: linesWith(TICKET_FIELDS, []) }),
  z.strictObject({ kind: z.literal('receipt'), lines: linesWith(RECEIPT_FIELDS, MATERIAL_FIELDS) }),
]);
export type PrintTemplate = z.infer<typeof printTemplateSchema>;
export type TicketTemplate = Extract<PrintTemplate, { kind: 'ticket' }>;
export type ReceiptTemplate = Extract<PrintTemplate, { kind: 'receipt' }>;

/** Checks a hall's own template. Code: TEMPLATE_INVALID; `detail.issues` says where, for whoever edits it. */
export function parseTemplate(value: unknown): Result<PrintTemplate, 'TEMPLATE_INVALID'> {
  const parsed = printTemplateSchema.safeParse(value);
  if (parsed.success) return ok(parsed.data);
  return err('TEMPLATE_INVALID', '打印模板有错误，请检查模板文件。', { issues: z.prettifyError(parsed.error) });
}

const TICKET_TEMPLATES = { 48: shipped(ticket80, 'ticket'), 32: shipped(ticket58, 'ticket') };
const RECEIPT_TEMPLATES = { 48: shipped(receipt80, 'receipt'), 32: shipped(receipt58, 'receipt') };

function shipped<Kind extends PrintTemplate['kind']>(value: unknown, kind: Kind): Extract<PrintTemplate, { kind: Kind }> {
  const template = printTemplateSchema.parse(value);
  if (template.kind !== kind) throw new Error(`expected a ${kind} template`);
  return template as Extract<PrintTemplate, { kind: Kind }>;
}

export function renderTicket(paper: TicketPaper, options: { readonly columns: Columns; readonly template?: TicketTemplate }): PrintLine[] {
  const fields: Fields<(typeof TICKET_FIELDS)[number]> = {
    hallName: withoutIdNumbers(paper.hallName),
    number: paper.number,
    itemName: withoutIdNumbers(paper.itemName),
    issuedAt: chinaTime(paper.issuedAt),
    aheadCount: paper.aheadCount === null ? '' : String(paper.aheadCount),
    wait: waitText(paper.waitRange),
    waitingPlace: withoutIdNumbers(paper.waitingPlace),
    windowHint: withoutIdNumbers(paper.windowHint ?? ''),
    qrText: paper.qrText,
    materialsHint: withoutIdNumbers(paper.materialsHint ?? ''),
    reprintMark: paper.reprint ? '补打' : '',
    validDay: paper.validDay,
  };
  const template = options.template ?? TICKET_TEMPLATES[options.columns];
  return template.lines.flatMap((line) => renderLine(line, fields, options.columns));
}

export function renderReceipt(
  paper: ReceiptPaper,
  options: { readonly columns: Columns; readonly template?: ReceiptTemplate },
): PrintLine[] {
  const fields: Fields<(typeof RECEIPT_FIELDS)[number]> = {
    hallName: withoutIdNumbers(paper.hallName),
    caseNumber: paper.caseNumber,
    ticketNumber: paper.ticketNumber,
    itemName: withoutIdNumbers(paper.itemName),
    receivedAt: chinaTime(paper.receivedAt),
    applicant: maskApplicant(paper.applicantMaskedName),
    staffNumber: paper.staffNumber,
    phone: paper.phone,
    qrText: paper.qrText,
  };
  const materials = paper.materials.map(
    (material, index): Fields<(typeof MATERIAL_FIELDS)[number]> => ({
      index: String(index + 1),
      materialName: withoutIdNumbers(material.name),
      copies: String(material.copies),
    }),
  );
  const template = options.template ?? RECEIPT_TEMPLATES[options.columns];
  return template.lines.flatMap((line) =>
    'text' in line && line.each !== undefined
      ? materials.flatMap((material) => renderLine(line, { ...fields, ...material }, options.columns))
      : renderLine(line, fields, options.columns),
  );
}

function renderLine(line: TemplateLine, fields: Fields<string>, columns: number): PrintLine[] {
  if (placeholdersOf(line).some((name) => (fields[name] ?? '') === '')) return [];
  if ('rule' in line || 'feed' in line) return [line];
  if ('qr' in line) {
    const code: PrintLine = { qr: fill(line.qr, fields), moduleDots: line.moduleDots };
    const caption: PrintLine = { text: line.caption ?? '', align: 'center', width: 1, height: 1, bold: false };
    return line.caption === undefined ? [code] : [code, ...wrap(caption.text, columns).map((text) => ({ ...caption, text }))];
  }
  const { align, width, height, bold } = line;
  return wrap(fill(line.text, fields), Math.floor(columns / width)).map((text) => ({ text, align, width, height, bold }));
}

function placeholdersOf(line: TemplateLine): string[] {
  const template = 'text' in line ? line.text : 'qr' in line ? line.qr : '';
  return [...template.matchAll(PLACEHOLDER)].map((match) => match[1] ?? '');
}

function fill(template: string, fields: Fields<string>): string {
  return template.replace(PLACEHOLDER, (_, name: string) => fields[name] ?? '');
}

function waitText(range: TicketPaper['waitRange']): string {
  if (range === null) return '暂时无法估计';
  return range.fromMin === range.toMin ? `约 ${range.toMin} 分钟` : `约 ${range.fromMin} 至 ${range.toMin} 分钟`;
}

const CHINA_OFFSET_MS = 8 * 60 * 60 * 1000;

/** Asia/Shanghai has had no daylight saving since 1991. */
function chinaTime(iso: string): string {
  return new Date(Date.parse(iso) + CHINA_OFFSET_MS).toISOString().slice(0, 16).replace('T', ' ');
}
