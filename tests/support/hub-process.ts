import { stationIdSchema } from '../../domain/ids.ts';
import { SqliteStore } from '../../sync/server/store/sqlite.ts';
import { HALL, startTier } from './tier.ts';

/** A sync server in a process of its own, to be killed. Arguments: database file, port, station id of a desk. */
const [path = '', port = '0', stationId = ''] = process.argv.slice(2);
const tier = await startTier(new SqliteStore({ path }), [{ stationId: stationIdSchema.parse(stationId), role: 'desk' }], {
  port: Number(port),
});
process.send?.({ type: 'ready', port: tier.port, hallId: HALL });
