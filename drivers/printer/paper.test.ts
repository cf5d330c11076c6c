import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPaperInterpreter, type PaperLine } from './paper.ts';

function printer(columns = 48) {
  const lines: PaperLine[] = [];
  const events: string[] = [];
  let running = true;
  const interpreter = createPaperInterpreter(
    {
      canPrint: () => running,
      line: (line) => lines.push(line),
      cut: () => events.push('cut'),
      marker: (n) => events.push(`marker ${n}`),
      autoStatus: (n) => events.push(`auto ${n}`),
    },
    columns,
  );
  const stop = (stopped: boolean) => {
    running = !stopped;
  };
  return { lines, events, interpreter, stop, hex: (text: string) => interpreter.feed(Buffer.from(text.replaceAll(' ', ''), 'hex')) };
}

const PLAIN = { align: 'left', width: 1, height: 1, bold: false };

// Bytes written by hand from the command tables, not by our encoder. D5FE CEF1 = 政务; U+20000 is 95 32 82 36, so 𠮷 (U+20BB7, 2999 further) is 95 34 B2 35.
test('reads Chinese, sizes, alignment, QR, cut and marker from a hand-written job', () => {
  const { lines, events, interpreter, hex } = printer();
  hex('1B40 1C26 1B6101 1B4501 1D2111 D5FECEF1 0A 1B6100 1B4500 1D2100 9534B235 41 0A');
  hex('1D286B0400 31413200 1D286B0300 314304 1D286B0300 314531 1D286B0500 315030 4849 1D286B0300 315130 1B6402 1D564200 1D7201');
  expect(lines).toEqual([
    { text: '政务', align: 'center', width: 2, height: 2, bold: true },
    { text: '𠮷A', ...PLAIN },
    { qr: 'HI', align: 'left', moduleDots: 4 },
    { feed: 2 },
    { feed: 1 },
  ]);
  expect(events).toEqual(['auto 0', 'cut', 'marker 1']);
  expect([...interpreter.unknownCommands]).toEqual([]);
});

test('without FS & Chinese comes out wrong, as on a printer that starts in Latin mode', () => {
  const { lines, hex } = printer();
  hex('1B40 D5FE 0A');
  expect(lines).toEqual([{ text: '\ufffd\ufffd', ...PLAIN }]);
});

test('a line that is too long goes on in the next one', () => {
  const { lines, hex } = printer(4);
  hex('1C26 41 D5FE D5FE 0A');
  expect(lines).toEqual([
    { text: 'A政', ...PLAIN },
    { text: '政', ...PLAIN },
  ]);
});

test('a bitmap keeps its dots', () => {
  const { lines, hex } = printer();
  hex('1D763000 0200 0200 FF00 8001');
  expect(lines).toEqual([
    { raster: { widthBytes: 2, heightDots: 2, base64: Buffer.from('ff008001', 'hex').toString('base64') }, align: 'left' },
  ]);
});

test('any cut of the stream prints the same', () => {
  const job = Buffer.from(
    '1b401c261b6101d5fecef10a9534b2350a1d286b0500315030484 91d286b03003151301d5642001d7201'.replaceAll(' ', ''),
    'hex',
  );
  const whole = printer();
  whole.interpreter.feed(job);
  for (let cut = 0; cut <= job.length; cut++) {
    const parts = printer();
    parts.interpreter.feed(job.subarray(0, cut));
    parts.interpreter.feed(job.subarray(cut));
    expect([parts.lines, parts.events]).toEqual([whole.lines, whole.events]);
  }
});

test('a stopped printer holds print, cut and marker, and goes on where it stopped', () => {
  const { lines, events, interpreter, stop, hex } = printer();
  hex('41 0A');
  stop(true);
  hex('42 0A 1D564200 1D7201');
  expect(lines).toHaveLength(1);
  expect(events).toEqual([]);
  stop(false);
  interpreter.resume();
  expect(lines).toEqual([{ text: 'A', ...PLAIN }, { text: 'B', ...PLAIN }, { feed: 1 }]);
  expect(events).toEqual(['cut', 'marker 1']);
});

test('names what it does not know', () => {
  const { interpreter, hex } = printer();
  hex('1B5A 41 0A');
  expect([...interpreter.unknownCommands]).toEqual(['1b5a']);
});

test('100,000 random streams: never throws, prints no line wider than the paper, and takes the next job after ESC @', () => {
  const commandStart = fc.constantFrom(
    ...['1b', '1c', '1d', '1d28', '1d286b', '1d7630', '1b61', '1c26', '1004', '1d56', '0a', '9534'].map((hex) => Buffer.from(hex, 'hex')),
  );
  const chunk = fc.oneof(commandStart, fc.uint8Array({ maxLength: 8 }));
  fc.assert(
    fc.property(fc.array(chunk, { maxLength: 8 }), (chunks) => {
      const { lines, interpreter } = printer(32);
      for (const bytes of chunks) interpreter.feed(bytes);
      for (const line of lines) {
        if ('text' in line) expect([...line.text].length * line.width).toBeLessThanOrEqual(Math.max(32, 2 * line.width));
      }
      interpreter.reset();
      const before = lines.length;
      interpreter.feed(Buffer.from('1b40410a', 'hex'));
      expect(lines.slice(before)).toEqual([{ text: 'A', ...PLAIN }]);
    }),
    { numRuns: 100_000, seed: 20_261_121 },
  );
});
