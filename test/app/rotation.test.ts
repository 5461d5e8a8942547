import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { OPS_PATHS } from '../../app/ops/ops-routes.ts';
import { opsToken } from '../../app/ops/ops-token.ts';
import { startWorld, WEBHOOK_SECRET as OLD, type AppWorld } from '../support/app-world.ts';

const NEW = 'the secret that replaces it';

let world: AppWorld;
beforeAll(async () => {
  world = await startWorld({ webhookSecret: NEW, oldWebhookSecret: OLD });
});
afterAll(async () => {
  await world.close();
});

async function statusOf(secret: string): Promise<number> {
  const body = '{}';
  const headers = {
    'content-type': 'application/json',
    'x-github-event': 'issue_comment',
    'x-github-delivery': 'one',
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  };
  return (await fetch(`${world.app.url}/api/github/webhooks`, { method: 'POST', body, headers })).status;
}

describe('while WEBHOOK_SECRET replaces WEBHOOK_SECRET_OLD', () => {
  test('GitHub may sign with either, and with no third', async () => {
    expect([await statusOf(OLD), await statusOf(NEW), await statusOf('a third')]).toEqual([202, 202, 401]);
  });

  test('a command that GitHub signed with the old one is carried out', async () => {
    await world.say('/rebyte look\n\ndemo: result Hello from the agent');
    await world.comments((all) => all.some((body) => body.includes('Hello') && !body.startsWith('/rebyte')));
    await world.settled();
  });

  test('operators need the new one', async () => {
    const listAs = async (secret: string) => {
      const headers = { authorization: `Bearer ${opsToken(secret)}` };
      return (await fetch(`${world.app.metricsUrl}${OPS_PATHS.list}`, { headers })).status;
    };
    expect([await listAs(OLD), await listAs(NEW)]).toEqual([401, 200]);
  });
});
