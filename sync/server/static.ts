import { resolve } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** Client-side routes of the renderer; every one is answered with the same index.html. Anything else unknown stays a 404. */
const PAGE_PATHS = [
  '/',
  '/kiosk',
  '/desk',
  '/rating',
  '/screen/window/:id',
  '/screen/hall',
  '/screen/staff',
  '/supervisor',
  '/district',
] as const;

const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** Serves the built renderer, and puts the security headers on every answer of this server. Call before `listen`. */
export function registerPages(app: FastifyInstance, webDir: string | undefined): void {
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(SECURITY_HEADERS);
  });
  if (webDir === undefined) return;
  app.register(fastifyStatic, {
    root: resolve(webDir),
    index: false,
    cacheControl: false,
    setHeaders: (reply, path) => {
      // Vite names everything in assets/ by its content; the rest must be asked for anew, or an upgrade would not arrive.
      reply.header('cache-control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  for (const path of PAGE_PATHS) app.get(path, (_request, reply) => reply.sendFile('index.html'));
}
