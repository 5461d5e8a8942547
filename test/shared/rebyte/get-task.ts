// A process of its own, because Node reads NODE_EXTRA_CA_CERTS when it starts: `get-task.ts <base URL> <engine>
// [preconnect]`.
import { RebyteClient } from '../../../shared/rebyte/index.ts';

const [, , baseUrl, engine, ahead] = process.argv;
const client = new RebyteClient({
  apiKey: 'rbk_test',
  baseUrl,
  engine: engine === 'node' ? 'node' : 'undici',
});
if (ahead === 'preconnect') client.preconnect();
process.stdout.write((await client.tasks.get('t1')).id);
await client.close();
