import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { SerialPort } from 'serialport';
import { z } from 'zod';
import { err, type Failure, ok, type Result } from '../../domain/result.ts';
import { createListeners, type Listeners } from './listeners.ts';
import { endOnHangup } from './serial-hangup.ts';

const CONNECT_TIMEOUT_MS = 3_000;
const CLOSE_TIMEOUT_MS = 1_000;
const KEEP_ALIVE_DELAY_MS = 10_000;

export const transportConfigSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('serial'), path: z.string().min(1), baudRate: z.number().int().positive() }),
  z.object({ type: z.literal('tcp'), host: z.string().min(1), port: z.number().int().min(1).max(65_535) }),
  /** A raw device file such as /dev/usb/lp0; write-only. */
  z.object({ type: z.literal('file'), path: z.string().min(1) }),
]);

export type TransportConfig = z.infer<typeof transportConfigSchema>;
/** The transports that answer: what card readers, keypads and scanners need. */
export type ReadableTransportConfig = Exclude<TransportConfig, { type: 'file' }>;

export type TransportErrorCode =
  | 'PORT_NOT_FOUND'
  | 'PORT_BUSY'
  | 'PORT_DENIED'
  | 'PORT_FAILED'
  | 'CONNECT_REFUSED'
  | 'CONNECT_TIMEOUT'
  | 'CONNECT_FAILED'
  | 'WRITE_FAILED'
  | 'TRANSPORT_CLOSED';

/** One open byte channel. After `onClose` fired it stays dead: open a new one. */
export interface Transport {
  readonly canRead: boolean;
  /** Resolves when the last byte has left this process (serial: drained to the line; TCP: taken by the network stack). */
  write(bytes: Uint8Array): Promise<Result<void, TransportErrorCode>>;
  /** Returns the function that unsubscribes. Bytes that come while nobody listens are dropped. */
  onData(listener: (bytes: Uint8Array) => void): () => void;
  /** Fires once, when the peer or the cable is gone or `close` was called. Returns the function that unsubscribes. */
  onClose(listener: () => void): () => void;
  close(): Promise<void>;
}

/** Opens the channel or says in one sentence why not. Does not retry: services reconnect by polling. */
export function openTransport(config: TransportConfig): Promise<Result<Transport, TransportErrorCode>> {
  switch (config.type) {
    case 'serial':
      return openSerial(config.path, config.baudRate);
    case 'tcp':
      return openTcp(config.host, config.port);
    case 'file':
      return openFile(config.path);
  }
}

