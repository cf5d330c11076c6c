/** Bench tool: `node drivers/keypad/cli.ts ask|emulate …`. */
import { once } from 'node:events';
import { RATING_LEVEL_ZH, type RatingLevel } from '../../domain/rating-level.ts';
import { describeTransport, parseBenchArguments, TRANSPORT_USAGE } from '../core/bench-arguments.ts';
import { SILENT_LOGGER } from '../core/logger.ts';
import type { TransportConfig } from '../core/transport.ts';
import { startKeypadEmulator } from './emulator.ts';
import { findKeypadProfile, KEYPAD_PROFILE_IDS, type KeypadProfile } from './profile.ts';
import { createKeypadService } from './service.ts';
import { levelsOf } from './wire.ts';

const ASK_TIMEOUT_MS = 30_000;
const EMULATED_ROUND_MS = 3_000;

async function main(): Promise<number> {
  const { command, transport, values } = parseBenchArguments(process.argv.slice(2), 9_600, ['profile']);
  const profile = findKeypadProfile(values.profile ?? 'qs-ff68');
  if (profile !== null && command === 'emulate') return emulate(profile);
  if (profile !== null && transport !== null && command === 'ask') return ask(transport, profile);
  console.log(`usage: node drivers/keypad/cli.ts ask ${TRANSPORT_USAGE} [--profile <${KEYPAD_PROFILE_IDS.join('|')}>]`);
  console.log('       node drivers/keypad/cli.ts emulate [--profile <id>]');
  return 2;
}

async function ask(transport: TransportConfig, profile: KeypadProfile): Promise<number> {
  console.log(`未经确认的假设：\n${profile.assumptions.map((assumption) => `- ${assumption}`).join('\n')}`);
  const service = createKeypadService({ transport, profileId: profile.id, logger: SILENT_LOGGER });
  service.onStatus((status) => console.log(status.message));
  const rating = await service.ask({ timeoutMs: ASK_TIMEOUT_MS });
  await service.close();
  console.log(rating.ok ? `${RATING_LEVEL_ZH[rating.value]} (${rating.value})` : `${rating.error.message} (${rating.error.code})`);
  return rating.ok ? 0 : 1;
}

/** Answers each prompt after a while, going through the levels. */
async function emulate(profile: KeypadProfile): Promise<number> {
  const emulator = await startKeypadEmulator({ profileId: profile.id });
  console.log(`${describeTransport(emulator.address)}\n模拟评价器，收到提示后自动按键，按 Ctrl+C 结束`);
  const levels: RatingLevel[] = levelsOf(profile);
  const timer = setInterval(() => {
    const level = levels[0];
    if (!emulator.prompting() || level === undefined) return;
    levels.push(...levels.splice(0, 1));
    void emulator.pressLevel(level);
  }, EMULATED_ROUND_MS);
  await once(process, 'SIGINT');
  clearInterval(timer);
  await emulator.close();
  return 0;
}

process.exitCode = await main();
