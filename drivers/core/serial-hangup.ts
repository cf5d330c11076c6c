import { read } from 'node:fs';
import { promisify } from 'node:util';

const readFd = promisify(read);

/** The part of `@serialport/bindings-cpp`'s port on Linux and macOS that we need; Windows has neither `fd` nor `poller`. */
interface UnixBinding {
  readonly fd: number | null;
  readonly isOpen: boolean;
  readonly poller: { once(event: 'readable', callback: (cause: Error | null) => void): unknown };
  read(buffer: Buffer, offset: number, length: number): Promise<{ buffer: Buffer; bytesRead: number }>;
}

/**
 * Makes the hang-up of a serial line end the port. bindings-cpp repeats a read that returned 0 bytes at once and for ever, so an
 * adapter pulled out while data flows costs a full processor core and never gives 'close' (serialport/bindings-cpp#162, #164;
 * seen here with serialport 13.0.0 on a pty). With VMIN=1 and O_NONBLOCK, as bindings-cpp opens it, 0 bytes means hang-up only.
 */
export function endOnHangup(binding: unknown): void {
  if (!isUnixBinding(binding)) return;
  binding.read = (buffer, offset, length) => readOnce(binding, buffer, offset, length);
}

async function readOnce(
  binding: UnixBinding,
  buffer: Buffer,
  offset: number,
  length: number,
): Promise<{ buffer: Buffer; bytesRead: number }> {
  for (;;) {
    if (!binding.isOpen || binding.fd === null) throw Object.assign(new Error('Port is not open'), { canceled: true });
    try {
      const { bytesRead } = await readFd(binding.fd, buffer, offset, length, null);
      if (bytesRead === 0) throw new Error('line hung up');
      return { buffer, bytesRead };
    } catch (cause) {
      const code = cause instanceof Error && 'code' in cause ? cause.code : '';
      if (code !== 'EAGAIN' && code !== 'EWOULDBLOCK' && code !== 'EINTR') throw cause;
    }
    if (binding.isOpen) await readable(binding);
  }
}

function readable(binding: UnixBinding): Promise<void> {
  return new Promise((resolve, reject) => {
    binding.poller.once('readable', (cause) => (cause ? reject(cause) : resolve()));
  });
}

function isUnixBinding(binding: unknown): binding is UnixBinding {
  return typeof binding === 'object' && binding !== null && 'fd' in binding && 'poller' in binding && 'read' in binding;
}
