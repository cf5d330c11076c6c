import type { IncomingMessage } from 'node:http';

/** Path of an upgrade request. Not by `new URL`: it throws on targets such as `//`, and an exception there ends the process. */
export function upgradePath(request: IncomingMessage): string {
  return request.url?.split('?', 1)[0] ?? '/';
}
