import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { parseArgs } from 'node:util';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { createLogger } from './log.ts';
import { upgradePath } from './upgrade-path.ts';

export interface RunningServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Listens, and closes upgrade requests for paths that nobody serves: unanswered they would hold a socket for ever. Resolves
 * with the port. Call when every route and upgrade listener is in place.
 */
export async function listen(
  app: FastifyInstance,
  at: { readonly host: string; readonly port: number },
  upgradePaths: readonly string[],
): Promise<number> {
  app.server.on('upgrade', (request, socket: Duplex) => {
    if (upgradePaths.includes(upgradePath(request))) return;
    socket.on('error', () => socket.destroy());
    socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });
  await app.listen({ host: at.host, port: at.port });
  return (app.server.address() as AddressInfo).port;
}

interface CommonConfig {
  readonly logLevel: string;
}

/**
 * The frame of every server process: `--config file.json`, one line and one message when it listens, an orderly end on
 * SIGTERM and SIGINT, and a fast one when there is a bug: the supervisor starts it again.
 */
export async function runProcess<C extends CommonConfig>(
  name: string,
  schema: z.ZodType<C>,
  start: (config: C) => Promise<RunningServer>,
): Promise<void> {
  const fallback = createLogger(name, 'info');
  const die = (error: unknown): void => {
    fallback.fatal({ err: error }, 'process ends: a bug or an unusable configuration');
    process.exit(1);
  };
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);
  const { values } = parseArgs({ options: { config: { type: 'string' } } });
  if (values.config === undefined) throw new Error(`usage: ${name} --config file.json`);
  const config = schema.parse(JSON.parse(readFileSync(values.config, 'utf8')));
  const server = await start(config);
  createLogger(name, config.logLevel).info({ port: server.port }, 'listening');
  process.send?.({ type: 'ready', port: server.port });
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    server.close().then(() => process.exit(0), die);
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  // The supervisor died, even by SIGKILL: without it nobody would restart this process or free its port.
  process.once('disconnect', end);
}
