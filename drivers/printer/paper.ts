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
interface PrintHead {
  execute(command: PaperCommand): boolean;
  isChinese(): boolean;
  reset(): void;
}

function createPrintHead(mechanism: PaperMechanism, columns: number): PrintHead {
  let mode = INITIAL_MODE;
  const line = createLineBuffer(mechanism, columns);
  const reset = () => {
    mode = INITIAL_MODE;
    line.clear();
  };
  const print = (action: () => void): boolean => {
    if (!mechanism.canPrint()) return false;
    line.flush();
    action();
    return true;
  };
  const feed = (lines: number) => {
    if (lines > 0) mechanism.line({ feed: lines });
  };

  const execute = (command: PaperCommand): boolean => {
    switch (command.kind) {
      case 'character':
        return line.put(command.character, command.columns, mode);
      case 'tab': {
        const width = TAB_COLUMNS - (line.columns() % TAB_COLUMNS);
        return line.put(' '.repeat(width), width, mode);
      }
      case 'line-feed': {
        const empty = line.columns() === 0;
        return print(() => feed(empty ? 1 : 0));
      }
      case 'feed-lines':
        return print(() => feed(command.n));
      case 'feed-dots':
        return print(() => {});
      case 'qr-print':
        return print(() => {
          if (mode.qrData !== '') mechanism.line({ qr: mode.qrData, align: mode.align, moduleDots: mode.qrModuleDots });
        });
      case 'raster':
        return print(() => mechanism.line({ raster: toRaster(command), align: mode.align }));
      case 'cut':
        return print(() => {
          feed(command.feeds ? 1 : 0);
          mechanism.cut();
        });
      // GS r waits in the buffer behind what is to be printed before it.
      case 'marker':
        if (!mechanism.canPrint()) return false;
        mechanism.marker(command.n);
        return true;
      case 'initialise':
        reset();
        mechanism.autoStatus(0);
        return true;
      case 'auto-status':
        mechanism.autoStatus(command.n);
        return true;
      default:
        mode = changedMode(mode, command);
        return true;
    }
  };
  return { execute, isChinese: () => mode.chinese, reset };
}

/** The line that is being set, in the style of its first character. */
function createLineBuffer(mechanism: PaperMechanism, paperColumns: number) {
  let line: { text: string; columns: number; style: Mode } | null = null;
  const flush = () => {
    if (line === null) return;
    const { align, width, height, bold } = line.style;
    mechanism.line({ text: line.text, align, width, height, bold });
    line = null;
  };
  return {
    columns: () => line?.columns ?? 0,
    flush,
    clear() {
      line = null;
    },
    /** False when a full line would have to be printed first and cannot. */
    put(text: string, cells: number, style: Mode): boolean {
      const wanted = cells * style.width;
      if (line !== null && line.columns + wanted > paperColumns) {
        if (!mechanism.canPrint()) return false;
        flush();
      }
      line ??= { text: '', columns: 0, style };
      line.text += text;
      line.columns += wanted;
      return true;
    },
  };
}

function toRaster({ widthBytes, heightDots, data }: Extract<PaperCommand, { kind: 'raster' }>): PaperRaster['raster'] {
  return { widthBytes, heightDots, base64: Buffer.from(data).toString('base64') };
}

function changedMode(mode: Mode, command: PaperCommand): Mode {
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
      return { ...mode, qrData: new TextDecoder().decode(command.data) };
    default:
      return mode;
  }
}
