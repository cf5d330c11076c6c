const TOKEN_KEY = 'bianmin.pageToken';

/** Moves the page token of `#k=TOKEN` into sessionStorage, so that it stands neither in the address bar nor in the history. */
export function keepPageToken(): void {
  const token = new URLSearchParams(window.location.hash.slice(1)).get('k');
  if (token === null) return;
  window.sessionStorage.setItem(TOKEN_KEY, token);
  window.history.replaceState(null, '', window.location.pathname + window.location.search);
}

export function pageToken(): string | null {
  return window.sessionStorage.getItem(TOKEN_KEY);
}
