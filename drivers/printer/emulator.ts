import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createListeners } from '../core/listeners.ts';
import type { TransportConfig } from '../core/transport.ts';
import { createPaperInterpreter, type PaperInterpreter, type PaperLine } from './paper.ts';

export type { PaperAlign, PaperFeed, PaperLine, PaperQr, PaperRaster, PaperText } from './paper.ts';

/** One piece of paper that a person can take. */
export interface Paper {
  /** When it came out, ms since 1970. */
  readonly at: number;
  readonly lines: readonly PaperLine[];
  /** False for a torn piece: the paper ended or the connection broke before the cut. */
  readonly cut: boolean;
}

export interface EmulatedPrinterState {
  readonly paper: 'ok' | 'near-end' | 'end';
  readonly cover: 'closed' | 'open';
  /** Prints, and answers nothing, like a printer behind a one-way cable. */
  readonly silent: boolean;
}

/** Happens once, when this many lines of the next ticket are on paper. */
export type PrinterFault = { readonly kind: 'end-mid-ticket' | 'drop-connection-mid-ticket'; readonly afterLines: number };

export interface PrinterEmulator {
  readonly address: Extract<TransportConfig, { type: 'tcp' }>;
  /** Oldest first; the last 500. */
  papers(): readonly Paper[];
  onPaper(listener: (paper: Paper) => void): () => void;
  state(): EmulatedPrinterState;
  /** Loading paper or closing the cover lets the printer go on with what it holds. */
  setState(state: Partial<EmulatedPrinterState>): void;
  setFault(fault: PrinterFault | null): void;
  close(): Promise<void>;
}

export interface PrinterEmulatorOptions {
  /** 0 (default) takes a free one; the address tells which. */
  readonly port?: number;
  readonly columns?: 48 | 32;
}

const MAX_PAPERS = 500;

/** A network printer on 127.0.0.1 that prints into memory. Instant, otherwise true: it stops where a real one stops. */
export async function startPrinterEmulator(options: PrinterEmulatorOptions = {}): Promise<PrinterEmulator> {
  const mechanism = createMechanism();
  const sessions = new Set<Session>();
  // What was sent before a connection ended still prints, even if the paper has to be loaded first.
  const settle = () => {
    if (!mechanism.isRunning()) return;
    for (const session of sessions) if (session.isClosed()) sessions.delete(session);
    if (sessions.size === 0) mechanism.tearOff();
  };
  const server = createServer({ noDelay: true }, (socket) => {
    const session = openSession(socket, mechanism, options.columns ?? 48);
    sessions.add(session);
    socket.on('close', settle);
  });
  mechanism.onChange(() => {
    for (const session of sessions) session.afterChange();
    settle();
  });
  mechanism.onDrop(() => {
    for (const session of sessions) session.drop();
    sessions.clear();
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: { type: 'tcp', host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    papers: mechanism.papers,
    onPaper: mechanism.onPaper,
    state: mechanism.state,
    setState: mechanism.setState,
    setFault: mechanism.setFault,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const session of sessions) session.drop();
      }),
  };
}

type Mechanism = ReturnType<typeof createMechanism>;

/** Roll, cover, knife and the strip of paper that hangs out. */
function createMechanism() {
  const paperListeners = createListeners<Paper>();
  const changes = createListeners<void>();
  const drops = createListeners<void>();
  const papers: Paper[] = [];
  let strip: PaperLine[] = [];
  let state: EmulatedPrinterState = { paper: 'ok', cover: 'closed', silent: false };
  let fault: PrinterFault | null = null;

  const deliver = (cut: boolean) => {
    const paper: Paper = { at: Date.now(), lines: strip, cut };
    strip = [];
    papers.push(paper);
    if (papers.length > MAX_PAPERS) papers.shift();
    paperListeners.emit(paper);
  };
  const tearOff = () => {
    if (strip.length > 0) deliver(false);
  };
  const setState = (change: Partial<EmulatedPrinterState>) => {
    state = { ...state, ...change };
    changes.emit();
  };
  const isRunning = () => state.paper !== 'end' && state.cover === 'closed';
  const strike = () => {
    if (fault === null || strip.length < fault.afterLines) return;
    const { kind } = fault;
    fault = null;
    tearOff();
    if (kind === 'end-mid-ticket') setState({ paper: 'end' });
    else drops.emit();
  };
  return {
    papers: (): readonly Paper[] => [...papers],
    onPaper: paperListeners.add,
    onChange: changes.add,
    onDrop: drops.add,
    state: () => state,
    setState,
    setFault(next: PrinterFault | null) {
      fault = next;
    },
    isRunning,
    line(line: PaperLine) {
      strip.push(line);
      strike();
    },
    cut: () => deliver(true),
    tearOff,
  };
}

interface Session {
  isClosed(): boolean;
  afterChange(): void;
  drop(): void;
}

/** One connection: its receive buffer and the answers that go back on it. */
function openSession(socket: Socket, mechanism: Mechanism, columns: number): Session {
  let reports = false;
  let dropped = false;
  const answer = (bytes: readonly number[]) => {
    if (!mechanism.state().silent && socket.writable) socket.write(Uint8Array.from(bytes));
  };
  const interpreter: PaperInterpreter = createPaperInterpreter(
    {
      canPrint: () => !dropped && mechanism.isRunning(),
      line: mechanism.line,
      cut: mechanism.cut,
      marker: () => answer([markerAnswer(mechanism.state())]),
      autoStatus(n) {
        reports = n !== 0;
        if (reports) answer(autoStatus(mechanism.state()));
      },
    },
    columns,
  );
  const realTime = createRealTimeListener((n) => answer([realTimeAnswer(n, mechanism.state())]));
  socket.on('error', () => {});
  socket.on('data', (bytes) => {
    realTime(bytes);
    interpreter.feed(bytes);
  });
  return {
    isClosed: () => socket.destroyed,
    afterChange() {
      if (reports) answer(autoStatus(mechanism.state()));
      interpreter.resume();
    },
    drop() {
      dropped = true;
      socket.destroy();
    },
  };
}

/** DLE EOT is answered when it arrives, ahead of everything that is still to be printed. */
function createRealTimeListener(answer: (n: number) => void): (bytes: Uint8Array) => void {
  let last: readonly [number, number] = [0, 0];
  return (bytes) => {
    for (const byte of bytes) {
      if (last[0] === 0x10 && last[1] === 0x04 && byte >= 1 && byte <= 4) answer(byte);
      last = [last[1], byte];
    }
  };
}

// The bytes of research/hardware.md §3.4.
function realTimeAnswer(n: number, { paper, cover }: EmulatedPrinterState): number {
  const stopped = paper === 'end' || cover === 'open';
  if (n === 1) return 0x12 | (stopped ? 0x08 : 0);
  if (n === 2) return 0x12 | (cover === 'open' ? 0x04 : 0) | (paper === 'end' ? 0x20 : 0);
  if (n === 3) return 0x12;
  return 0x12 | (paper === 'end' ? 0x6c : paper === 'near-end' ? 0x0c : 0);
}

function autoStatus({ paper, cover }: EmulatedPrinterState): readonly number[] {
  const stopped = paper === 'end' || cover === 'open';
  const head = 0x10 | (stopped ? 0x08 : 0) | (cover === 'open' ? 0x20 : 0);
  return [head, 0x00, paper === 'end' ? 0x0f : paper === 'near-end' ? 0x03 : 0x00, 0x00];
}

function markerAnswer({ paper }: EmulatedPrinterState): number {
  return paper === 'near-end' ? 0x03 : 0x00;
}
