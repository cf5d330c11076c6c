import { parseArgs } from 'node:util';
import { type TransportConfig, transportConfigSchema } from './transport.ts';

export const TRANSPORT_USAGE = '--serial <path> [--baud <rate>] | --tcp <host>:<port>';

export interface BenchArguments {
  readonly command: string;
  readonly transport: TransportConfig | null;
  /** Options of the one tool beside those of every tool. */
  readonly values: Readonly<Record<string, string | undefined>>;
}

/** Reads `<command> --serial … | --tcp …` plus the named options of this tool. Throws on anything else. */
export function parseBenchArguments(args: readonly string[], defaultBaudRate: number, ownOptions: readonly string[] = []): BenchArguments {
  const names = ['serial', 'baud', 'tcp', ...ownOptions];
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  return { command: positionals[0] ?? '', transport: toTransport(values, defaultBaudRate), values };
}

function toTransport(values: Readonly<Record<string, string | undefined>>, defaultBaudRate: number): TransportConfig | null {
  if (values.serial !== undefined) {
    return transportConfigSchema.parse({ type: 'serial', path: values.serial, baudRate: Number(values.baud ?? defaultBaudRate) });
  }
  if (values.tcp === undefined) return null;
  const [, host, port] = /^(.+):(\d+)$/.exec(values.tcp) ?? [];
  return transportConfigSchema.parse({ type: 'tcp', host, port: Number(port) });
}

/** `--serial /dev/pts/3` and the like, to paste behind another command. */
export function describeTransport(config: TransportConfig): string {
  return config.type === 'tcp' ? `--tcp ${config.host}:${config.port}` : `--serial ${config.path}`;
}
