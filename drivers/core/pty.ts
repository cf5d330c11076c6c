import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync } from 'node:fs';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReadStream } from 'node:tty';
import { promisify } from 'node:util';
import { createListeners } from './listeners.ts';
import type { ReadableTransportConfig } from './transport.ts';

/** The device's end of a serial line that exists in software only: emulators speak through it. */
export interface VirtualSerial {
  /** What the program under test opens; stays the same over unplug and plug. */
  readonly address: ReadableTransportConfig;
  write(bytes: Uint8Array): void;
  onData(listener: (bytes: Uint8Array) => void): () => void;
  /** Pulls the cable: the port disappears and whoever has it open is told by the system. */
  unplug(): Promise<void>;
  plug(): Promise<void>;
  close(): Promise<void>;
}

export interface VirtualSerialOptions {
  /** 'pty' (default) falls back to TCP where the system has no pseudo terminals. */
  readonly prefer?: 'pty' | 'tcp';
  readonly baudRate: number;
}

/** One cable that is plugged in. */
interface Line {
  write(bytes: Uint8Array): void;
  pull(): Promise<void>;
}
type PlugIn = (onData: (bytes: Uint8Array) => void) => Promise<Line>;

export async function openVirtualSerial(options: VirtualSerialOptions): Promise<VirtualSerial> {
  const folder = await mkdtemp(join(tmpdir(), 'bianmin-serial-'));
  const path = join(folder, 'port');
  const data = createListeners<Uint8Array>();
  const { plugIn, line: firstLine, port } = await firstThatWorks(options.prefer ?? 'pty', path, data.emit);
  let line: Line | null = firstLine;
  const unplug = async () => {
    const pulled = line;
    line = null;
    await pulled?.pull();
  };
  return {
    address: port === null ? { type: 'serial', path, baudRate: options.baudRate } : { type: 'tcp', host: '127.0.0.1', port },
    write: (bytes) => line?.write(bytes),
    onData: (listener) => data.add(listener),
    unplug,
    async plug() {
      line ??= await plugIn(data.emit);
    },
    async close() {
      await unplug();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Choice {
  readonly plugIn: PlugIn;
  readonly line: Line;
  /** null for a pty. */
  readonly port: number | null;
}

async function firstThatWorks(prefer: 'pty' | 'tcp', path: string, onData: (bytes: Uint8Array) => void): Promise<Choice> {
  for (const make of prefer === 'pty' ? [nativePty, socatPty] : []) {
    const plugIn = make(path);
    try {
      return { plugIn, line: await plugIn(onData), port: null };
    } catch {
      // No prebuilt binary, no /dev/ptmx, or no socat here: try the next one.
    }
  }
  const port = await freePort();
  const plugIn = tcpPort(port);
  return { plugIn, line: await plugIn(onData), port };
}

/** The wrapper's own `open()` attaches a reader to the slave, which eats what the master writes: hence the bare binding. */
interface PtyBinding {
  open(columns: number, rows: number): { readonly master: number; readonly slave: number; readonly pty: string };
}

function nativePty(path: string): PlugIn {
  return async (onData) => {
    const { requireBinary } = createRequire(import.meta.url)('@lydell/node-pty/requireBinary.js') as {
      requireBinary(file: string): PtyBinding;
    };
    const pty = requireBinary('pty.node').open(80, 24);
    await setRaw(pty.pty);
    const master = new ReadStream(pty.master);
    master.on('data', onData);
    await symlink(pty.pty, path);
    return {
      write: (bytes) => master.write(bytes),
      async pull() {
        closeSync(pty.slave);
        const closed = once(master, 'close');
        master.destroy();
        await closed;
        await rm(path, { force: true });
      },
    };
  };
}

function socatPty(path: string): PlugIn {
  return async (onData) => {
    const socat = spawn('socat', ['-d', '-d', '-', `pty,rawer,link=${path}`], { stdio: ['pipe', 'pipe', 'pipe'] });
    const ended = new Promise<void>((resolve) => socat.once('close', () => resolve()).once('error', () => resolve()));
    const ready = new Promise<boolean>((resolve) => {
      socat.stderr.on('data', (text: Buffer) => text.includes('starting data transfer loop') && resolve(true));
      void ended.then(() => resolve(false));
    });
    if (!(await ready)) throw new Error('socat did not start');
    // Without an open slave the master reads EIO between two openings, and socat ends.
    const keepOpen = openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
    socat.stdin.on('error', () => {});
    socat.stdout.on('data', onData);
    return {
      write: (bytes) => socat.stdin.write(bytes),
      async pull() {
        closeSync(keepOpen);
        socat.kill();
        await ended;
        await rm(path, { force: true });
      },
    };
  };
}

/** A serial-to-network bridge: one client at a time, the newest wins. */
function tcpPort(port: number): PlugIn {
  return async (onData) => {
    let client: Socket | null = null;
    const server = createServer({ noDelay: true }, (socket) => {
      client?.destroy();
      client = socket;
      socket.on('data', onData);
      socket.on('error', () => {});
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return {
      write: (bytes) => client?.write(bytes),
      pull: () =>
        new Promise((resolve) => {
          server.close(() => resolve());
          client?.destroy();
        }),
    };
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** No echo and no line editing before anybody opens the port: an echo would come back to the emulator as a command. */
async function setRaw(tty: string): Promise<void> {
  await promisify(execFile)('stty', ['-F', tty, 'raw', '-echo']);
}
