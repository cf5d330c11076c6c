import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { type Logger, SILENT_LOGGER } from '../../drivers/core/logger.ts';
import { openVirtualSerial } from '../../drivers/core/pty.ts';
import type { TransportConfig } from '../../drivers/core/transport.ts';
import { type Paper, type PrinterEmulator, startPrinterEmulator } from '../../drivers/printer/emulator.ts';
import { encode } from '../../drivers/printer/escpos.ts';
import { renderTicket, type TicketPaper } from '../../drivers/printer/layout.ts';
import { createPrinterService, type PrinterProfile, type PrinterService, printerProfileSchema } from '../../drivers/printer/service.ts';

const WAIT = { timeout: 10_000, interval: 20 };

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function emulator(port = 0): Promise<PrinterEmulator> {
  const printer = await startPrinterEmulator({ port });
  cleanups.push(printer.close);
  return printer;
}

function service(transport: TransportConfig, profile: Partial<PrinterProfile> = {}, logger: Logger = SILENT_LOGGER): PrinterService {
  const full = printerProfileSchema.parse({ columns: 48, statusMode: 'full', ...profile });
  const created = createPrinterService({ transport, profile: full, logger, pollIntervalMs: 50 });
  cleanups.push(created.close);
  return created;
}

const untilState = (printing: PrinterService, state: string) => vi.waitFor(() => expect(printing.status().state).toBe(state), WAIT);

function ticketBytes(change: Partial<TicketPaper> = {}): Uint8Array {
  const paper: TicketPaper = {
    hallName: '样例街道便民服务中心',
    number: 'A012',
    itemName: '不动产登记（综合受理）𠮷',
    issuedAt: '2026-11-21T01:30:00Z',
    aheadCount: 3,
    waitRange: null,
    waitingPlace: '一楼 A 区',
    qrText: 'https://hall.example/t/A012',
    reprint: false,
    validDay: '2026-11-21',
    ...change,
  };
  return encode(renderTicket(paper, { columns: 48 }), { columns: 48 });
}

const textOf = (paper: Paper) => paper.lines.flatMap((line) => ('text' in line ? [line.text] : [])).join('\n');

test('prints a ticket and says so when the printer confirmed it behind the cut', async () => {
  const printer = await emulator();
  const printing = service(printer.address);
  expect(await printing.print({ jobId: '1', bytes: ticketBytes() })).toEqual({ outcome: 'printed' });
  const [paper] = printer.papers();
  if (paper === undefined) throw new Error('no paper');
  expect(paper.cut).toBe(true);
  expect(textOf(paper)).toContain('不动产登记（综合受理）𠮷');
  expect(paper.lines).toContainEqual({ text: 'A012', align: 'center', width: 4, height: 4, bold: true });
  expect(paper.lines).toContainEqual({ qr: 'https://hall.example/t/A012', align: 'center', moduleDots: 6 });
  expect(printing.status()).toEqual({ state: 'ready', message: '打印机正常。' });
});

test.each([
  ['no paper', { paper: 'end' }, 'PRINTER_PAPER_END', 'paper-end'],
  ['an open cover', { cover: 'open' }, 'PRINTER_COVER_OPEN', 'cover-open'],
  ['a silent printer', { silent: true }, 'PRINTER_SILENT', 'silent'],
] as const)('%s before the job: it fails and nothing is sent', async (_, state, code, shown) => {
  const printer = await emulator();
  printer.setState(state);
  const printing = service(printer.address);
  expect(await printing.print({ jobId: '1', bytes: ticketBytes() })).toMatchObject({
    outcome: 'failed',
    reason: { code },
    paperMoved: false,
  });
  expect(printing.status().state).toBe(shown);
  printer.setState({ paper: 'ok', cover: 'closed', silent: false });
  await untilState(printing, 'ready');
  expect(printer.papers()).toEqual([]);
});

test('near the end of the roll it still prints, and says that the roll is short', async () => {
  const printer = await emulator();
  printer.setState({ paper: 'near-end' });
  const printing = service(printer.address);
  expect(await printing.print({ jobId: '1', bytes: ticketBytes() })).toEqual({ outcome: 'printed' });
  expect(printing.status()).toEqual({ state: 'paper-near-end', message: '打印纸快用完了，请准备更换纸卷。' });
});

