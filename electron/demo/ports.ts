import { createServer } from 'node:net';

export const DEFAULT_PORT_BASE = 7600;

/** Resolves false when something already listens there. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** Below every system's range for port 0 and outgoing connections, so that nothing that starts later takes one of them. */
const FREE_FROM = 12_000;
const FREE_SPAN = 18_000;

/** `count` different ports of 127.0.0.1 that are free at this moment. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const port = FREE_FROM + Math.floor(Math.random() * FREE_SPAN);
    if (await isPortFree(port)) found.add(port);
  }
  return [...found];
}
