// Status bytes as in research/hardware.md §3.4. Silence is a state of its own: it never counts as ready.

export type PrinterState =
  | 'ready'
  | 'paper-near-end'
  | 'paper-end'
  | 'cover-open'
  | 'cutter-error'
  | 'overheated'
  | 'offline'
  | 'silent'
  | 'disconnected';

export interface PrinterStatus {
  readonly state: PrinterState;
  /** One Chinese sentence for the person beside the printer. */
  readonly message: string;
}

export type PaperStatus = Extract<PrinterState, 'ready' | 'paper-near-end' | 'paper-end'>;

const MESSAGES: Readonly<Record<PrinterState, string>> = {
  ready: '打印机正常。',
  'paper-near-end': '打印纸快用完了，请准备更换纸卷。',
  'paper-end': '打印机缺纸，请装上新纸卷。',
  'cover-open': '打印机上盖没有关好，请合上上盖。',
  'cutter-error': '打印机切刀卡住，请关机取出卡纸后再开机。',
  overheated: '打印头过热，请等几分钟，冷却后会自动恢复。',
  offline: '打印机停止工作，请看面板指示灯，必要时关机再开机。',
  silent: '打印机没有应答，请检查电源和连接线。',
  disconnected: '打印机没有连接，请检查电源和连接线。',
};

export function printerStatus(state: PrinterState): PrinterStatus {
  return { state, message: MESSAGES[state] };
}

/** Conditions of the printer, as the bits of several answers together say them. */
interface Conditions {
  readonly offline: boolean;
  readonly coverOpen: boolean;
  readonly paperEnd: boolean;
  readonly nearEnd: boolean;
  readonly cutter: boolean;
  readonly overheated: boolean;
  /** Errors that only switching off and on clears. */
  readonly broken: boolean;
}

/** What needs a hand first comes first. An open cover also reports paper end, because the paper sensor lies under it. */
function stateOf(conditions: Conditions): PrinterState {
  if (conditions.coverOpen) return 'cover-open';
  if (conditions.paperEnd) return 'paper-end';
  if (conditions.cutter) return 'cutter-error';
  if (conditions.overheated) return 'overheated';
  if (conditions.offline || conditions.broken) return 'offline';
  return conditions.nearEnd ? 'paper-near-end' : 'ready';
}

/** Real-time status requests DLE EOT 1–4: printer, cause of offline, cause of error, paper sensor. */
export type StatusRequest = 1 | 2 | 3 | 4;

export function statusRequest(request: StatusRequest): Uint8Array {
  return Uint8Array.of(0x10, 0x04, request);
}

export type RealTimeAnswers = Readonly<Record<StatusRequest, number>>;

/** Combines the answers to all four requests. */
export function parseRealTimeStatus(answers: RealTimeAnswers): PrinterState {
  const { 1: printer, 2: offlineCause, 3: errorCause, 4: paper } = answers;
  return stateOf({
    offline: (printer & 0x08) !== 0,
    coverOpen: (offlineCause & 0x04) !== 0,
    paperEnd: (offlineCause & 0x20) !== 0 || (paper & 0x60) !== 0,
    nearEnd: (paper & 0x0c) !== 0,
    cutter: (errorCause & 0x08) !== 0,
    overheated: (errorCause & 0x40) !== 0,
    broken: (errorCause & 0x24) !== 0 || (offlineCause & 0x40) !== 0,
  });
}

/** Automatic status back: the four bytes that a printer sends on its own after GS a. */
export type AutoStatus = readonly [number, number, number, number];

export function parseAutoStatus([printer, error, paper]: AutoStatus): PrinterState {
  return stateOf({
    offline: (printer & 0x08) !== 0,
    coverOpen: (printer & 0x20) !== 0,
    paperEnd: (paper & 0x0c) !== 0,
    nearEnd: (paper & 0x03) !== 0,
    cutter: (error & 0x08) !== 0,
    overheated: (error & 0x40) !== 0,
    broken: (error & 0x24) !== 0,
  });
}

/** The answer to GS r 1. Some Chinese printers know only 00 and 0F. */
export function parseMarkerAnswer(byte: number): PaperStatus {
  if ((byte & 0x0c) !== 0) return 'paper-end';
  return (byte & 0x03) !== 0 ? 'paper-near-end' : 'ready';
}

export type PrinterMessage =
  | { readonly kind: 'real-time'; readonly byte: number }
  | { readonly kind: 'auto'; readonly bytes: AutoStatus }
  | { readonly kind: 'marker'; readonly byte: number };

/** The three kinds of answer share one stream; fixed bits tell them apart. */
const isRealTime = (byte: number) => (byte & 0x93) === 0x12;
const isAutoHead = (byte: number) => (byte & 0x93) === 0x10;
const isAutoTail = (byte: number) => (byte & 0x90) === 0x00;

/** Cuts the stream of a printer into messages, over any chunk borders; bytes that belong to none are dropped. */
export function createStatusDecoder(): (chunk: Uint8Array) => PrinterMessage[] {
  let auto: number[] = [];
  return (chunk) => {
    const messages: PrinterMessage[] = [];
    for (const byte of chunk) {
      if (isRealTime(byte)) {
        auto = [];
        messages.push({ kind: 'real-time', byte });
      } else if (isAutoHead(byte)) {
        auto = [byte];
      } else if (!isAutoTail(byte)) {
        auto = [];
      } else if (auto.length === 0) {
        messages.push({ kind: 'marker', byte });
      } else {
        auto.push(byte);
        const [head, error, paper, last] = auto;
        if (head === undefined || error === undefined || paper === undefined || last === undefined) continue;
        messages.push({ kind: 'auto', bytes: [head, error, paper, last] });
        auto = [];
      }
    }
    return messages;
  };
}