test('paper that ends mid-ticket leaves the ticket unconfirmed; after a refill the reprint says 补打 once', async () => {
  const printer = await emulator();
  const printing = service(printer.address);
  printer.setFault({ kind: 'end-mid-ticket', afterLines: 4 });
  const outcome = await printing.print({ jobId: '1', bytes: ticketBytes() });
  expect(outcome).toMatchObject({ outcome: 'unknown', reason: { code: 'PRINTER_PAPER_END' } });
  expect(printer.papers().map((paper) => [paper.cut, paper.lines.length])).toEqual([[false, 4]]);
  await untilState(printing, 'paper-end');

  printer.setState({ paper: 'ok' });
  await untilState(printing, 'ready');
  expect(await printing.print({ jobId: '2', bytes: ticketBytes({ reprint: true }) })).toEqual({ outcome: 'printed' });
  expect(printer.papers().filter((paper) => textOf(paper).includes('补打'))).toHaveLength(1);
  // The rest of the first ticket came out with the new roll, as real printers hold it.
  expect(printer.papers()).toHaveLength(3);
});

test('a cover that opens while the job prints leaves it unconfirmed', async () => {
  const printer = await emulator();
  const printing = service(printer.address);
  printer.onPaper(() => printer.setState({ cover: 'open' }));
  const cutHalfWay = ticketBytes().slice(0, -3);
  const outcome = await printing.print({ jobId: '1', bytes: Buffer.concat([cutHalfWay, ticketBytes()]) });
  expect(outcome).toMatchObject({ outcome: 'unknown', reason: { code: 'PRINTER_COVER_OPEN' } });
  expect(printer.papers()).toHaveLength(1);
});

test('silence after the bytes were sent is not a confirmation', async () => {
  const printer = await emulator();
  const printing = service(printer.address, { confirmTimeoutMs: 500 });
  await untilState(printing, 'ready');
  printer.onPaper(() => printer.setState({ silent: true }));
  expect(await printing.print({ jobId: '1', bytes: ticketBytes() })).toMatchObject({
    outcome: 'unknown',
    reason: { code: 'PRINT_NOT_CONFIRMED' },
  });
});

test('a connection that breaks mid-ticket leaves it unconfirmed, and the next job finds the printer again', async () => {
  const printer = await emulator();
  const printing = service(printer.address);
  printer.setFault({ kind: 'drop-connection-mid-ticket', afterLines: 3 });
  expect(await printing.print({ jobId: '1', bytes: ticketBytes() })).toMatchObject({
    outcome: 'unknown',
    reason: { code: 'PRINTER_DISCONNECTED', message: expect.stringContaining('请查看出纸口') },
  });
  expect(await printing.print({ jobId: '2', bytes: ticketBytes({ reprint: true }) })).toEqual({ outcome: 'printed' });
  expect(printer.papers().map((paper) => paper.cut)).toEqual([false, true]);
});

test('jobs print one after the other, also behind one that went wrong', async () => {
  const printer = await emulator();
  const printing = service(printer.address);
  printer.setFault({ kind: 'drop-connection-mid-ticket', afterLines: 3 });
  const outcomes = await Promise.all(
    ['A001', 'A002', 'A003'].map((number) => printing.print({ jobId: number, bytes: ticketBytes({ number }) })),
  );
  expect(outcomes.map((outcome) => outcome.outcome)).toEqual(['unknown', 'printed', 'printed']);
  const whole = printer.papers().filter((paper) => paper.cut);
  expect(whole.map((paper) => /A\d{3}/.exec(textOf(paper))?.[0])).toEqual(['A002', 'A003']);
});

test('a cancelled job fails before it is sent and is unknown afterwards', async () => {
  const printer = await emulator();
  const printing = service(printer.address);
  expect(await printing.print({ jobId: '1', bytes: ticketBytes(), signal: AbortSignal.abort() })).toMatchObject({ outcome: 'failed' });
  const cancel = new AbortController();
  printer.onPaper(() => {
    printer.setState({ silent: true });
    cancel.abort();
  });
  expect(await printing.print({ jobId: '2', bytes: ticketBytes(), signal: cancel.signal })).toMatchObject({
    outcome: 'unknown',
    reason: { code: 'PRINT_CANCELLED' },
  });
});

test('close ends a job that waits for its confirmation, and later jobs fail', async () => {
  const printer = await emulator();
  const printing = service(printer.address);
  printer.onPaper(() => printer.setState({ silent: true }));
  const job = printing.print({ jobId: '1', bytes: ticketBytes() });
  await vi.waitFor(() => expect(printer.papers()).toHaveLength(1), WAIT);
  await printing.close();
  expect(await job).toMatchObject({ outcome: 'unknown', reason: { code: 'PRINT_CANCELLED' } });
  expect(await printing.print({ jobId: '2', bytes: ticketBytes() })).toMatchObject({ outcome: 'failed', paperMoved: false });
});

