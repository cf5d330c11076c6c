import iconv from 'iconv-lite';
import QRCode from 'qrcode';
import { type Align, columnsOf, type PrintLine, type QrLine, type TextLine } from './lines.ts';

// ESC/POS bytes as in research/hardware.md §3.2. Why not a package: docs/decisions/0003-escpos-encoder.md.
const ESC = 0x1b;
const FS = 0x1c;
const GS = 0x1d;
const LF = 0x0a;

/** Font A is 12 dots wide, so 48 columns are the 576 dots of 80 mm paper and 32 columns the 384 dots of 58 mm paper. */
const DOTS_PER_COLUMN = 12;
const QR_QUIET_MODULES = 8;
const QR_MAX_MODULE_DOTS = 16;
const ALIGN_CODE: Readonly<Record<Align, number>> = { left: 0, center: 1, right: 2 };

const INIT = [ESC, 0x40];
/**
 * Automatic status on for online/offline, errors and paper, so the printer reports a stop by itself. ESC @ switches it off, hence in each
 * job. The parameter is a control character on purpose: what does not know GS a drops it instead of printing it.
 */
const REPORT_STATUS = [GS, 0x61, 0x0e];
/** Most Chinese printers start in Kanji mode; Epson and its likes print Latin garbage without this. */
const KANJI_ON = [FS, 0x26];
const FEED_AND_CUT = [GS, 0x56, 0x42, 0x00];
/** GS r is answered in print order, so behind the cut its answer says that the ticket is out. */
export const JOB_MARKER: readonly number[] = [GS, 0x72, 0x01];

/** A bitmap, one bit per dot, rows padded to whole bytes, 1 = black. */
export interface Raster {
  readonly widthBytes: number;
  readonly heightDots: number;
  readonly data: Uint8Array;
}

export interface EncodeOptions {
  /** 48 on 80 mm paper, 32 on 58 mm. */
  readonly columns: number;
  /** False for printers with a GBK font only: rare characters are then drawn by `rasterize`, or replaced by 〓 without it. */
  readonly rareCharacters?: boolean;
  readonly rasterize?: (line: TextLine) => Raster;
}

/** One job: initialise, the lines, feed and partial cut, the GS r marker. */
export function encode(lines: readonly PrintLine[], options: EncodeOptions): Uint8Array {
  const bytes: number[] = [...INIT, ...REPORT_STATUS, ...KANJI_ON];
  for (const line of lines) bytes.push(...encodeLine(line, options));
  bytes.push(...FEED_AND_CUT, ...JOB_MARKER);
  return Uint8Array.from(bytes);
}

function encodeLine(line: PrintLine, options: EncodeOptions): number[] {
  if ('feed' in line) return [ESC, 0x64, line.feed];
  if ('qr' in line) return [...style({ align: 'center', width: 1, height: 1, bold: false }), ...qr(line, options.columns), LF];
  if ('rule' in line) {
    const text = line.rule.repeat(Math.floor(options.columns / columnsOf(line.rule)));
    return encodeText({ text, align: 'left', width: 1, height: 1, bold: false }, options);
  }
  return encodeText(line, options);
}

function encodeText(line: TextLine, options: EncodeOptions): number[] {
  const clean = { ...line, text: withoutControls(line.text) };
  if (options.rareCharacters !== false || !hasFourByteCharacter(clean.text)) return [...style(clean), ...gb18030(clean.text), LF];
  if (options.rasterize !== undefined) return [...style(clean), ...raster(options.rasterize(clean))];
  return [...style(clean), ...gb18030([...clean.text].map(replaceRare).join('')), LF];
}

/** FS ! goes first: printers whose GS ! covers Chinese too take the later one, the others keep the doubling of FS !. */
function style(line: Omit<TextLine, 'text'>): number[] {
  const chineseMode = (line.width > 1 ? 0x04 : 0) | (line.height > 1 ? 0x08 : 0);
  const size = ((line.width - 1) << 4) | (line.height - 1);
  return [ESC, 0x61, ALIGN_CODE[line.align], ESC, 0x45, line.bold ? 1 : 0, FS, 0x21, chineseMode, GS, 0x21, size];
}

/** Model 2, error correction M. */
function qr(line: QrLine, columns: number): number[] {
  const data = Buffer.from(line.qr, 'utf8');
  const command = (...body: number[]) => [GS, 0x28, 0x6b, body.length & 0xff, body.length >> 8, ...body];
  return [
    ...command(0x31, 0x41, 0x32, 0x00),
    ...command(0x31, 0x43, moduleDots(line, columns)),
    ...command(0x31, 0x45, 0x31),
    ...command(0x31, 0x50, 0x30, ...data),
    ...command(0x31, 0x51, 0x30),
  ];
}

/** A code wider than the paper is not printed at all by most printers. */
function moduleDots(line: QrLine, columns: number): number {
  const modules = QRCode.create(line.qr, { errorCorrectionLevel: 'M' }).modules.size + QR_QUIET_MODULES;
  const fitting = Math.floor((columns * DOTS_PER_COLUMN) / modules);
  return Math.max(1, Math.min(line.moduleDots, fitting, QR_MAX_MODULE_DOTS));
}

function raster({ widthBytes, heightDots, data }: Raster): number[] {
  return [GS, 0x76, 0x30, 0x00, widthBytes & 0xff, widthBytes >> 8, heightDots & 0xff, heightDots >> 8, ...data];
}

function gb18030(text: string): Uint8Array {
  return iconv.encode(text, 'gb18030');
}

/** A control character in an item's name would be a command to the printer. */
function withoutControls(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}

function hasFourByteCharacter(text: string): boolean {
  return [...text].some((character) => gb18030(character).length === 4);
}

function replaceRare(character: string): string {
  return hasFourByteCharacter(character) ? '〓' : character;
}
