/**
 * Cuts an ESC/POS byte stream into commands, as a printer reads it. Written from the command tables (research/hardware.md §3.2);
 * it shares nothing with the encoder, so that a mistake of one can't be cancelled by the other.
 */

export type PaperCommand =
  | { readonly kind: 'character'; readonly character: string; readonly columns: number }
  | { readonly kind: 'tab' }
  | { readonly kind: 'line-feed' }
  | { readonly kind: 'initialise' }
  | { readonly kind: 'align'; readonly n: number }
  | { readonly kind: 'bold'; readonly n: number }
  /** ESC !: bold, double height and double width in one byte. */
  | { readonly kind: 'print-mode'; readonly n: number }
  /** GS !: both magnifications in one byte. */
  | { readonly kind: 'size'; readonly n: number }
  | { readonly kind: 'feed-lines'; readonly n: number }
  | { readonly kind: 'feed-dots'; readonly n: number }
  | { readonly kind: 'cut'; readonly feeds: boolean }
  | { readonly kind: 'chinese'; readonly on: boolean }
  | { readonly kind: 'qr-module'; readonly dots: number }
  | { readonly kind: 'qr-data'; readonly data: Uint8Array }
  | { readonly kind: 'qr-print' }
  | { readonly kind: 'raster'; readonly widthBytes: number; readonly heightDots: number; readonly data: Uint8Array }
  | { readonly kind: 'marker'; readonly n: number }
  | { readonly kind: 'auto-status'; readonly n: number }
  /** Known, and without effect on what we show. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unknown'; readonly hex: string };

export interface ReadCommand {
  readonly command: PaperCommand;
  /** Bytes it took. */
  readonly length: number;
}

const DLE = 0x10;
const ESC = 0x1b;
const FS = 0x1c;
const GS = 0x1d;

/** No printer takes a bitmap larger than this; a longer length is a damaged header. */
const MAX_RASTER_BYTES = 1 << 20;
const QR_CODE = 0x31;
const UNPRINTABLE = '\ufffd';

const gb18030 = new TextDecoder('gb18030');

/** Reads the command at `at`; null while its end has not arrived. `chinese`: whether FS & is in force. */
export function readCommand(bytes: Uint8Array, at: number, chinese: boolean): ReadCommand | null {
  const byte = bytes[at];
  switch (byte) {
    case undefined:
      return null;
    case 0x09:
      return { command: { kind: 'tab' }, length: 1 };
    case 0x0a:
      return { command: { kind: 'line-feed' }, length: 1 };
    case DLE:
    case ESC:
    case FS:
    case GS:
      return readEscape(bytes, at, byte);
    default:
      return readCharacter(bytes, at, byte, chinese);
  }
}

function readCharacter(bytes: Uint8Array, at: number, lead: number, chinese: boolean): ReadCommand | null {
  if (lead < 0x20 || lead === 0x7f) return { command: { kind: 'nothing' }, length: 1 };
  if (lead < 0x80) return { command: { kind: 'character', character: String.fromCharCode(lead), columns: 1 }, length: 1 };
  // Without Chinese mode these are half-width characters of some code page.
  if (!chinese || lead === 0x80 || lead === 0xff) return { command: { kind: 'character', character: UNPRINTABLE, columns: 1 }, length: 1 };
  const second = bytes[at + 1];
  if (second === undefined) return null;
  const length = second >= 0x30 && second <= 0x39 ? 4 : 2;
  if (at + length > bytes.length) return null;
  const [character = UNPRINTABLE] = gb18030.decode(bytes.subarray(at, at + length));
  return { command: { kind: 'character', character, columns: 2 }, length };
}

type OneParameter = (n: number) => PaperCommand;

/** Commands of prefix, letter and one parameter byte. */
const ONE_PARAMETER: ReadonlyMap<number, OneParameter> = new Map<number, OneParameter>([
  [key(ESC, 'a'), (n) => ({ kind: 'align', n })],
  [key(ESC, 'E'), (n) => ({ kind: 'bold', n })],
  [key(ESC, '!'), (n) => ({ kind: 'print-mode', n })],
  [key(ESC, 'd'), (n) => ({ kind: 'feed-lines', n })],
  [key(ESC, 'J'), (n) => ({ kind: 'feed-dots', n })],
  [key(GS, '!'), (n) => ({ kind: 'size', n })],
  [key(GS, 'a'), (n) => ({ kind: 'auto-status', n })],
  [key(GS, 'r'), (n) => ({ kind: 'marker', n })],
]);