test('unplugged and plugged in 20 times: each change is told and logged once, and nothing piles up', async () => {
  let printer = await startPrinterEmulator();
  const { port } = printer.address;
  const logged: string[] = [];
  const keep = (_: object, message: string) => logged.push(message);
  const printing = service(printer.address, {}, { info: keep, warn: keep, error: keep });
  const seen: string[] = [];
  printing.onStatus((status) => seen.push(status.state));
  await untilState(printing, 'ready');
  const openSockets = () => process.getActiveResourcesInfo().filter((kind) => /TCP/.test(kind)).length;
  const before = openSockets();
  for (let round = 0; round < 20; round++) {
    await printer.close();
    await untilState(printing, 'disconnected');
    printer = await startPrinterEmulator({ port });
    await untilState(printing, 'ready');
  }
  cleanups.push(printer.close);
  await vi.waitFor(() => expect(openSockets()).toBeLessThanOrEqual(before), WAIT);
  const changes = seen.filter((state, index) => state !== seen[index - 1]);
  expect(changes).toEqual(['ready', ...Array.from({ length: 20 }, () => ['disconnected', 'ready']).flat()]);
  expect(logged).toHaveLength(seen.length);
  expect(logged.filter((message) => message === '打印机正常。')).toHaveLength(21);
  expect(await printing.print({ jobId: '1', bytes: ticketBytes() })).toEqual({ outcome: 'printed' });
  expect(printer.papers()).toHaveLength(1);
});

test('a write-only printer takes the job by policy; a device file that is missing fails', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'printer-'));
  cleanups.push(() => rm(folder, { recursive: true }));
  const path = join(folder, 'lp0');
  const printing = service({ type: 'file', path }, { statusMode: 'write-only' });
  expect(await printing.print({ jobId: '1', bytes: ticketBytes() })).toMatchObject({
    outcome: 'failed',
    reason: { code: 'PRINTER_DISCONNECTED' },
  });
  await writeFile(path, '');
  const bytes = ticketBytes();
  expect(await printing.print({ jobId: '2', bytes })).toEqual({ outcome: 'printed' });
  expect(Buffer.compare(await readFile(path), bytes)).toBe(0);
  expect(printing.status().message).toContain('不报告纸张');
});

test('prints over a serial line', async () => {
  const printer = await emulator();
  const line = await openVirtualSerial({ baudRate: 115_200 });
  const cable = connect(printer.address.port, printer.address.host);
  cable.on('data', (bytes) => line.write(bytes));
  line.onData((bytes) => cable.write(bytes));
  cleanups.push(async () => cable.destroy(), line.close);
  const printing = service(line.address);
  expect(await printing.print({ jobId: '1', bytes: ticketBytes() })).toEqual({ outcome: 'printed' });
  expect(printer.papers()).toHaveLength(1);
});

/** A printer that answers DLE EOT, and every GS r with what `onMarker` gives for its count. */
async function oddPrinter(
  onMarker: (count: number) => number[],
): Promise<{ readonly address: TransportConfig; readonly received: () => Buffer }> {
  const chunks: Buffer[] = [];
  let markers = 0;
  const server = createServer((socket) => {
    cleanups.push(async () => socket.destroy());
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      for (const request of chunk.toString('hex').match(/10040[1-4]|1d7201/g) ?? []) {
        socket.write(Uint8Array.from(request.startsWith('1004') ? [0x12] : onMarker(markers++)));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => new Promise((resolve) => server.close(resolve)));
  return {
    address: { type: 'tcp', host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    received: () => Buffer.concat(chunks),
  };
}

test('the late answer to an earlier job does not confirm this one', async () => {
  const odd = await oddPrinter((count) => (count === 0 ? [0x00, 0x00] : []));
  const printing = service(odd.address, { confirmTimeoutMs: 500 });
  expect(await printing.print({ jobId: '1', bytes: ticketBytes() })).toMatchObject({
    outcome: 'unknown',
    reason: { code: 'PRINT_NOT_CONFIRMED' },
  });
});

test('a printer that answers "no paper" behind the cut did not print for certain', async () => {
  const odd = await oddPrinter((count) => [count === 0 ? 0x00 : 0x0f]);
  const printing = service(odd.address);
  expect(await printing.print({ jobId: '1', bytes: ticketBytes() })).toMatchObject({
    outcome: 'unknown',
    reason: { code: 'PRINTER_PAPER_END' },
  });
});

test('a printer that never confirms is not offered as ready, and gets no job', async () => {
  const odd = await oddPrinter(() => []);
  const printing = service(odd.address);
  await vi.waitFor(() => expect(printing.status().message).toContain('不回报打印结果'), WAIT);
  expect(await printing.print({ jobId: '1', bytes: ticketBytes() })).toMatchObject({
    outcome: 'failed',
    reason: { code: 'PRINTER_SILENT' },
  });
  expect(odd.received().includes(Buffer.from('1c26', 'hex'))).toBe(false);
});
