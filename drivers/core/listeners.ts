/** A set of callbacks for one kind of event. */
export interface Listeners<T> {
  /** Returns the function that removes the listener again. */
  add(listener: (value: T) => void): () => void;
  emit(value: T): void;
  readonly size: number;
}

/** Calls listeners in the order they were added; one that is removed meanwhile is not called any more. */
export function createListeners<T>(): Listeners<T> {
  const listeners = new Set<{ readonly call: (value: T) => void }>();
  return {
    add(listener) {
      const entry = { call: listener };
      listeners.add(entry);
      return () => listeners.delete(entry);
    },
    emit(value) {
      for (const entry of [...listeners]) if (listeners.has(entry)) entry.call(value);
    },
    get size() {
      return listeners.size;
    },
  };
}
