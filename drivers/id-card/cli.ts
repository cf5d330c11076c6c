/** Bench tool: `node drivers/id-card/cli.ts status|read|emulate …`. Prints masked fields only. */
import { once } from 'node:events';
import { maskIdNumber, maskName } from '../../domain/mask.ts';
import { describeTransport, parseBenchArguments, TRANSPORT_USAGE } from '../core/bench-arguments.ts';
import { SILENT_LOGGER } from '../core/logger.ts';
import type { TransportConfig } from '../core/transport.ts';
import { DEMO_CARDS } from './demo-cards.ts';
import { openIdCardDriver } from './driver.ts';
import { startIdCardEmulator } from './emulator.ts';
import { createIdCardService } from './service.ts';

const READ_TIMEOUT_MS = 30_000;

async function main(): Promise<number> {
  const { command, transport } = parseBenchArguments(process.argv.slice(2), 115_200);
  if (command === 'emulate') return emulate();
  if (transport !== null && command === 'status') return showStatus(transport);
  if (transport !== null && command === 'read') return readCard(transport);
  console.log(`usage: node drivers/id-card/cli.ts status|read ${TRANSPORT_USAGE}\n       node drivers/id-card/cli.ts emulate`);
  return 2;
}

async function showStatus(transport: TransportConfig): Promise<number> {
  const driver = await openIdCardDriver(transport);
  if (!driver.ok) {
    console.log(`${driver.error.message} (${driver.error.code})`);
    return 1;
  }
  const samId = await driver.value.readSamId();
  console.log(samId.ok ? `身份证阅读器正常，安全模块编号 ${samId.value}` : samId.error.message);
  await driver.value.close();
  return 0;
}

async function readCard(transport: TransportConfig): Promise<number> {
  const service = createIdCardService({ transport, logger: SILENT_LOGGER });
  service.onStatus((status) => console.log(status.message));
  const card = await service.read({ timeoutMs: READ_TIMEOUT_MS });
  await service.close();
  if (!card.ok) {
    console.log(`${card.error.message} (${card.error.code})`);
    return 1;
  }
  const { kind, name, sex, idNumber, validFrom, validTo } = card.value;
  console.log([kind, maskName(name), sex, maskIdNumber(idNumber), `${validFrom}—${validTo}`].join(' '));
  return 0;
}

async function emulate(): Promise<number> {
  const emulator = await startIdCardEmulator();
  emulator.placeCard(DEMO_CARDS[0]);
  console.log(`${describeTransport(emulator.address)}\n已放一张虚构的身份证，按 Ctrl+C 结束`);
  await once(process, 'SIGINT');
  await emulator.close();
  return 0;
}

process.exitCode = await main();
