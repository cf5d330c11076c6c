import { type PaperCommand, readCommand } from './paper-commands.ts';

/** What stands on the paper; also the shape that a picture of the paper is drawn from. */
export type PaperAlign = 'left' | 'center' | 'right';

export interface PaperText {
  readonly text: string;
  readonly align: PaperAlign;
  readonly width: number;
  readonly height: number;
  readonly bold: boolean;
}

export interface PaperQr {
  readonly qr: string;
  readonly align: PaperAlign;
  readonly moduleDots: number;
}

export interface PaperRaster {
  readonly raster: { readonly widthBytes: number; readonly heightDots: number; readonly base64: string };
  readonly align: PaperAlign;
}

export interface PaperFeed {
  readonly feed: number;
}

export type PaperLine = PaperText | PaperQr | PaperRaster | PaperFeed;

/** The moving parts that the commands drive. */
export interface PaperMechanism {
  /** False holds all printing, in place, until `resume`. */
  canPrint(): boolean;
  line(line: PaperLine): void;
  cut(): void;
  /** GS r n reached: everything before it is on paper. */
  marker(n: number): void;
  /** GS a n: which changes are to be reported unasked; 0 for none. */
  autoStatus(n: number): void;
}

export interface PaperInterpreter {
  feed(bytes: Uint8Array): void;
  /** Goes on with what was held while `canPrint` was false. */
  resume(): void;
  /** Forgets what has not been printed yet. */
  reset(): void;
  /** Commands that this printer does not know, as hex. */
  readonly unknownCommands: ReadonlySet<string>;
}

interface Mode {
  readonly align: PaperAlign;
  readonly bold: boolean;
  readonly width: number;
  readonly height: number;
  readonly chinese: boolean;
  readonly qrModuleDots: number;
  readonly qrData: string;
}

/** Chinese mode is off at first, as on Epson's printers: a job that forgets FS & must come out wrong here too. */
const INITIAL_MODE: Mode = { align: 'left', bold: false, width: 1, height: 1, chinese: false, qrModuleDots: 3, qrData: '' };
const ALIGNS: readonly PaperAlign[] = ['left', 'center', 'right'];
const TAB_COLUMNS = 8;

/** Prints onto `mechanism`. `columns`: Latin characters per line; what is longer goes on in the next line. */
export function createPaperInterpreter(mechanism: PaperMechanism, columns = 48): PaperInterpreter {
  const unknownCommands = new Set<string>();
  const printer = createPrintHead(mechanism, columns);
  let buffer: Uint8Array = new Uint8Array();
  let running = false;
  const run = () => {
    // The mechanism may call `resume` from within a command; the loop below goes on anyway.
    if (running) return;
    running = true;
    let at = 0;
    for (let next = readCommand(buffer, at, printer.isChinese()); next !== null; next = readCommand(buffer, at, printer.isChinese())) {
      if (next.command.kind === 'unknown') unknownCommands.add(next.command.hex);
      if (!printer.execute(next.command)) break;
      at += next.length;
    }
    buffer = buffer.subarray(at);
    running = false;
  };
  return {
    feed(bytes) {
      buffer = Buffer.concat([buffer, bytes]);
      run();
    },
    resume: run,
    reset() {
      buffer = new Uint8Array();
      printer.reset();
    },
    unknownCommands,
  };
}

/** Executes single commands; false = paper would have to move and cannot, so the same command comes again later. */
function createPrintHead(mechanism: PaperMechanism, columns: number) {
  const utf8 = new TextDecoder();
  let mode = INITIAL_MODE;
  let line: { text: string; columns: number; style: Mode } | null = null;

  const reset = () => {
    mode = INITIAL_MODE;
    line = null;
  };
  const flush = () => {
    if (line === null) return;
    const { align, width, height, bold } = line.style;
    mechanism.line({ text: line.text, align, width, height, bold });
    line = null;
  };
  const print = (action: () => void): boolean => {
    if (!mechanism.canPrint()) return false;
    action();
    return true;
  };
  const put = (text: string, cells: number): boolean => {
    const wanted = cells * mode.width;
    if (line !== null && line.columns + wanted > columns && !print(flush)) return false;
    line ??= { text: '', columns: 0, style: mode };
    line.text += text;
    line.columns += wanted;
    return true;
  };
  const feed = (lines: number) => {
    flush();
    if (lines > 0) mechanism.line({ feed: lines });
  };

  const printCommand = (command: PaperCommand): boolean => {
    switch (command.kind) {
      case 'character':
        return put(command.character, command.columns);
      case 'tab': {
        const width = TAB_COLUMNS - ((line?.columns ?? 0) % TAB_COLUMNS);
        return put(' '.repeat(width), width);
      }
      case 'line-feed':
        return print(() => feed(line === null ? 1 : 0));
      case 'feed-lines':
        return print(() => feed(command.n));
      case 'feed-dots':
        return print(flush);
      case 'qr-print':
        return print(() => {
          flush();
          if (mode.qrData !== '') mechanism.line({ qr: mode.qrData, align: mode.align, moduleDots: mode.qrModuleDots });
        });
      case 'raster':
        return print(() => {
          flush();
          const { widthBytes, heightDots, data } = command;
          mechanism.line({ raster: { widthBytes, heightDots, base64: Buffer.from(data).toString('base64') }, align: mode.align });
        });
      case 'cut':
        return print(() => {
          feed(command.feeds ? 1 : 0);
          mechanism.cut();
        });
      // GS r waits in the buffer behind what is to be printed before it.
      case 'marker':
        return print(() => mechanism.marker(command.n));
      default:
        mode = changedMode(mode, command, utf8);
        return true;
    }
  };

  return {
    execute(command: PaperCommand): boolean {
      if (command.kind === 'initialise') {
        reset();
        mechanism.autoStatus(0);
      }
      if (command.kind === 'auto-status') mechanism.autoStatus(command.n);
      return printCommand(command);
    },
    isChinese: () => mode.chinese,
    reset,
  };
}

function changedMode(mode: Mode, command: PaperCommand, utf8: TextDecoder): Mode {
  switch (command.kind) {
    case 'align':
      // 0–2, or the digits '0'–'2'.
      return { ...mode, align: ALIGNS[command.n % 0x30] ?? mode.align };
    case 'bold':
      return { ...mode, bold: (command.n & 0x01) !== 0 };
    case 'print-mode':
      return { ...mode, bold: (command.n & 0x08) !== 0, height: (command.n & 0x10) !== 0 ? 2 : 1, width: (command.n & 0x20) !== 0 ? 2 : 1 };
    case 'size':
      return { ...mode, width: ((command.n >> 4) & 0x07) + 1, height: (command.n & 0x07) + 1 };
    case 'chinese':
      return { ...mode, chinese: command.on };
    case 'qr-module':
      return { ...mode, qrModuleDots: command.dots };
    case 'qr-data':
      return { ...mode, qrData: utf8.decode(command.data) };
    default:
      return mode;
  }
}
