import { connectLink, type Link } from '../../renderer/link/client.ts';
import type { Outbox } from '../../sync/protocol/wire.ts';

export interface Monitored {
  readonly name: string;
  readonly port: number;
  readonly token: string;
}

export interface Monitor {
  /** Last word of each process about what it has not sent; null before the first. */
  outbox(name: string): Outbox | null;
  close(): void;
}

/** Listens to each process as its pages do, so the dock shows what the product says of itself. */
export function startMonitor(processes: readonly Monitored[]): Monitor {
  const last = new Map<string, Outbox>();
  const links: Link[] = processes.map(({ name, port, token }) => {
    const link = connectLink({ role: 'screen', url: `ws://127.0.0.1:${port}/link`, token });
    link.on('status', (status) => last.set(name, status.outbox));
    link.on('overview', (overview) => overview.outbox !== null && last.set(name, overview.outbox));
    return link;
  });
  return {
    outbox: (name) => last.get(name) ?? null,
    close() {
      for (const link of links) link.close();
    },
  };
}