/** Commands of prefix and letter alone. */
const NO_PARAMETER: ReadonlyMap<number, PaperCommand> = new Map<number, PaperCommand>([
  [key(ESC, '@'), { kind: 'initialise' }],
  [key(ESC, 'i'), { kind: 'cut', feeds: false }],
  [key(ESC, 'm'), { kind: 'cut', feeds: false }],
  [key(FS, '&'), { kind: 'chinese', on: true }],
  [key(FS, '.'), { kind: 'chinese', on: false }],
]);

/** Parameter bytes of commands that change nothing we show. FS ! is among them: GS ! sizes Chinese here too, and it is sent later. */
const IGNORED_PARAMETERS: ReadonlyMap<number, number> = new Map([
  ...ignored(DLE, { '\u0004': 1, '\u0005': 1 }),
  ...ignored(ESC, { '2': 0, '3': 1, ' ': 1, '-': 1, G: 1, M: 1, R: 1, T: 1, V: 1, '{': 1, c: 2, p: 3, t: 1, $: 2, '\\': 2 }),
  ...ignored(FS, { '!': 1, S: 2, C: 1, '-': 1 }),
  ...ignored(GS, { B: 1, H: 1, f: 1, h: 1, w: 1, L: 2, W: 2, P: 2, b: 1, I: 1 }),
]);

function key(prefix: number, letter: string): number {
  return (prefix << 8) | letter.charCodeAt(0);
}

function ignored(prefix: number, table: Readonly<Record<string, number>>): [number, number][] {
  return Object.entries(table).map(([letter, count]) => [key(prefix, letter), count]);
}

function readEscape(bytes: Uint8Array, at: number, prefix: number): ReadCommand | null {
  const letter = bytes[at + 1];
  if (letter === undefined) return null;
  const id = (prefix << 8) | letter;
  const alone = NO_PARAMETER.get(id);
  if (alone !== undefined) return { command: alone, length: 2 };
  const withParameter = ONE_PARAMETER.get(id);
  if (withParameter !== undefined) {
    const n = bytes[at + 2];
    return n === undefined ? null : { command: withParameter(n), length: 3 };
  }
  const skipped = IGNORED_PARAMETERS.get(id);
  if (skipped !== undefined) return at + 2 + skipped > bytes.length ? null : { command: { kind: 'nothing' }, length: 2 + skipped };
  if (id === key(GS, 'V')) return readCut(bytes, at);
  if (id === key(GS, '(')) return readExtended(bytes, at);
  if (id === key(GS, 'v')) return readRaster(bytes, at);
  return unknown(bytes, at, 2);
}

/** GS V m cuts; GS V 65/66 n feeds to the knife first. */
function readCut(bytes: Uint8Array, at: number): ReadCommand | null {
  const mode = bytes[at + 2];
  if (mode === undefined) return null;
  const feeds = mode === 0x41 || mode === 0x42;
  const length = feeds ? 4 : 3;
  return at + length > bytes.length ? null : { command: { kind: 'cut', feeds }, length };
}

/** GS ( x pL pH cn fn …; known are the functions of GS ( k for QR codes. */
function readExtended(bytes: Uint8Array, at: number): ReadCommand | null {
  const low = bytes[at + 3];
  const high = bytes[at + 4];
  if (low === undefined || high === undefined) return null;
  const length = 5 + (low | (high << 8));
  if (at + length > bytes.length) return null;
  const [code, kind, first] = bytes.subarray(at + 5, at + length);
  if (bytes[at + 2] !== 0x6b || code !== QR_CODE) return unknown(bytes, at, length);
  if (kind === 0x43) return { command: { kind: 'qr-module', dots: first ?? 0 }, length };
  if (kind === 0x50) return { command: { kind: 'qr-data', data: bytes.slice(at + 8, at + length) }, length };
  if (kind === 0x51) return { command: { kind: 'qr-print' }, length };
  return { command: { kind: 'nothing' }, length };
}

/** GS v 0 m xL xH yL yH data, x in bytes. */
function readRaster(bytes: Uint8Array, at: number): ReadCommand | null {
  const [xLow, xHigh, yLow, yHigh] = bytes.subarray(at + 4, at + 8);
  if (xLow === undefined || xHigh === undefined || yLow === undefined || yHigh === undefined) return null;
  const widthBytes = xLow | (xHigh << 8);
  const heightDots = yLow | (yHigh << 8);
  const end = at + 8 + widthBytes * heightDots;
  if (end - at > MAX_RASTER_BYTES) return unknown(bytes, at, 8);
  if (end > bytes.length) return null;
  return { command: { kind: 'raster', widthBytes, heightDots, data: bytes.slice(at + 8, end) }, length: end - at };
}

function unknown(bytes: Uint8Array, at: number, length: number): ReadCommand {
  return { command: { kind: 'unknown', hex: Buffer.from(bytes.subarray(at, at + 2)).toString('hex') }, length };
}
