import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type EncodeOptions, encode } from './escpos.ts';
import type { PrintLine, TextLine } from './lines.ts';
import { createPaperInterpreter, type PaperLine } from './paper.ts';

const line = (text: string, style: Partial<TextLine> = {}): TextLine => ({
  text,
  align: 'left',
  width: 1,
  height: 1,
  bold: false,
  ...style,
});
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

function printed(lines: readonly PrintLine[], options: EncodeOptions = { columns: 48 }): PaperLine[] {
  const paper: PaperLine[] = [];
  const ignore = () => {};
  const mechanism = { canPrint: () => true, line: (item: PaperLine) => paper.push(item), cut: ignore, marker: ignore, autoStatus: ignore };
  const interpreter = createPaperInterpreter(mechanism, options.columns);
  interpreter.feed(encode(lines, options));
  expect([...interpreter.unknownCommands]).toEqual([]);
  return paper;
}

test('a job starts with initialise, status reports and Chinese mode, and ends with cut and marker', () => {
  const bytes = hex(encode([line('政务')], { columns: 48 }));
  expect(bytes).toBe('1b40' + '1d610e' + '1c26' + '1b6100' + '1b4500' + '1c2100' + '1d2100' + 'd5fecef1' + '0a' + '1d564200' + '1d7201');
});

test('the QR code is a command of the printer, not a picture', () => {
  const bytes = hex(encode([{ qr: 'HI', moduleDots: 6 }], { columns: 48 }));
  expect(bytes).toContain('1d286b040031413200' + '1d286b0300314306' + '1d286b0300314531' + '1d286b05003150304849' + '1d286b0300315130');
});

test('rare characters are sent as four bytes (GB 18030 code of 𠮷: 95 34 B2 35)', () => {
  expect(hex(encode([line('𠮷')], { columns: 48 }))).toContain('9534b235');
  expect(printed([line('𠮷㐂镕')])[0]).toMatchObject({ text: '𠮷㐂镕' });
});

test('a printer without them gets 〓 or a picture of the line', () => {
  expect(printed([line('王𠮷')], { columns: 48, rareCharacters: false })[0]).toMatchObject({ text: '王〓' });
  const rasterize = () => ({ widthBytes: 1, heightDots: 2, data: Uint8Array.of(0xf0, 0x0f) });
  const paper = printed([line('王𠮷', { align: 'center' }), line('王')], { columns: 48, rareCharacters: false, rasterize });
  expect(paper[0]).toEqual({ raster: { widthBytes: 1, heightDots: 2, base64: '8A8=' }, align: 'center' });
  expect(paper[1]).toMatchObject({ text: '王' });
});

test('a QR code is made small enough for the paper', () => {
  const long = 'https://hall.example/'.padEnd(300, 'x');
  const dots = (columns: 48 | 32) =>
    printed([{ qr: long, moduleDots: 16 }], { columns }).flatMap((item) => ('qr' in item ? [item.moduleDots] : []));
  // 300 bytes at level M are version 14 at least, 73 modules plus 8 of margin: 576 / 81 and 384 / 81.
  expect(dots(48)).toEqual([7]);
  expect(dots(32)).toEqual([4]);
});

test('control characters in a text are not commands', () => {
  expect(printed([line('缴\u001d\u0056\u0000费\u0010\u0004')])[0]).toMatchObject({ text: '缴 V 费 ' });
});

test('whatever GB 18030 can hold comes back from an independent decoder with its style', () => {
  const character = fc.oneof(
    fc.integer({ min: 0x21, max: 0x7e }),
    fc.integer({ min: 0x4e00, max: 0x9fa5 }),
    fc.integer({ min: 0x3400, max: 0x4db5 }),
    fc.integer({ min: 0x20000, max: 0x2a6d6 }),
  );
  const text = fc.array(character, { minLength: 1, maxLength: 4 }).map((codes) => String.fromCodePoint(...codes));
  const style = fc.record({
    align: fc.constantFrom('left', 'center', 'right'),
    width: fc.integer({ min: 1, max: 4 }),
    height: fc.integer({ min: 1, max: 4 }),
    bold: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(fc.tuple(text, style), { maxLength: 5 }), fc.webUrl(), (texts, url) => {
      const lines = texts.map(([content, look]) => line(content, look));
      expect(printed([...lines, { qr: url, moduleDots: 6 }]).slice(0, lines.length + 1)).toEqual([
        ...lines,
        expect.objectContaining({ qr: url }),
      ]);
    }),
  );
});
