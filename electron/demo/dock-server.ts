import fastify from 'fastify';
import { err } from '../../domain/result.ts';
import { dockActSchema } from '../../renderer/dock/protocol.ts';
import { isSameSecret } from '../../sync/server/same-secret.ts';
import { registerPages } from '../../sync/server/static.ts';
import type { DemoHall } from './demo-hall.ts';
import { createDockControl } from './dock-control.ts';
import { startMonitor } from './monitor.ts';

const MAX_BODY_BYTES = 4_096;

export interface DockServer {
  close(): Promise<void>;
}

/** The device dock: its page, and the JSON API behind it (renderer/dock/protocol.ts). Listens on 127.0.0.1. */
export async function startDockServer(options: {
  readonly hall: DemoHall;
  readonly port: number;
  readonly token: string;
  readonly webDir: string;
}): Promise<DockServer> {
  const { hall, token } = options;
  const ready = hall.processes.states();
  const monitor = startMonitor(ready.map(({ name, port }) => ({ name, port: port ?? 0, token: hall.tokens[name] ?? '' })));
  const control = createDockControl(hall, monitor);

  const app = fastify({ bodyLimit: MAX_BODY_BYTES });
  registerPages(app, options.webDir);
  app.get('/dock', (_request, reply) => reply.sendFile('index.html'));
  app.register(async (api) => {
    api.addHook('onRequest', async (request, reply) => {
      if (!isSameSecret(request.headers.authorization ?? '', `Bearer ${token}`))
        await reply.code(401).send(err('UNAUTHORIZED', '口令不对，请用终端里打印的网址打开演示台。').error);
    });
    api.get('/dock/api/state', () => control.state());
    api.get<{ Params: { stationId: string } }>('/dock/api/papers/:stationId', async (request, reply) => {
      return control.papers(request.params.stationId) ?? reply.code(404).send(err('NOT_FOUND', '没有这个终端或设备。').error);
    });
    api.post('/dock/api/act', async (request, reply) => {
      const act = dockActSchema.safeParse(request.body);
      if (!act.success) return reply.code(400).send(err('BAD_INPUT', '看不懂这个操作，请刷新页面。').error);
      const done = await control.act(act.data);
      return done.ok ? reply.code(204).send() : reply.code(404).send(done.error);
    });
  });
  await app.listen({ host: '127.0.0.1', port: options.port });
  return {
    async close() {
      monitor.close();
      app.server.closeAllConnections();
      await app.close();
    },
  };
}