interface Channel {
  readonly canRead: boolean;
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

interface ChannelEvents {
  readonly data: Listeners<Uint8Array>;
  readonly closed: Listeners<void>;
  /** Safe to call more than once: several paths may notice the same end. */
  end(): void;
}

function createEvents(): ChannelEvents {
  const closed = createListeners<void>();
  let ended = false;
  const end = () => {
    if (ended) return;
    ended = true;
    closed.emit();
  };
  return { data: createListeners(), closed, end };
}

function toTransport(channel: Channel, events: ChannelEvents): Transport {
  let open = true;
  events.closed.add(() => {
    open = false;
  });
  return {
    canRead: channel.canRead,
    async write(bytes) {
      if (!open) return err('TRANSPORT_CLOSED', '设备连接已断开，请检查连接线和电源。');
      try {
        await channel.write(bytes);
        return ok(undefined);
      } catch (cause) {
        return err('WRITE_FAILED', '向设备发送数据失败，请检查连接线和电源。', { cause: messageOf(cause) });
      }
    },
    onData: (listener) => events.data.add(listener),
    onClose: (listener) => events.closed.add(listener),
    async close() {
      if (!open) return;
      open = false;
      await channel.close();
      events.end();
    },
  };
}

async function openSerial(path: string, baudRate: number): Promise<Result<Transport, TransportErrorCode>> {
  const port = new SerialPort({ path, baudRate, autoOpen: false });
  const opened = await new Promise<Error | null>((resolve) => port.open(resolve));
  if (opened !== null) return { ok: false, error: serialFailure(path, opened) };

  endOnHangup(port.port);

  const events = createEvents();
  port.on('data', (bytes: Uint8Array) => events.data.emit(bytes));
  // An unplugged adapter (or a killed pty peer) arrives as 'close' with a "bad file descriptor" error.
  port.on('close', () => events.end());
  port.on('error', () => port.close(() => events.end()));
  const channel: Channel = {
    canRead: true,
    write: (bytes) =>
      new Promise((resolve, reject) => {
        const gone = () => reject(new Error('port closed'));
        port.once('close', gone);
        const settle = (cause?: Error | null) => {
          port.off('close', gone);
          if (cause) reject(cause);
          else resolve();
        };
        port.write(Buffer.from(bytes), (cause) => (cause ? settle(cause) : port.drain(settle)));
      }),
    close: () => new Promise((resolve) => (port.isOpen ? port.close(() => resolve()) : resolve())),
  };
  return ok(toTransport(channel, events));
}

function serialFailure(path: string, cause: Error): Failure<TransportErrorCode> {
  const detail = { path, cause: cause.message };
  // The bindings give text only, different per system ("No such file or directory" on Linux, "File not found" on Windows).
  if (/no such file|not found|no such device/i.test(cause.message)) {
    return { code: 'PORT_NOT_FOUND', message: '没有找到设备的串口，请检查设备是否插好、是否通电。', detail };
  }
  if (/busy|lock|access denied|resource temporarily/i.test(cause.message)) {
    return { code: 'PORT_BUSY', message: '设备的串口正被其他程序占用，请关闭占用它的程序。', detail };
  }
  if (/permission denied/i.test(cause.message)) {
    return { code: 'PORT_DENIED', message: '本程序没有使用该串口的权限，请联系管理员。', detail };
  }
  return { code: 'PORT_FAILED', message: '打开设备的串口失败，请重新插拔设备。', detail };
}

async function openTcp(host: string, port: number): Promise<Result<Transport, TransportErrorCode>> {
  const connected = await connectTcp(host, port);
  if (!connected.ok) return connected;
  const socket = connected.value;
  const events = createEvents();
  socket.on('data', (bytes: Uint8Array) => events.data.emit(bytes));
  socket.on('error', () => {}); // 'close' always follows and is what counts
  socket.on('close', () => events.end());
  const channel: Channel = {
    canRead: true,
    write: (bytes) => new Promise((resolve, reject) => socket.write(bytes, (cause) => (cause ? reject(cause) : resolve()))),
    close: () =>
      new Promise((resolve) => {
        if (socket.closed) return resolve();
        socket.once('close', () => resolve());
        // end() first: destroy() alone would throw away what is still queued; a peer that does not read must not hold us up.
        const timer = setTimeout(() => socket.destroy(), CLOSE_TIMEOUT_MS);
        socket.once('close', () => clearTimeout(timer));
        if (socket.readyState === 'open') socket.end(() => socket.destroy());
        else socket.destroy();
      }),
  };
  return ok(toTransport(channel, events));
}

function connectTcp(host: string, port: number): Promise<Result<Socket, TransportErrorCode>> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_DELAY_MS });
    const timer = setTimeout(() => {
      socket.destroy();
      resolve(err('CONNECT_TIMEOUT', '连接设备超时，请检查设备是否开机、网线是否插好。', { host, port }));
    }, CONNECT_TIMEOUT_MS);
    socket.once('connect', () => {
      clearTimeout(timer);
      resolve(ok(socket));
    });
    socket.once('error', (cause: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      const detail = { host, port, cause: cause.message };
      if (cause.code === 'ECONNREFUSED') resolve(err('CONNECT_REFUSED', '设备拒绝连接，请检查设备是否开机、地址和端口是否正确。', detail));
      else resolve(err('CONNECT_FAILED', '连接不上设备，请检查网络和设备地址。', detail));
    });
  });
}

async function openFile(path: string): Promise<Result<Transport, TransportErrorCode>> {
  let file: FileHandle;
  try {
    // No O_CREAT: a missing device must not become an ordinary file that swallows tickets.
    file = await open(path, constants.O_WRONLY | constants.O_APPEND);
  } catch (cause) {
    return { ok: false, error: fileFailure(path, cause) };
  }
  const events = createEvents();
  let writing = 0;
  const channel: Channel = {
    canRead: false,
    write: async (bytes) => {
      writing += 1;
      try {
        for (let sent = 0; sent < bytes.length; ) sent += (await file.write(bytes, sent)).bytesWritten;
      } finally {
        writing -= 1;
      }
    },
    close: async () => {
      const closed = file.close().catch(() => {});
      // usblp blocks a write while the printer has no paper, and close() waits for that write.
      if (writing === 0) await closed;
    },
  };
  return ok(toTransport(channel, events));
}

function fileFailure(path: string, cause: unknown): Failure<TransportErrorCode> {
  const detail = { path, cause: messageOf(cause) };
  const code = cause instanceof Error && 'code' in cause ? cause.code : '';
  if (code === 'ENOENT' || code === 'ENODEV' || code === 'ENXIO') {
    return { code: 'PORT_NOT_FOUND', message: '没有找到设备，请检查设备是否插好、是否通电。', detail };
  }
  if (code === 'EBUSY') return { code: 'PORT_BUSY', message: '设备正被其他程序占用，请关闭占用它的程序。', detail };
  if (code === 'EACCES' || code === 'EPERM') return { code: 'PORT_DENIED', message: '本程序没有使用该设备的权限，请联系管理员。', detail };
  return { code: 'PORT_FAILED', message: '打开设备失败，请重新插拔设备。', detail };
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
