// Bench use: node drivers/printer/cli.ts status|ticket|receipt --tcp HOST:PORT | --serial PATH[@BAUD] | --file PATH [--columns 48|32] [--write-only] [--out FILE]
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { SILENT_LOGGER } from '../core/logger.ts';
import { type TransportConfig, transportConfigSchema } from '../core/transport.ts';
import { encode } from './escpos.ts';
import { type Columns, renderReceipt, renderTicket } from './layout.ts';
import { isBad } from './outcome.ts';
import { createPrinterService, type PrinterService, printerProfileSchema } from './service.ts';

const DEFAULT_BAUD_RATE = 9_600;
const STATUS_WAIT_MS = 5_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tcp: { type: 'string' },
    serial: { type: 'string' },
    file: { type: 'string' },
    columns: { type: 'string', default: '48' },
    'write-only': { type: 'boolean', default: false },
    out: { type: 'string' },
  },
});

function transportConfig(): TransportConfig {
  if (values.tcp !== undefined) {
    const [host, port = '9100'] = values.tcp.split(':');
    return transportConfigSchema.parse({ type: 'tcp', host, port: Number(port) });
  }
  if (values.serial !== undefined) {
    const [path, baudRate = DEFAULT_BAUD_RATE] = values.serial.split('@');
    return transportConfigSchema.parse({ type: 'serial', path, baudRate: Number(baudRate) });
  }
  if (values.file !== undefined) return { type: 'file', path: values.file };
  throw new Error('one of --tcp, --serial or --file is needed');
}

function sampleBytes(kind: 'ticket' | 'receipt', columns: Columns): Uint8Array {
  const hallName = '样例街道便民服务中心';
  const itemName = '城乡居民基本养老保险参保登记（𠮷㐂镕）';
  const qrText = 'https://hall.example/t/A012';
  const now = new Date().toISOString();
  if (kind === 'receipt') {
    const materials = [
      { name: '居民身份证复印件', copies: 1 },
      { name: '户口簿首页及本人页复印件', copies: 2 },
    ];
    const paper = {
      hallName,
      caseNumber: 'YL-0001',
      ticketNumber: 'A012',
      itemName,
      receivedAt: now,
      applicantMaskedName: '张*',
      materials,
    };
    return encode(renderReceipt({ ...paper, staffNumber: '007', phone: '0000-12345', qrText }, { columns }), { columns });
  }
  const paper = {
    hallName,
    number: 'A012',
    itemName,
    issuedAt: now,
    aheadCount: 3,
    waitRange: { fromMin: 10, toMin: 20 },
    waitingPlace: '一楼 A 区',
  };
  return encode(
    renderTicket(
      { ...paper, windowHint: '1—4 号', qrText, materialsHint: '请备好身份证。', reprint: false, validDay: now.slice(0, 10) },
      { columns },
    ),
    { columns },
  );
}

async function firstStatus(service: PrinterService): Promise<void> {
  const changed = Promise.withResolvers<void>();
  const timer = setTimeout(changed.resolve, STATUS_WAIT_MS);
  service.onStatus(() => changed.resolve());
  await changed.promise;
  clearTimeout(timer);
}

async function main(): Promise<void> {
  const [command] = positionals;
  const profile = printerProfileSchema.parse({ columns: Number(values.columns), statusMode: values['write-only'] ? 'write-only' : 'full' });
  if (command !== 'status' && command !== 'ticket' && command !== 'receipt') throw new Error('usage: cli.ts status|ticket|receipt …');
  if (command !== 'status' && values.out !== undefined) return writeFile(values.out, sampleBytes(command, profile.columns));
  const service = createPrinterService({ transport: transportConfig(), profile, logger: SILENT_LOGGER });
  if (command === 'status') {
    await firstStatus(service);
    console.log(service.status());
    if (isBad(service.status().state)) process.exitCode = 1;
  } else {
    const outcome = await service.print({ jobId: 'bench', bytes: sampleBytes(command, profile.columns) });
    console.log(outcome);
    if (outcome.outcome !== 'printed') process.exitCode = 1;
  }
  await service.close();
}

await main();
