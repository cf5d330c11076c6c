import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';

const run = promisify(execFile);
const ROOT = '/usr/lib/postgresql';
const COMMAND_TIMEOUT_MS = 60_000;

/** A PostgreSQL of one's own with the settings of a real one (fsync on), on 127.0.0.1 and a socket in its folder. */
export interface Postgres {
  /** A new, empty database. */
  createDatabase(): Promise<string>;
  /** `immediate` is a crash: no checkpoint, recovery at the next start. */
  restart(mode: 'fast' | 'immediate'): Promise<void>;
  stop(): Promise<void>;
}

export async function startPostgres(): Promise<Postgres> {
  const bin = newestBin();
  const dir = mkdtempSync(join(tmpdir(), 'bianmin-pg-'));
  const data = join(dir, 'data');
  const port = await freePort();
  chmodSync(dir, 0o755);
  if (isRoot()) execFileSync('chown', ['postgres', dir]);
  await asServer(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8']);
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${dir} -c max_connections=60`;
  const control = (args: readonly string[]) => asServer(join(bin, 'pg_ctl'), ['-D', data, '-w', '-l', join(dir, 'log'), ...args]);
  await control(['start', '-o', options]);
  let databases = 0;
  return {
    createDatabase: async () => {
      databases += 1;
      const name = `test_${databases}`;
      const client = new Client({ connectionString: `postgres://postgres@127.0.0.1:${port}/postgres` });
      await client.connect();
      await client.query(`CREATE DATABASE ${name}`);
      await client.end();
      return `postgres://postgres@127.0.0.1:${port}/${name}`;
    },
    restart: async (mode) => {
      await control(['stop', '-m', mode]);
      await control(['start', '-o', options]);
    },
    stop: async () => {
      await control(['stop', '-m', 'immediate']);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function newestBin(): string {
  const versions = readdirSync(ROOT).filter((name) => /^\d+$/.test(name));
  const newest = versions.sort((a, b) => Number(b) - Number(a))[0];
  if (newest === undefined) throw new Error(`no PostgreSQL under ${ROOT}`);
  return join(ROOT, newest, 'bin');
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** PostgreSQL refuses to run as root. */
function asServer(program: string, args: readonly string[]) {
  const [command, ...rest] = isRoot() ? ['runuser', '-u', 'postgres', '--', program, ...args] : [program, ...args];
  return run(command as string, rest, { cwd: '/', timeout: COMMAND_TIMEOUT_MS });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
