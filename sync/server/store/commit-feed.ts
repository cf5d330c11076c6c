import type { Commit } from './store.ts';

/**
 * Announces commits in the order in which they were handed in, also when a listener writes and so causes the next commit. A
 * listener that throws is a bug: it ends the process, but never makes a write that is on the disk look as if it had failed.
 */
export class CommitFeed {
  readonly #listeners = new Set<{ readonly call: (commit: Commit) => void }>();
  readonly #queue: Commit[] = [];
  #draining = false;

  add(listener: (commit: Commit) => void): () => void {
    const entry = { call: listener };
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  }

  announce(commits: readonly Commit[]): void {
    this.#queue.push(...commits);
    if (this.#draining) return;
    this.#draining = true;
    for (let commit = this.#queue.shift(); commit !== undefined; commit = this.#queue.shift()) {
      for (const listener of [...this.#listeners]) this.#tell(listener, commit);
    }
    this.#draining = false;
  }

  #tell(listener: { readonly call: (commit: Commit) => void }, commit: Commit): void {
    try {
      listener.call(commit);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}
