import type { Result } from '../../domain/result.ts';

interface Session {
  onClose(listener: () => void): () => void;
  close(): Promise<void>;
}

/** One device session, opened when first needed. Start and reconnect are the same path: drop it, and the next `use` opens a new one. */
export interface Connection<S extends Session, Code extends string> {
  /** Call it under the service's lock: two callers at once would open twice. */
  use(): Promise<Result<S, Code>>;
  drop(): Promise<void>;
}

/** `onLost` fires when a session ends by itself (cable, peer), not when it is dropped. */
export function createConnection<S extends Session, Code extends string>(
  open: () => Promise<Result<S, Code>>,
  onLost: () => void,
): Connection<S, Code> {
  let current: S | null = null;
  return {
    async use() {
      if (current !== null) return { ok: true, value: current };
      const opened = await open();
      if (!opened.ok) return opened;
      const session = opened.value;
      current = session;
      session.onClose(() => {
        if (current !== session) return;
        current = null;
        onLost();
      });
      return opened;
    },
    async drop() {
      const session = current;
      current = null;
      await session?.close();
    },
  };
}
