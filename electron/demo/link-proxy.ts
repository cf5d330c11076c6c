import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface LinkProxy {
  readonly port: number;
  readonly isCut: boolean;
  /** The cable is pulled: live connections die, new ones are reset. */
  cut(): void;
  restore(): void;
  /** Holds every byte back this long, in both directions. */
  setDelay(delayMs: number): void;
  close(): Promise<void>;
}

/** A TCP relay on 127.0.0.1 between two processes of the demo, so that their network can be cut. `port` 0 picks a free one. */
export async function startLinkProxy(options: { readonly port: number; readonly targetPort: number }): Promise<LinkProxy> {
  const sockets = new Set<Socket>();
  let cut = false;
  let delayMs = 0;

  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {}); // 'close' follows
  };
  const relay = (from: Socket, to: Socket) => {
    const later = (act: () => void) => (delayMs === 0 ? act() : setTimeout(act, delayMs));
    from.on('data', (bytes) => later(() => to.writable && !to.write(bytes) && pauseUntilDrained(from, to)));
    from.on('end', () => later(() => to.end()));
    // destroySoon, not destroy: what is still queued must reach the other side. A side that broke breaks the other as well.
    from.on('close', (broken) => later(() => (broken ? to.resetAndDestroy() : to.destroySoon())));
  };

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    track(near);
    if (cut) return near.resetAndDestroy();
    const far = connect({ host: '127.0.0.1', port: options.targetPort, allowHalfOpen: true, noDelay: true });
    track(far);
    relay(near, far);
    relay(far, near);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });

  return {
    port: (server.address() as AddressInfo).port,
    get isCut() {
      return cut;
    },
    cut() {
      cut = true;
      for (const socket of sockets) socket.resetAndDestroy();
    },
    restore() {
      cut = false;
    },
    setDelay(ms) {
      delayMs = ms;
    },
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function pauseUntilDrained(from: Socket, to: Socket): void {
  from.pause();
  to.once('drain', () => from.resume());
}
